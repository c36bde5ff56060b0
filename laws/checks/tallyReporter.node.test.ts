import { expect, test } from 'vitest'
import type { TestModule } from 'vitest/node'
import type { Told } from '../tally.js'
import { tallyReporter } from './tallyReporter.js'

/** A module of vitest's report, as far as it is read. */
const moduleOf = (name: string, metas: readonly Told[]): TestModule =>
  ({
    project: { name },
    children: { allTests: (state: string) => (state === 'passed' ? metas.map((meta) => ({ meta: () => meta })) : []) },
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
    'cpu: 2 laws in 105 cases, 1 properties in 7 cases',
    'wasm: 0 laws in 0 cases, 2 properties in 40 cases',
    'in all: 2 laws in 105 cases, 3 properties in 47 cases',
  ])
})

test('where nothing was checked nothing is said', () => {
  expect(told(moduleOf('node', [{}]))).toEqual([])
})
