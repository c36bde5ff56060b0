/// <reference types="vite/client" />
import { type MovingAverageOptions, withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { hide } from '../../../src/combinators/transformations.js'
import { adam } from '../../../src/optimizers/adam.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import type { Numbers, Nested } from './optaxCases.js'
import text from './movingAverageOptimizer.json?raw'

/** A run of the original MovingAverageOptimizer (r1.14) on TensorFlow 2.21, sequential. */
export interface MovingAverageCase {
  readonly title: string
  readonly inner: 'sgd' | 'momentum' | 'adam'
  readonly options: { readonly learningRate: number; readonly momentum?: number; readonly eps?: number }
  readonly decay: number
  /** `pre`: the number given is that of the updates before this one. */
  readonly numUpdates: 'pre' | null
  readonly dtype: 'float32' | 'float64'
  readonly params: Numbers
  readonly grads: readonly Numbers[]
  readonly trajectory: readonly { readonly params: Numbers; readonly average: Numbers }[]
  /** What the swapping saver wrote, by name. */
  readonly swappedFile: Readonly<Record<string, Nested>>
}

// The file is this repository's own; a case that is not one fails the test that reads it.
const { cases } = JSON.parse(text) as { readonly cases: readonly Omit<MovingAverageCase, 'title'>[] }

/** All runs. */
export const movingAverageCases: readonly MovingAverageCase[] = cases.map((run, i) => ({
  ...run,
  title: `${i} ${run.inner}, decay ${run.decay}${run.numUpdates === null ? '' : ', warmed up'}, ${run.dtype}`,
}))

/** How a case averages. */
export const averagingOf = ({ decay, numUpdates }: MovingAverageCase): MovingAverageOptions => ({
  decay,
  ...(numUpdates === null ? {} : { numUpdates: 'before' as const }),
})

/** The optimizer of a case. */
export const optimizerOf = (run: MovingAverageCase) => withMovingAverage(averagingOf(run))(innerOf(run))

const innerOf = ({ inner, options }: MovingAverageCase): Transformation<Opaque> =>
  inner === 'adam' ? hide(adam(options)) : hide(sgd(options))
