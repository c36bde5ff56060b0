import { expect, test } from 'vitest'
import { hoisted } from './hoisted.mjs'

const long = `/* ${'-'.repeat(120)} */`
const written = (code: string): string => hoisted().renderChunk(code, { fileName: 'a.js' })?.code ?? code
const exported = async (code: string): Promise<unknown> => {
  const url = `data:text/javascript,${encodeURIComponent(code)}`
  const read: unknown = await import(/* @vite-ignore */ url)
  return (read as { readonly all: () => unknown }).all() // each case exports it
}

const cases: Readonly<Record<string, readonly [code: string, wanted: unknown]>> = {
  'a body that is a block': [`const f = (x) => { ${long} return x + 1 }; export const all = () => f(1)`, 2],
  'a body that is an expression': [
    `const f = ({ x }, y = 2) => x + y ${long} + 1; export const all = () => f({ x: 1 })`,
    4,
  ],
  'a record': [`const f = (x) => ({ x, z: () => x ${long} }); export const all = () => f(3).z()`, 3],
  'arrows in arrows': [`const f = (x) => (y) => [x, y, ${long}]; export const all = () => f(1)(2)`, [1, 2]],
  'called at once': [`const f = ((k) => (x) => { ${long} return k * x })(3); export const all = () => f(2)`, 6],
  'one that waits': [
    `const f = async (x) => { ${long} return await x }; export const all = () => f(Promise.resolve(5))`,
    5,
  ],
}

test.each(Object.entries(cases))('%s: another word, the same meaning', async (_, [code, wanted]) => {
  const text = written(code)
  expect(text).toContain('function')
  expect([await exported(code), await exported(text)]).toEqual([wanted, wanted])
})

test('what is short, bound to its surroundings or inside a function stays as it is', () => {
  for (const code of [
    'const f = (x) => x + 1',
    `const f = () => { ${long} return this }`,
    `const f = () => { ${long} return () => arguments.length }`,
    `function f() { return () => { ${long} } }`,
    `class F { f = () => { ${long} } }`,
  ])
    expect(written(code)).toBe(code)
})

test('what every program holds stays as it is, told by its source', () => {
  const f = `const f = () => { ${long} }`
  for (const source of ['tree/leaves.ts', 'engine/fused/Kernel.ts']) {
    const code = `// src/${source}\n${f}`
    expect(written(code)).toBe(code)
  }
  const both = written(`// src/tree/leaves.ts\n${f}\n\n// src/treeful/g.ts\n${f.replace(' f ', ' g ')}`)
  expect(both).toContain(f)
  expect(both).toContain('function g()')
})

test('other files are left alone', () => {
  expect(hoisted().renderChunk(`const f = () => { ${long} }`, { fileName: 'a.d.ts' })).toBeNull()
})
