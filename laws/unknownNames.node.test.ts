import { constant } from 'fast-check'
import { expect, test } from 'vitest'
import { uniform } from '../src/averaging/schemes/uniform.js'
import { sgd } from '../src/optimizers/sgd.js'
import * as laws from './index.js'
import { lawTests } from './lawTests.js'

/** What takes no record of options. */
const without = [
  'averagingWeightsLaws',
  'bindLaws',
  'checkLaw',
  'gaussNewtonLaws',
  'hessianDiagonalLaws',
  'lawsOf',
  'stretchLaws',
]

const maker = () => sgd({ learningRate: 1 })
const rule = { init: () => 0, next: (g: number) => [g, 0] }
const unknown = { nonsense: 1 }
const needed = {
  weight: Number,
  average: Number,
  options: constant(1),
  formula: () => () => 1,
  name: 'x',
  make: Number,
  told: Number,
}
/** What may stand before it, and what it may need beside it. */
const calls: readonly (readonly unknown[])[] = [
  [unknown],
  [maker, unknown],
  [() => uniform(), unknown],
  [() => uniform(), { weight: needed.weight, ...unknown }],
  [maker, rule, unknown],
  [maker, maker, unknown],
  [maker, { average: needed.average, ...unknown }],
  [maker, { options: needed.options, formula: needed.formula, ...unknown }],
  [{ name: needed.name, make: needed.make, options: needed.options, told: needed.told, ...unknown }],
  [laws.chainLaws(), unknown],
]

/** The error of a function that gives it back, or throws it. */
const told = (f: (...args: readonly unknown[]) => unknown, args: readonly unknown[]): string => {
  try {
    f(...args)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

const suites = Object.entries<unknown>({
  ...laws,
  clipsTo: laws.clipsTo(1),
  bounded: laws.bounded(1),
  homogeneous: laws.homogeneous(1),
  boundedMemory: laws.boundedMemory(1),
  lawTests: (suite: laws.Suite, options: laws.DescribeOptions) => lawTests('lawTests', suite, options),
}).filter(
  ([name, one]) =>
    typeof one === 'function' &&
    !without.includes(name) &&
    (/Laws$|^lawTests$|^clipsTo$|^follows|^descends$|^sameTraining$|^robust$|^bounded|^linear$|^odd$/.test(name) ||
      ['trees', 'trainings', 'noisyLines', 'homogeneous', 'idempotent', 'nonExpansive'].includes(name)),
)

test('each suite refuses a name that it does not know: what is handed in by it would not be tested', () => {
  expect(suites.length).toBeGreaterThan(60)
  const silent = suites.filter(
    ([, one]) =>
      !calls.some((args) =>
        // a function of its module
        /there is no option nonsense/.test(told(one as (...given: readonly unknown[]) => unknown, args)),
      ),
  )
  expect(silent.map(([name]) => name)).toEqual([])
})

test('and says what was meant', () => {
  expect(() => laws.multiStepsLaws({ acumulate: maker } as never)).toThrow(
    'multiStepsLaws: there is no option acumulate. Did you mean accumulate?',
  )
  expect(() => laws.checkLaws(laws.chainLaws(), { numRun: 10 } as never)).toThrow(
    'checkLaws: there is no option numRun. Did you mean numRuns?',
  )
})
