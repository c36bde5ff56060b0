import type { Tensor } from '@tensorflow/tfjs-core'
import { positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { flag, fn } from '../scalars/kinds.js'
import { finite, nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda } from '../transformation/Transformation.js'
import type { Leaf, Leaves, Tree } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'
import { axisLength } from '../tensors/axisLength.js'
import { must } from '../scalars/must.js'
import { leafwise, leafwiseSlots } from './leafwise.js'

/** The state of a factored second moment: `vRow` and `vCol` for factored leaves, `v` for the others, `null` where one
 *  is of no use. */
export interface FactoredState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The mean square of each row; `null` where a leaf is not factored. */
  readonly vRow: Leaves<P, Tensor | null>
  /** The mean square of each column; `null` where a leaf is not factored. */
  readonly vCol: Leaves<P, Tensor | null>
  /** The mean square of each element; `null` where a leaf is factored. */
  readonly v: Leaves<P, Tensor | null>
}

/** The state of `scaleByFactoredRms`, as a function of the parameters. */
export interface FactoredRms extends StateLambda {
  readonly State: FactoredState<this['Params']>
}

/** Options of `scaleByFactoredRms`. */
export interface ScaleByFactoredRmsOptions {
  /** Keeps rows and columns in place of the whole second moment, where a leaf is large enough.
   *
   *  @defaultValue true */
  readonly factored?: boolean
  /** The exponent of the decay: 1 − (t + 1)^−decayRate.
   *
   *  @defaultValue 0.8 */
  readonly decayRate?: number
  /** Added to the count of steps.
   *
   *  @defaultValue 0 */
  readonly stepOffset?: number
  /** From which size of the two largest axes on a leaf is factored.
   *
   *  @defaultValue 128 */
  readonly minDimSizeToFactor?: number
  /** Added to the squares of the gradients.
   *
   *  @defaultValue 1e-30 */
  readonly epsilon?: number
  /** The decay at a count, given `decayRate`. Default: 1 − (count + 1)^−decayRate. */
  readonly decayRateFn?: (count: number, decayRate: number) => number
}

/** Rescales by a second moment kept as one row and one column: memory m + n instead of m·n.
 *
 *  ```text
 *  β = 1 − (count − stepOffset + 1)^−decayRate     q = g² + ε     R = β·R + (1−β)·mean_cols q
 *  C = β·C + (1−β)·mean_rows q
 *  u = g / (√(R/mean R)·√C),   not factored: v = β·v + (1−β)·q,  u = g/√v
 *  ```
 *
 *  @shapes state `{ count, vRow, vCol, v }`. Factored are leaves of two axes and more whose second longest is at least
 *    `minDimSizeToFactor`: vRow lacks the longest axis, vCol the second longest.
 *  @units squares of gradients are summed in float32: a row or column whose sum passes 3.4e38 is infinite for
 *    good, and gives NaN. `clipByGlobalNorm` before it, with a bound below 1.8e19, keeps all finite.
 *  @throws `RangeError` where `decayRateFn` gives no number in [0, 1]: the default does before `stepOffset`.
 *  @laws the first step of a leaf that is not factored is sign(g).
 *  @reference Shazeer & Stern 2018, arXiv:1804.04235; optax.scale_by_factored_rms
 *  @example chain(scaleByFactoredRms(), clipByBlockRms({ threshold: 1 }), scaleByLearningRate({ learningRate: 1e-2 })) */
export const scaleByFactoredRms = (given?: ScaleByFactoredRmsOptions) => {
  const checked = parse(given)
  const { factored, decayRate, stepOffset, minDimSizeToFactor, epsilon, decayRateFn } = checked
  const dims = (shape: readonly number[]) => (factored ? longestTwo(shape, minDimSizeToFactor) : null)
  const without = (which: 'rows' | 'cols') => (shape: readonly number[]) => {
    const found = dims(shape)
    return found === null ? null : shape.filter((_, axis) => axis !== (which === 'rows' ? found.longest : found.second))
  }
  return plain<FactoredRms>({
    name: 'scaleByFactoredRms',
    options: plainOptions(checked),
    // Trees that are made leaf by leaf have the structure of the parameters, here and below.
    init: <P extends Tree>(params: P) => ({
      count: 0,
      vRow: leafwiseSlots(params, without('rows')) as Leaves<P, null>,
      vCol: leafwiseSlots(params, without('cols')) as Leaves<P, null>,
      v: leafwiseSlots(params, (shape) => (dims(shape) === null ? shape : null)) as Leaves<P, null>,
    }),
    update: <P extends Tree>(updates: unknown, { count, vRow, vCol, v }: FactoredState<P>, params: P) => {
      const keep = decayRateFn(count - stepOffset, decayRate)
      const rule = leafwise((O, { update: g, slots: [row, col, whole], held }) => {
        const squares = O.add(O.mul(g, g), epsilon)
        const mean = (x: typeof g, axis: number) => O.div(O.sum(x, [axis]), axisLength(x, axis))
        // the old average lacks the axis that was averaged away
        const moved = (old: typeof g | null | undefined, place: string, x: typeof g) =>
          O.add(O.mul(O.reshape(held(old, 'scaleByFactoredRms', place), x.shape), keep), O.mul(x, 1 - keep))
        const found = dims(g.shape)
        if (found === null) {
          const next = moved(whole, 'v', squares)
          return [O.div(g, O.sqrt(next)), null, null, next]
        }
        const { longest, second } = found
        const rows = moved(row, 'vRow', mean(squares, longest))
        const cols = moved(col, 'vCol', mean(squares, second))
        const update = O.div(O.div(g, O.sqrt(O.div(rows, mean(rows, second)))), O.sqrt(cols))
        return [update, flat(O, rows, longest), flat(O, cols, second), null]
      })
      const [out, rows, cols, wholes] = rule(updates, params, [vRow, vCol, v])
      return [
        out as Leaves<P, null>,
        {
          count: count + 1,
          vRow: rows as Leaves<P, null>,
          vCol: cols as Leaves<P, null>,
          v: wholes as Leaves<P, null>,
        },
      ]
    },
  })
}

const flat = <L extends Leaf>(O: Axiswise<L>, x: L, axis: number): L =>
  O.reshape(
    x,
    x.shape.filter((_, i) => i !== axis),
  )

/** The longest and second longest axis; of equal ones the later is longer. */
const longestTwo = (
  shape: readonly number[],
  least: number,
): { readonly longest: number; readonly second: number } | null => {
  const [longest, second] = shape.map((n, axis) => ({ n, axis })).sort((a, b) => b.n - a.n || b.axis - a.axis)
  return second === undefined || second.n < least
    ? null
    : { longest: must(longest, 'longest axis').axis, second: second.axis }
}

const parse = optionsFor<ScaleByFactoredRmsOptions>()('scaleByFactoredRms', {
  factored: withDefault(flag, true),
  decayRate: withDefault(nonNegative, 0.8),
  stepOffset: withDefault(finite, 0),
  minDimSizeToFactor: withDefault(positiveCount, 128),
  epsilon: withDefault(nonNegative, 1e-30),
  decayRateFn: withDefault(
    fn<(count: number, decayRate: number) => number>(
      'a function of count and rate',
      '(count) => 1 - 1 / (count + 1)',
      unitInterval,
    ),
    (count, exponent) => 1 - (count + 1) ** -exponent,
  ),
})
