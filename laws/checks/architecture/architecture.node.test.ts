import { readFileSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Classed, type Exceptions, breaches, longest } from './breaches.js'
import { factsOf } from './facts.js'

const src = fileURLToPath(new URL('../../../src', import.meta.url))
const laws = fileURLToPath(new URL('../..', import.meta.url))

/** Files longer than the rule, each with the reason why it is still one idea. */
const exceptions: Exceptions = {
  'transforms/index.ts': 'a list of public names, each with its options and its state: there is no second idea in it',
}

const classed: Classed = {
  'tree/hiddenMark.ts': 'private fields, which nobody sees from outside, are written by classes only',
}

const sources = (of = src): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(of, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !/\.(test|test-d|d)\.ts$/.test(path))
      .map((path) => [path.split(sep).join('/'), readFileSync(join(of, path), 'utf8')]),
  )

test('the sources keep the architecture', () => {
  expect(breaches(sources(), exceptions, classed)).toEqual([])
})

/** `?? 0`, `?? []`, `?? NaN`, `?? ''`, `?? {}`: where absence is meant a comment says so, on the line or above it. Where an
 *  invariant is meant, `must` throws, and in laws `nth` and `zipped`. */
const silentDefaults = (text: string): readonly string[] => {
  const lines = text.split('\n')
  const isSaid = (i: number): boolean => /\/\/|\*\//.test(`${lines[i - 1] ?? ''}\n${lines[i] ?? ''}`) // none before the first
  return lines.filter((line, i) => /\?\? (0|\[\]|(Number\.)?NaN|''|\{\})(?![.\w])/.test(line) && !isSaid(i))
}

test('no default is left unexplained', () => {
  expect(silentDefaults("const a = b[i] ?? 0\nconst c = d ?? '' // none at the root")).toEqual(['const a = b[i] ?? 0'])
  const files = [...Object.entries(sources()), ...Object.entries(sources(laws))]
  const found = files
    .filter(([path]) => !path.startsWith('checks/')) // what asks the library is not what it consists of
    .flatMap(([path, text]) => silentDefaults(text).map((line) => `${path}: ${line}`))
  expect(files.length).toBeGreaterThan(Object.keys(sources()).length + 90)
  expect(found).toEqual([])
})

test('every exception is still needed and has a reason', () => {
  const files = sources()
  const idle = Object.entries(exceptions).filter(
    ([path, reason]) => reason === '' || factsOf(path, files[path] ?? '').lines <= longest,
  )
  expect(idle).toEqual([])
  const plain = Object.entries(classed).filter(
    ([path, reason]) => reason === '' || factsOf(path, files[path] ?? '').classes.length === 0,
  )
  expect(plain).toEqual([])
})

/** A small tree that is in order, with changes laid over it. */
const tree = (changes: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  'index.ts': `export * from './scalars/index.js'\nexport * from './tree/index.js'`,
  'node.ts': `export * from './checkpoint/fileStore.js'`,
  'scalars/index.ts': `export * from './Decay.js'`,
  'scalars/Decay.ts': `import * as t from 'io-ts'\n/** Doc. */\nexport const Decay = t.number\nexport type Decay = number`,
  'tree/index.ts': `export { type Tree, mapTree } from './Tree.js'`,
  'tree/Tree.ts': `import { Decay } from '../scalars/Decay.js'\nexport type Tree = Decay\nexport const mapTree = (t: Tree): Tree => t`,
  'checkpoint/index.ts': `export * from './save.js'`,
  'checkpoint/save.ts': `import { mapTree } from '../tree/Tree.js'\nexport const save = mapTree\nexport class BrokenFileError extends Error {}`,
  'checkpoint/fileStore.ts': `import { open } from 'node:fs/promises'\nimport { save } from './save.js'\nexport const fileStore = [open, save]`,
  ...changes,
})

