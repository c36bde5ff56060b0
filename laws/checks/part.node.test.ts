import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { BackendName } from './backend.js'
import { casesOf, shares, takes, whole } from './part.js'

const backends: readonly BackendName[] = ['cpu', 'wasm', 'webgl']
const names = Array.from({ length: 600 }, (_, i) => `${i % 7} laws of ${i}`)
const taken = (file: string, backend: BackendName): readonly string[] =>
  names.filter((name) => takes(backend, file, name, ['a suite']))

test('each test of a file that is named runs by default, on cpu or on wasm, and on WebGL a few do', () => {
  for (const [file, { wasm, webgl }] of Object.entries(shares)) {
    const [cpu, onWasm, onWebgl] = backends.map((backend) => taken(file, backend))
    expect(new Set([...(cpu ?? []), ...(onWasm ?? [])]).size, file).toBe(names.length)
    if (typeof wasm === 'number')
      expect(Math.abs((onWasm?.length ?? 0) - names.length / wasm), file).toBeLessThan(names.length / 10)
    expect(onWebgl?.length ?? 0, file).toBeGreaterThan(0)
    if (typeof webgl === 'number')
      expect(Math.abs((onWebgl?.length ?? 0) - names.length / webgl), file).toBeLessThan(names.length / 10)
  }
})

test('a file that is named is there, runs on every backend, and is whole on cpu but for what wasm takes', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  for (const [file, { cpu, wasm }] of Object.entries(shares)) {
    expect(existsSync(`${root}${file}`), file).toBe(true)
    expect(file).not.toMatch(/\.(node|cpu|wasm|webgl)\.test\.ts$/)
    expect(cpu === undefined || (cpu === 'rest' && typeof wasm === 'number'), file).toBe(true)
  }
})

test('a part is told by names alone, those of suites too; a list leaves what begins so; other files are whole', () => {
  const [file = ''] = Object.entries(shares).find(([, { webgl }]) => typeof webgl === 'number' && webgl > 9) ?? []
  const of = (suite: string) => names.filter((name) => takes('webgl', file, name, [suite]))
  expect(of('a')).toEqual(of('a'))
  expect(of('a')).not.toEqual(of('b'))
  const [left, { webgl }] = Object.entries(shares).find(([, { webgl }]) => typeof webgl === 'object') ?? ['', {}]
  const [beginning] = webgl as readonly string[] // one was looked for
  expect([`${beginning} and more`, 'another'].map((name) => takes('webgl', left, name))).toEqual([false, true])
  expect(backends.map((backend) => taken('src/index.test.ts', backend).length)).toEqual(
    backends.map(() => names.length),
  )
})

test('of the cases of a property a sixteenth, one at least; in a whole run all', () => {
  expect([1, 3, 10, 100].map(casesOf)).toEqual(whole ? [1, 3, 10, 100] : [1, 1, 1, 7])
})
