import { axisLength } from '../tensors/axisLength.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { leavesIn } from '../engine/leavesIn.js'
import { positiveCount } from '../scalars/Count.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { options, withDefault } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda } from '../transformation/Transformation.js'
import type { Axiswise } from '../transforms/Axiswise.js'
import { type ExampleAxes, examplewise } from '../transforms/examplewise.js'
import { exampleAxes } from './exampleAxes.js'
import { meanRow } from './meanRow.js'
import { leafwiseSlots } from '../transforms/leafwise.js'
import type { Leaf, Leaves, Tree } from '../tree/Tree.js'

const name = 'trackPerElementMeanAndVarianceWithEma'

/** Options of `trackPerElementMeanAndVarianceWithEma`. */
export interface MeanAndVarianceOptions {
  /** How much of the averages stays, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly emaDecay?: number
  /** Which axes of the gradients count examples: one, or several.
   *
   *  @defaultValue 0 */
  readonly perEltAxis?: ExampleAxes
  /** How many micro-batches, all of one size, are one reading: an integer ≥ 1.
   *
   *  @defaultValue 1 */
  readonly accumulationSteps?: number
}

/** The state of `trackPerElementMeanAndVarianceWithEma`. */
export interface MeanAndVarianceState<P> {
  /** Readings so far. */
  readonly count: number
  /** Micro-batches since the last of them. */
  readonly microStep: number
  /** The decay of the averages, in [0, 1). */
  readonly emaDecay: number
  /** The average of the mean gradients, from zero. */
  readonly meanGradsEma: P
  /** The average of the variances, from zero. */
  readonly varianceGradsEma: P
  /** The mean over the micro-batches since the last reading; `null` where each is one. */
  readonly meanGrads: Leaves<P, Tensor | null>
  /** The sum of the squares of what differs from it. */
  readonly sumSqDiffGrads: Leaves<P, Tensor | null>
}

/** The state of `trackPerElementMeanAndVarianceWithEma` as a function of the parameters. */
export interface MeanAndVariance extends StateLambda {
  readonly State: MeanAndVarianceState<this['Params']>
}

/** Takes the gradients of single examples, passes their mean on, and tracks how it and their variance move: the noise of
 *  gradients, element by element.
 *
 *  ```text
 *  u = mean g     M ← d·M + (1 − d)·mean g     V ← d·V + (1 − d)·Σᵢ(gᵢ − mean g)²/(n − 1)        n examples
 *  over k micro-batches:  δ = mean g − m,  m ← m + δ/j,  S ← S + Σᵢ(gᵢ − mean g)² + δ²·n·(j − 1)/j     j = 1…k
 *  ```
 *
 *  @shapes gradients have axes of examples beside those of the parameters; state `{ count, microStep, emaDecay, meanGradsEma,
 *    varianceGradsEma, meanGrads, sumSqDiffGrads }`, trees like the parameters.
 *  @units the variance is that of one example's gradient; divided by n it is that of the mean.
 *  @throws `TreeMismatch` where a gradient has other axes, `RangeError` where a variance would be of one example,
 *    `TypeError` where leaves differ in the number of examples, or where it is not the first of its chain.
 *  @laws what it passes on is what `averagePerElementUpdates` does. A leaf without a gradient keeps its averages; what
 *    had gathered for one that has none in the last micro-batch is dropped.
 *  @departs one part, where optax hands the sums from one to another as extras.
 *  @reference optax.experimental.aggregating.track_per_element_mean_and_variance_with_ema
 *  @example chain(trackPerElementMeanAndVarianceWithEma({ emaDecay: 0.99 }), adam({ learningRate: 1e-3 })) */
