import { expect, test } from 'vitest'
import type { TestModule } from 'vitest/node'
import type { Told } from '../tally.js'
import { leftNote } from './leftNote.js'
import { tallyReporter } from './tallyReporter.js'

const passed = { state: 'passed' }
const left = { state: 'skipped', note: leftNote }

/** A module of vitest's report, as far as it is read: what tests that passed told, and how others ended. */
const moduleOf = (name: string, metas: readonly Told[], others: readonly object[] = []): TestModule =>
  ({
    project: { name },
    children: {
      allTests: () => [
        ...metas.map((meta) => ({ meta: () => meta, result: () => passed })),
        ...others.map((result) => ({ meta: () => ({ law: { number: 1, cases: 9 } }), result: () => result })),
      ],
    },
  }) as unknown as TestModule // the rest is not asked for

const told = (...modules: readonly TestModule[]): readonly string[] => {
  const lines: string[] = []
  tallyReporter((text) =>
    lines.push(
      ...text
        .split('\n')
        .map((line) => line.trim().replaceAll(/ +/g, ' '))
        .filter((line) => line !== ''),
    ),
  ).onTestRunEnd?.(modules, [], 'passed')
  return lines
}

test('laws, properties and their cases are summed by project and in all', () => {
  expect(
    told(
      moduleOf('cpu', [
        { law: { number: 1, cases: 100 } },
        { law: { number: 1, cases: 5 }, properties: { number: 0, cases: 0 } },
      ]),
      moduleOf('wasm', [{ properties: { number: 2, cases: 40 } }, {}]),
      moduleOf('cpu', [{ properties: { number: 1, cases: 7 } }]),
    ),
  ).toEqual([
    'Held',
    'cpu: 2 laws in 105 cases, 1 properties in 7 cases; ran 3 of 3 tests',
    'wasm: 0 laws in 0 cases, 2 properties in 40 cases; ran 2 of 2 tests',
    'in all: 2 laws in 105 cases, 3 properties in 47 cases; ran 5 of 5 tests',
  ])
})

test('where nothing was checked nothing is said', () => {
  expect(told(moduleOf('node', [{}]))).toEqual([])
})

test('what a run left out is told; what failed or does not apply was not left out', () => {
  const others = [left, left, { state: 'skipped', note: 'not here' }, { state: 'failed' }, { state: 'skipped' }]
  expect(told(moduleOf('webgl', [{}], others))).toEqual([
    'Held',
    'webgl: 0 laws in 0 cases, 0 properties in 0 cases; ran 1 of 3 tests',
    'in all: 0 laws in 0 cases, 0 properties in 0 cases; ran 1 of 3 tests',
  ])
})
