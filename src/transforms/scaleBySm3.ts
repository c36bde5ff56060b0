import type { Tensor } from '@tensorflow/tfjs-core'
import { unitInterval } from '../scalars/Decay.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda } from '../transformation/Transformation.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { otherAxes } from './Axiswise.js'
import { leafwise, leafwiseSlots } from './leafwise.js'

/** The state of SM3: `mu[i]` holds one number for each index of axis i, `null` for leaves of fewer axes; `nu` is the
 *  momentum. */
export interface ScaleBySm3State<P> {
  /** For each axis, the largest sums of squares along it. */
  readonly mu: readonly Leaves<P, Tensor | null>[]
  /** The momentum. */
  readonly nu: P
}

/** The state of `scaleBySm3`, as a function of the parameters. */
export interface ScaleBySm3 extends StateLambda {
  readonly State: ScaleBySm3State<this['Params']>
}

/** Options of `scaleBySm3`. */
export interface ScaleBySm3Options {
  /** Decay of the momentum, in [0, 1].
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** Decay of the accumulators, in [0, 1]; at 1 they are sums.
   *
   *  @defaultValue 1 */
  readonly b2?: number
  /** Added to the denominator, so that it is never zero.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
}

/** Adagrad with one accumulator for each row, column and so on: memory m + n instead of m·n.
 *
 *  ```text
 *  a = κ·g² + β₂·minᵢ μᵢ     x = g/√(a + ε) where a > 0, else 0     ν = β₁·ν + (1−β₁)·x
 *  μᵢ = max of a over all axes but i     u = ν
 *  κ = 1 where β₂ = 1, else 1−β₂
 *  ```
 *
 *  @shapes state `{ mu, nu }`; μᵢ of a leaf has its i-th axis only; nu is like the parameters.
 *  @units as in `scaleByAdam`, gradients from 1.8e19 on make mu infinite for good: clip them before.
 *  @departs no bias correction, so the first step is (1−β₁)·sign(g); a number is one cell here, where optax fails.
 *  @reference Anil et al. 2019, arXiv:1901.11150; optax.scale_by_sm3
 *  @example chain(scaleBySm3(), scaleByLearningRate({ learningRate: 0.1 })) */
export const scaleBySm3 = (given?: ScaleBySm3Options) => {
  const checked = parse(given)
  const { b1, b2, eps } = checked
  const fresh = b2 === 1 ? 1 : 1 - b2
  const rule = leafwise((O, { update: g, slots: [nu, ...mu], held }) => {
    const rank = g.shape.length
    const cover = (m: typeof g | null | undefined, axis: number) =>
      O.reshape(held(m, 'scaleBySm3', `mu.${axis}`), onAxis(g.shape, axis))
    // a number is one cell
    const [first, ...others] = mu.slice(0, Math.max(rank, 1))
    const least = others.reduce<typeof g>((a, m, i) => O.min(a, cover(m, i + 1)), cover(first, 0))
    const sum = O.add(O.mul(O.mul(g, g), fresh), O.mul(least, b2))
    // The divisor is chosen, not the quotient: a gradient that is not a number must show.
    const scaled = O.div(g, O.whereLess(0, sum, O.sqrt(O.add(sum, eps)), Number.POSITIVE_INFINITY))
    const next = O.add(O.mul(held(nu, 'scaleBySm3', 'nu'), b1), O.mul(scaled, 1 - b1))
    return [
      next,
      O.copy(next),
      ...mu.map((m, axis) => (m === null ? null : O.reshape(O.largest(sum, otherAxes(rank, axis)), m.shape))),
    ]
  })
  return plain<ScaleBySm3>({
    name: 'scaleBySm3',
    options: checked,
    // Trees that are made leaf by leaf have the structure of the parameters, here and below.
    init: <P extends Tree>(params: P) => ({
      mu: Array.from(
        { length: rankOf(params) },
        (_, axis) => leafwiseSlots(params, (shape) => coverOf(shape, axis)) as Leaves<P, null>,
      ),
      nu: leafwiseSlots(params, (shape) => shape) as P,
    }),
    update: <P extends Tree>(updates: unknown, { mu, nu }: ScaleBySm3State<P>, params: P) => {
      const [out, next, ...covers] = rule(updates, params, [nu, ...mu])
      return [out as Leaves<P, null>, { mu: covers as readonly Leaves<P, null>[], nu: next as P }]
    },
  })
}

/** The most axes of a leaf, at least one. */
const rankOf = (params: unknown): number =>
  Math.max(1, ...skeletonOf(params, 'params').shapes.map(({ length }) => length))

/** The shape of a leaf's accumulator for an axis; a number is one cell. */
const coverOf = (shape: readonly number[], axis: number): readonly number[] | null => {
  const n = shape[axis]
  return n !== undefined ? [n] : axis === 0 ? [] : null
}

const onAxis = (shape: readonly number[], axis: number): readonly number[] => shape.map((n, i) => (i === axis ? n : 1))

const parse = optionsFor<ScaleBySm3Options>()('scaleBySm3', {
  b1: withDefault(unitInterval, 0.9),
  b2: withDefault(unitInterval, 1),
  eps: withDefault(nonNegative, 1e-8),
})
