import type { Tensor } from '@tensorflow/tfjs-core'
import { at, matrixOf } from '../linearAlgebra/Matrix.js'
import { symmetricEigen } from '../linearAlgebra/symmetricEigen.js'
import { count as countOrNone, positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { optional, optionsFor, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Leaf, Leaves, Tree } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'
import { leafwise, leafwiseSlots } from './leafwise.js'
import { asLeaf, gramOf, identityStart, matrixShape, onHost, sideOf, times } from './matrixSides.js'

/** Options of `scaleByShampoo`. */
export interface ScaleByShampooOptions {
  /** The decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** The decay of the matrices, in [0, 1]; 1 sums them up.
   *
   *  @defaultValue 1 */
  readonly b2?: number
  /** Added to the eigenvalues, > 0.
   *
   *  @defaultValue 1e-12 */
  readonly eps?: number
  /** The decay of the second moment of the Adam that gives updates their length, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly graftingB2?: number
  /** Added to its root.
   *
   *  @defaultValue 1e-8 */
  readonly graftingEps?: number
  /** After how many steps the roots are taken anew: an integer ≥ 1.
   *
   *  @defaultValue 10 */
  readonly preconditionFrequency?: number
  /** The first step, counted from 1, that uses them; before it Adam steps. Default `preconditionFrequency`. */
  readonly startPreconditioningStep?: number
  /** The longest side of a matrix that gets a factor: an integer ≥ 1.
   *
   *  @defaultValue 1024 */
  readonly maxPreconditionerDim?: number
}

/** The state of `scaleByShampoo`; what belongs to a side is `null` where that side has no factor. */
export interface ScaleByShampooState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment. */
  readonly mu: P
  /** The second moment of the grafted Adam. */
  readonly nu: P
  /** The average, or sum, of g·gᵀ. */
  readonly left: Leaves<P, Tensor | null>
  /** The average, or sum, of gᵀ·g. */
  readonly right: Leaves<P, Tensor | null>
  /** The root of `left` that rows are multiplied by. */
  readonly leftRoot: Leaves<P, Tensor | null>
  /** The root of `right` that columns are multiplied by. */
  readonly rightRoot: Leaves<P, Tensor | null>
}

/** The state of `scaleByShampoo` as a function of the parameters. */
export interface ScaleByShampoo extends StateLambda {
  readonly State: ScaleByShampooState<this['Params']>
}

