import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { expect, test } from 'vitest'
import { averagingWeights } from '../src/averaging/averagingWeights.js'
import { postHocCoefficients } from '../src/averaging/postHocCoefficients.js'
import { uniform } from '../src/averaging/schemes/uniform.js'
import { hide } from '../src/combinators/transformations.js'
import { identity } from '../src/transformation/identity.js'
import { plain } from '../src/transformation/plain.js'
import type { StateLambda } from '../src/transformation/Transformation.js'
import { mapTree } from '../src/tree/mapTree.js'
import { tensorsOf } from '../src/tree/tensorsOf.js'
import type { Tree } from '../src/tree/Tree.js'
import { Apart } from './Apart.js'
import { averagingLaws } from './averagingLaws.js'
import { averagingSchemeLaws } from './averagingSchemeLaws.js'
import { averageWarningLaws } from './averageWarningLaws.js'
import { checkLaws } from './checkLaws.js'
import { failureText } from './failureText.js'
import { nth } from './nth.js'
import { zipNumbers } from './Numbers.js'
import { perExampleLaws } from './perExampleLaws.js'
import { postHocLaws } from './postHocLaws.js'
import { projectionLaws } from './projectionLaws.js'
import type { Suite } from './Suite.js'
import { clipsTo } from './transformation/clipsTo.js'
import { keepsDirection } from './transformation/geometryLaws.js'
import { unbiased } from './transformation/purposeLaws.js'
import { columnsOf, zipped } from './zipped.js'

interface Anything extends StateLambda {
  readonly State: unknown
}

/** Each tensor with a number more: NaN, which equals itself. */
const longer = (tree: Tree): Tree => mapTree((x) => tf.concat([tf.reshape(x, [-1]), tf.tensor1d([Number.NaN])]))(tree)

/** Keeps an average that is too long from the first step on. */
const longAverage = plain<Anything>({
  name: 'long',
  init: (params) => ({ average: params, count: 0 }),
  update: (updates, _, params) => [updates, { average: longer(params), count: 0 }],
})

/** Makes no updates. */
const idle = plain<Anything>({
  name: 'idle',
  init: () => ({}),
  update: (updates, state) => [mapTree(() => null as never)(updates), state], // a leaf may have none
})

const lift = () => () => longAverage

/** What makes more than it was given, or less, each with a law to which a default of NaN or `[]` could look right. */
const subjects: readonly (readonly [what: string, law: string, suite: () => Suite])[] = [
  ['the average of a scheme', 'convexity', () => averagingSchemeLaws(uniform(), { lift })],
  ['a moving average', 'convexity', () => averagingLaws({ lift })],
  ['a moving average of one number', 'semigroup', () => averagingLaws({ lift })],
  ['an average', 'what is left of the start', () => averageWarningLaws({ lift, warnings: () => [] })],
  [
    'weights',
    'recursion and weights',
    () =>
      averagingSchemeLaws(uniform(), {
        weights: (...asked) => {
          const told = averagingWeights(...asked)
          return { ...told, weights: [...told.weights, 0] }
        },
      }),
  ],
  [
    'a synthesis',
    'the error that is told',
    () =>
      postHocLaws({
        coefficients: (...asked) => {
          const found = postHocCoefficients(...asked)
          return { ...found, coefficients: [...found.coefficients, 0] }
        },
      }),
  ],
  ['a projection', 'nearest', () => projectionLaws(longer)],
  [
    'counts of examples',
    'a batch is a set',
    () => perExampleLaws(() => (grads) => [mapTree((g) => tf.sum(g, 0))(grads), countsOf(grads)]),
  ],
  ['a clip', 'to the bound', () => clipsTo(1)(idle)],
  ['a clip', 'keeps direction', () => keepsDirection(idle)],
  ['noise', 'unbiased', () => unbiased((key) => (key === 7 ? hide(idle) : hide(identity())), identity)],
]

/** A count for each example, however many there are. */
const countsOf = (grads: Tree): tf.Tensor => tf.zeros([nth(nth(tensorsOf(grads), 0).shape, 0)])

test.each(subjects)('%s of another length: "%s" does not hold, and shows both sides', async (_, only, suite) => {
  const found = await checkLaws(suite(), { only, numRuns: 100, seed: 1, shrink: false })()
  const [failure] = E.isLeft(found) ? found.left : []
  if (failure === undefined || 'thrown' in failure.outcome) throw new Error('it holds, or shows no sides')
  expect(failureText(failure)).toMatch(/ {2}left side {3}.*\n {2}right side /)
  const { left, right } = failure.outcome
  expect(left).not.toHaveLength((right as readonly unknown[]).length) // both are lists
})

test('lists of two lengths are Apart, and carry both', () => {
  const of = (f: () => unknown): unknown => {
    try {
      return f()
    } catch (thrown) {
      return thrown instanceof Apart ? thrown.sides : thrown
    }
  }
  const plus = (a: number, b: number) => a + b
  const [one, two] = [
    { shape: [1], values: [1] },
    { shape: [2], values: [1, 2] },
  ]
  expect(zipped([1, 2], [3, 4], plus)).toEqual([4, 6])
  expect(of(() => zipped([1, 2], [3], plus))).toEqual({ left: [1, 2], right: [3] })
  expect(of(() => zipped([1], [3, 4], plus))).toEqual({ left: [1], right: [3, 4] })
  expect(of(() => zipNumbers(plus)({ w: one }, { w: two }))).toEqual({ left: [1], right: [1, 2] })
  expect(columnsOf([[1, 2], [3, 4], [5, 6]])).toEqual([[1, 3, 5], [2, 4, 6]]) // prettier-ignore
  expect(of(() => columnsOf([[1, 2], [3]]))).toEqual({ left: [3], right: [1, 2] })
})

test('what the suite itself should have made is its own mistake', () => {
  expect([nth([undefined], 0), nth(Float32Array.of(1, 2), 1), nth('ab', 0)]).toEqual([undefined, 2, 'a'])
  for (const i of [-1, 2, 0.5, Number.NaN]) expect(() => nth([1, 2], i)).toThrow(/the suite's own mistake/)
})
