import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { columns } from './.vitepress/columns.js'
import { pathPicture, weightsPicture } from './generate/pictures.mjs'
import { asPage, pictureIn } from './generate/readmePages.mjs'
import { tableOpened } from './.vitepress/tables.js'

test('what is no code is never HTML, a template or mathematics; code stays as it is', () => {
  expect(asPage('a < b && {{x}} $1 `Map<K>` <br>\n```ts\nx<y>()\n```\n')).toBe(
    'a &lt; b &amp;&amp; {\u200B{x}} &#36;1 `Map<K>` <br>\n```ts\nx<y>()\n```\n',
  )
})

test('a link to a page leads there, one into the repository is its words, one to elsewhere stays', () => {
  const address = (target: string) => (target === '../a/README.md' ? '/guides/a' : undefined)
  expect(asPage('[a](../a/README.md) [`b.ts`](b.ts) [c](https://c.org) [d](#d)', address)).toBe(
    '[a](/guides/a) `b.ts` [c](https://c.org) [d](#d)',
  )
})

test('pictures: the newest weight is the highest bar of an exponential average, a path ends at its last point', () => {
  const heights = [...weightsPicture([0.25, 0.25, 0.5], 'w').matchAll(/ height="([\d.]+)"\/>/g)].map(([, x]) =>
    Number(x),
  )
  expect(heights).toEqual([50, 50, 100])
  expect(
    pathPicture(
      [
        [-4, 1],
        [1, 0],
      ],
      'p',
    ),
  ).toContain('cx="288" cy="110" r="4"')
})

test('columns: as wide as words ask for, and all of the table where texts are long, whatever row comes first', () => {
  const rows = [
    ['name', 'what it is'],
    ['`adam`', 'moments '.repeat(40)],
    ['`sgd`', 'none'],
  ]
  const { table, each } = columns(rows)
  expect(table).toBe('width: max(192px, 100cqw)')
  const [head = [], ...rest] = rows
  expect(columns([head, ...rest.toReversed()]).each).toEqual(each)
  const shares = each.map((style) => Number(/\* ([\d.]+)\)$/.exec(style)?.[1]))
  expect(shares).toEqual([0, 1]) // the short one has what it needs; the long one takes the rest
})

test('columns: a table of short words is no wider than they are', () => {
  expect(
    columns([
      ['a', 'b'],
      ['one', 'two words and more'],
    ]).table,
  ).toMatch(/^width: clamp\(\d+px, 100cqw, \d+px\)$/)
})

test('columns: a long word is broken, a row of bars is not', () => {
  const least = (cell: string): number => Number(/max\((\d+)px/.exec(columns([['a'], [cell, 'b']]).table)?.[1])
  expect(least(`${'word'.repeat(20)} ${'word '.repeat(20)}`)).toBe(224)
  expect(least(`${'█'.repeat(40)} ${'word '.repeat(20)}`)).toBe(330)
})

test('pictures beside a file stand in its page with their size, or are their words where nothing is known of them', () => {
  expect(asPage('![a b](c.svg)')).toBe('a b')
  const file = fileURLToPath(new URL('../../laws/checks/race/RACE.md', import.meta.url))
  const found = asPage('![a b](race.svg)', undefined, pictureIn(file))
  expect(found).toMatch(/^<div class="wide" tabindex="0"><img src="data:image\/svg\+xml;base64,/)
  expect(found).toMatch(/" alt="a b" width="1170" height="620"><\/div>$/)
})

test('tables: the words of code, links and text are measured, cell by cell', () => {
  const cell = (...children: { type: string; content: string }[]) => ({ type: 'inline', content: '', children })
  const tokens = [
    { type: 'table_open', content: '' },
    { type: 'tr_open', content: '' },
    cell({ type: 'text', content: 'floor' }),
    cell({ type: 'link_open', content: '' }, { type: 'text', content: 'a' }, { type: 'code_inline', content: 'b' }),
    { type: 'table_close', content: '' },
    { type: 'tr_open', content: '' },
    cell({ type: 'text', content: 'of another table' }),
  ]
  const { table, each } = columns([['floor', 'a·b·']])
  expect(tableOpened(tokens, 0)).toBe(
    `<div class="wide" tabindex="0"><table style="${table}"><colgroup>${each.map((style) => `<col style="${style}">`).join('')}</colgroup>\n`,
  )
})