/** Shampoo as it is run at scale: the direction of inverse roots, the length of Adam's update.
 *
 *  ```text
 *  L = β₂·L + (1−β₂)·g·gᵀ     R = β₂·R + (1−β₂)·gᵀ·g     (β₂ = 1: sums)     m̂: the first moment, debiased
 *  s = (L̂ + ε)^(−1/4)·m̂·(R̂ + ε)^(−1/4)     a = m̂/(√v̂ + graftingEps)     u = s·‖a‖/‖s‖
 *  before startPreconditioningStep u = a; of a vector s = (L̂ + ε)^(−1/2)·m̂
 *  ```
 *
 *  @shapes state `{ count, mu, nu, left, right, leftRoot, rightRoot }`; of a matrix [m, n] left and leftRoot are [m, m], right
 *    and rightRoot [n, n]. A leaf of more axes is the matrix [all others, the last]; of vectors and numbers left is
 *    [n, n] and right `null`.
 *  @units directions, as long as Adam's. It needs a learning rate.
 *  @laws before its start it is `scaleByAdam` with graftingB2; the update of each leaf is as long as that.
 *  @departs reads back L and R at the steps that take the roots: the start and every multiple of `preconditionFrequency` from
 *    then on, nothing in between. Eigenvalues are taken on the host in double, and a side of 256 costs seconds; sides
 *    longer than `maxPreconditionerDim` have no factor, where the authors cut leaves into blocks. It is no equation.
 *  @reference Gupta et al. 2018, arXiv:1802.09568; Shi et al. 2023, arXiv:2309.06497; facebookresearch/optimizers
 *  @example chain(scaleByShampoo({ b2: 0.99 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByShampoo = (given?: ScaleByShampooOptions): Transformation<ScaleByShampoo> => {
  const checked = parse(given)
  const { b1, b2, eps, graftingB2, graftingEps, preconditionFrequency, maxPreconditionerDim } = checked
  const { startPreconditioningStep = preconditionFrequency } = checked
  const taken = b2 === 1 ? 1 : 1 - b2
  const sides = (params: unknown, start?: typeof identityStart) =>
    ([0, 1] as const).map((side) =>
      leafwiseSlots(
        params,
        (shape) => {
          const n = flatShape(shape)[side]
          return n > maxPreconditionerDim || (side === 1 && matrixShape(shape) === null) ? null : [n, n]
        },
        start,
      ),
    )
  return plain<ScaleByShampoo>({
    name: 'scaleByShampoo',
    options: plainOptions(checked),
    readsBack: `left and right at step ${startPreconditioningStep} and then at every multiple of ${preconditionFrequency}`,
    // Trees that are made leaf by leaf have the structure of the parameters, here and below.
    init: <P extends Tree>(params: P) => {
      const moment = () => leafwiseSlots(params, (shape) => shape)
      const [left, right] = sides(params)
      const [leftRoot, rightRoot] = sides(params, identityStart)
      return { count: 0, mu: moment(), nu: moment(), left, right, leftRoot, rightRoot } as ScaleByShampooState<P>
    },
    update: <P extends Tree>(updates: unknown, { count, mu, nu, ...factors }: ScaleByShampooState<P>, params: P) => {
      const t = count + 1
      const started = t >= startPreconditioningStep
      const due = started && (t === Math.max(1, startPreconditioningStep) || t % preconditionFrequency === 0)
      const { left: l, right: r, leftRoot: p, rightRoot: q } = factors
      const [out, m, v, left, right, leftRoot, rightRoot] = leafwise(
        (O, { update: g, slots: [old, square, ...own], held }) => {
          const moment = O.add(O.mul(held(old, 'scaleByShampoo', 'mu'), b1), O.mul(g, 1 - b1))
          const second = O.add(
            O.mul(held(square, 'scaleByShampoo', 'nu'), graftingB2),
            O.mul(O.mul(g, g), 1 - graftingB2),
          )
          const mean = O.div(moment, 1 - b1 ** t)
          const grafted = O.div(mean, O.add(O.sqrt(O.div(second, 1 - graftingB2 ** t)), graftingEps))
          const flat = O.reshape(g, flatShape(g.shape))
          const sums = own
            .slice(0, 2)
            .map((sum, i) => (sum === null ? null : O.add(O.mul(sum, b2), O.mul(gramOf(O, flat, sideOf(i)), taken))))
          const exponent = matrixShape(g.shape) === null ? -1 / 2 : -1 / 4
          const roots = sums.map((sum, i) =>
            due && sum !== null ? root(O, sum, exponent, b2 === 1 ? 1 : 1 - b2 ** t, eps) : (own[i + 2] ?? null),
          )
          const [one = null, other = null] = roots
          const direction = () => {
            const s = times(O, other, times(O, one, O.reshape(mean, flat.shape), 0), 1)
            const length = O.norm(s, [0, 1])
            const wanted = O.norm(O.reshape(grafted, flat.shape), [0, 1])
            return O.reshape(O.mul(s, O.div(wanted, O.whereLess(0, length, length, 1))), g.shape)
          }
          return [
            started && (one !== null || other !== null) ? direction() : grafted,
            moment,
            second,
            sums[0] ?? null,
            sums[1] ?? null,
            one,
            other,
          ]
        },
      )(updates, params, [mu, nu, l, r, p, q])
      return [
        out as Leaves<P, null>,
        { count: t, mu: m, nu: v, left, right, leftRoot, rightRoot } as ScaleByShampooState<P>,
      ]
    },
  })
}

/** A leaf as a matrix; of a vector one of a single column. */
const flatShape = (shape: readonly number[]): readonly [number, number] => matrixShape(shape) ?? [shape[0] ?? 1, 1]

/** (a/size + ε)^exponent of a symmetric matrix, by the host. */
const root = <L extends Leaf>(O: Axiswise<L>, a: L, exponent: number, size: number, eps: number): L => {
  const { values, vectors } = symmetricEigen(onHost(O, a))
  const powers = values.map((x) => (Math.max(x, 0) / size + eps) ** exponent)
  const n = vectors.columns
  return asLeaf(
    O,
    matrixOf(n, n, (i, j) => powers.reduce((sum, x, k) => sum + at(vectors, i, k) * x * at(vectors, j, k), 0)),
  )
}

/** The options of Shampoo's direction, for `shampoo`.
 *
 *  @internal */
export const shampooOptions = {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(unitInterval, 1),
  eps: withDefault(positive, 1e-12),
  graftingB2: withDefault(halfOpenUnit, 0.999),
  graftingEps: withDefault(nonNegative, 1e-8),
  preconditionFrequency: withDefault(positiveCount, 10),
  startPreconditioningStep: optional(countOrNone),
  maxPreconditionerDim: withDefault(positiveCount, 1024),
}

const parse = optionsFor<ScaleByShampooOptions>()('scaleByShampoo', shampooOptions)