export const trackPerElementMeanAndVarianceWithEma = (given?: MeanAndVarianceOptions) => {
  const checked = parse(given)
  const { emaDecay, perEltAxis, accumulationSteps } = checked
  const gathers = accumulationSteps > 1
  const reading = (microStep: number) =>
    examplewise(name, perEltAxis, (O, { rows, count, slots }) => {
      const step = { emaDecay, count, before: microStep, ready: microStep + 1 === accumulationSteps }
      if (step.ready && count * accumulationSteps === 1)
        throw new RangeError(
          `${name}: a variance needs two examples at least, found 1. Pass more at once, or accumulationSteps of 2 or more.`,
        )
      const leaves = rows.map((row, i) => readLeaf(O, step, [row, ...slots.map((list) => list[i] ?? null)]))
      const column = (k: number) => leaves.map((leaf) => leaf[k] ?? null)
      return { updates: column(0), slots: [1, 2, 3, 4].map(column) }
    })
  return plain<MeanAndVariance>({
    name,
    options: checked,
    aggregates: true,
    // Trees that are made leaf by leaf have the structure of the parameters, here and below.
    init: <P extends Tree>(params: P) => {
      const [meanGradsEma, varianceGradsEma] = [0, 1].map(() => leafwiseSlots(params, (shape) => shape))
      const [meanGrads, sumSqDiffGrads] = [0, 1].map(() => leafwiseSlots(params, (shape) => (gathers ? shape : null)))
      return {
        count: 0,
        microStep: 0,
        emaDecay,
        meanGradsEma,
        varianceGradsEma,
        meanGrads,
        sumSqDiffGrads,
      } as MeanAndVarianceState<P>
    },
    update: <P extends Tree>(updates: Tree, state: MeanAndVarianceState<P>, params: P) => {
      if (leavesIn<Leaf>(updates).length === 0) return [updates, state]
      const { count, microStep, ...trees } = state
      const ready = microStep + 1 === accumulationSteps
      const [mean, meanGradsEma, varianceGradsEma, meanGrads, sumSqDiffGrads] = reading(microStep)(updates, params, [
        trees.meanGradsEma,
        trees.varianceGradsEma,
        trees.meanGrads,
        trees.sumSqDiffGrads,
      ])
      return [
        mean as Tree,
        {
          count: ready ? count + 1 : count,
          microStep: ready ? 0 : microStep + 1,
          emaDecay: trees.emaDecay,
          meanGradsEma,
          varianceGradsEma,
          meanGrads,
          sumSqDiffGrads,
        } as MeanAndVarianceState<P>,
      ]
    },
  })
}

interface Reading {
  readonly emaDecay: number
  readonly count: number
  /** Micro-batches before this one. */
  readonly before: number
  readonly ready: boolean
}

/** The update of a leaf and its four slots, from its gradients and those. */
const readLeaf = <L extends Leaf>(
  O: Axiswise<L>,
  { emaDecay, count, before, ready }: Reading,
  [g = null, m = null, v = null, mean = null, sum = null]: readonly (L | null)[],
): readonly (L | null)[] => {
  const left = (x: L | null): L | null => (x === null || !ready ? x : O.filled(x.shape, 0))
  if (g === null || m === null || v === null) return [g, m, v, left(mean), left(sum)]
  const mu = meanRow(O, g, count)
  const elements = axisLength(g, 1)
  if (elements === 0) return [mu, m, v, mean, sum]
  const row = (x: L): L => O.reshape(x, [1, elements])
  const off = O.sub(g, mu)
  const squares = O.sum(O.mul(off, off), [0])
  const j = before + 1
  const grown = (old: L, squared: L): readonly [L, L] => {
    const delta = O.sub(mu, row(old))
    const between = O.mul(O.mul(delta, delta), (before * count) / j)
    return [O.add(row(old), O.div(delta, j)), O.add(O.add(row(squared), squares), between)]
  }
  const [all, spread] = mean === null || sum === null ? [mu, squares] : grown(mean, sum)
  if (!ready) return [mu, m, v, all, spread]
  const followed = (old: L, x: L): L => O.add(O.mul(row(old), emaDecay), O.mul(x, 1 - emaDecay))
  return [mu, followed(m, all), followed(v, O.div(spread, count * j - 1)), left(mean), left(sum)]
}

const parse = options(name, {
  emaDecay: withDefault(halfOpenUnit, 0.9),
  perEltAxis: withDefault(exampleAxes, 0),
  accumulationSteps: withDefault(positiveCount, 1),
})
