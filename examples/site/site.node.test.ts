import { expect, test } from 'vitest'
import { pathPicture, weightsPicture } from './generate/pictures.mjs'
import { asPage } from './generate/readmePages.mjs'

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