describe('the checker', () => {
  test('is content with a tree in order', () => {
    expect(breaches(tree())).toEqual([])
  })

  const cases: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    [
      'an upward import',
      { 'scalars/Decay.ts': `import { mapTree } from '../tree/Tree.js'\nexport const Decay = mapTree` },
      /imports upward, scalars -> tree/,
    ],
    [
      'an upward import of a type',
      { 'scalars/Decay.ts': `import type { Tree } from '../tree/Tree.js'\nexport type Decay = Tree` },
      /imports upward/,
    ],
    [
      'an upward import(…) type',
      { 'scalars/Decay.ts': `export type Decay = import('../tree/Tree.js').Tree` },
      /imports upward/,
    ],
    [
      'an upward dynamic import',
      { 'scalars/Decay.ts': `export const Decay = () => import('../tree/Tree.js')` },
      /imports upward/,
    ],
    [
      'an upward re-export',
      { 'scalars/Decay.ts': `export { mapTree as Decay } from '../tree/Tree.js'` },
      /imports upward/,
    ],
    [
      'a circle between floors',
      { 'scalars/Decay.ts': `import { mapTree } from '../tree/Tree.js'\nexport const Decay = mapTree` },
      /tree\/Tree\.ts: imports itself in a circle/,
    ],
    [
      'a circle within a floor',
      { 'tree/A.ts': `/** @internal */\nimport './B.js'`, 'tree/B.ts': `/** @internal */\nimport './A.js'` },
      /tree\/A\.ts: imports itself in a circle/,
    ],
    [
      'a circle of types',
      {
        'tree/A.ts': `/** @internal */\nimport type { B } from './B.js'\nexport interface A { readonly b: B }`,
        'tree/B.ts': `/** @internal */\nimport type { A } from './A.js'\nexport interface B { readonly a: A | null }`,
      },
      /tree\/A\.ts: imports itself in a circle/,
    ],
    [
      'a circle that types close',
      {
        'tree/A.ts': `/** @internal */\nimport { b } from './B.js'\nexport type A = number\nexport const a = b`,
        'tree/B.ts': `/** @internal */\nexport const b = 1\nexport type C = import('./A.js').A`,
      },
      /tree\/B\.ts: imports itself in a circle/,
    ],
    ['a room without a floor', { 'misc/index.ts': 'export {}' }, /no floor is called "misc"/],
    [
      'a barrel imported from another room',
      {
        'tree/Tree.ts': `import { Decay } from '../scalars/index.js'\nexport type Tree = Decay\nexport const mapTree = 1`,
      },
      /imports the barrel scalars\/index\.ts/,
    ],
    [
      'a barrel imported from its own room',
      { 'tree/Tree.ts': `import { Tree as T } from './index.js'\nexport type Tree = T\nexport const mapTree = 1` },
      /imports the barrel tree\/index\.ts/,
    ],
    [
      'an import of the root',
      { 'tree/Tree.ts': `import { Decay } from '../index.js'\nexport type Tree = Decay\nexport const mapTree = 1` },
      /stands above all floors/,
    ],
    [
      'an import of the gradients',
      {
        'gradients/index.ts': '',
        'tree/Tree.ts': `import '../gradients/index.js'\nexport type Tree = 1\nexport const mapTree = 1`,
      },
      /stands above all floors/,
    ],
    [
      'an import from outside src',
      { 'scalars/Decay.ts': `import { x } from '../../laws/x.js'\nexport const Decay = x` },
      /outside src/,
    ],
    [
      'a deep import of fp-ts',
      { 'scalars/Decay.ts': `import { left } from 'fp-ts/lib/Either.js'\nexport const Decay = left` },
      /package's root/,
    ],
    ['a class', { 'scalars/Decay.ts': 'export class Decay {}' }, /class Decay/],
    ['a class expression', { 'scalars/Decay.ts': 'export const Decay = class {}' }, /class/],
    [
      'any',
      { 'scalars/Decay.ts': 'export const Decay = 1\nexport type Decay = readonly any[]' },
      /scalars\/Decay\.ts:2: any/,
    ],
    ['a default export', { 'scalars/Decay.ts': 'export const Decay = 1\nexport default Decay' }, /default export/],
    [
      'a default export by name',
      { 'scalars/Decay.ts': 'export const Decay = 1\nexport { Decay as default }' },
      /default export/,
    ],
    ['a default export of a function', { 'scalars/Decay.ts': 'export default function Decay() {}' }, /default export/],
    [
      'a file missing from its barrel',
      { 'scalars/Count.ts': 'export const Count = 1' },
      /Count missing from scalars\/index\.ts/,
    ],
    [
      'a namesake missing from its barrel',
      { 'tree/index.ts': `export { mapTree } from './Tree.js'` },
      /Tree missing from tree\/index\.ts/,
    ],
    [
      'a room without a barrel',
      { 'state/Slot.ts': 'export interface Slot { readonly name: string }' },
      /Slot missing from state\/index\.ts/,
    ],
    [
      'a long file',
      { 'scalars/Decay.ts': `export const Decay = 1\n${'void 0\n'.repeat(longest)}` },
      new RegExp(`${longest + 1} lines of code`),
    ],
    [
      'Node in the browser',
      { 'checkpoint/index.ts': `export * from './save.js'\nexport * from './fileStore.js'` },
      /fileStore\.ts: imports "node:fs\/promises"/,
    ],
    [
      'Node in the browser, by a detour',
      {
        'tree/Tree.ts': `import { x } from './x.js'\nexport type Tree = 1\nexport const mapTree = x`,
        'tree/x.ts': `/** @internal */\nimport { x } from 'node:fs'\nexport { x }`,
      },
      /tree\/x\.ts: imports "node:fs"/,
    ],
  ]
  test.each(cases)('finds %s', (_, changes, message) => {
    expect(breaches(tree(changes)).join('\n')).toMatch(message)
  })

  test('accepts what is marked internal, the whole file or one name', () => {
    const changes = {
      'scalars/hidden.ts': `/** Parts of Decay. @internal */\n\nexport const hidden = 1`,
      'scalars/Decay.ts': `export const Decay = 1\n\n/** @internal */\nexport const half = 2`,
      'scalars/index.ts': `export { Decay } from './Decay.js'`,
    }
    expect(breaches(tree(changes))).toEqual([])
  })

  test('counts code only, and grants a listed exception', () => {
    const comments = '// words\n\n/** more\n * words */\n'.repeat(longest)
    expect(factsOf('a.ts', `${comments}export const a = \`\n\n\`\n`).lines).toBe(3)
    const long = tree({ 'scalars/Decay.ts': `export const Decay = 1\n${'void 0\n'.repeat(longest)}` })
    expect(breaches(long, { 'scalars/Decay.ts': 'a table' })).toEqual([])
  })

  test('grants a class to a listed file, and to no other', () => {
    const text = 'export class Decay {}'

    const files = tree({ 'scalars/Decay.ts': text, 'scalars/Other.ts': `/** @internal */\n${text}` })
    expect(breaches(files, {}, { 'scalars/Decay.ts': 'private fields' })).toEqual([
      'scalars/Other.ts: class Decay; use a type and functions (only errors are classes)',
    ])
  })
})
