import { sizeOf } from '../tree/sizeOf.js'
import { nth } from '../scalars/nth.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { at, matrixOf, product } from '../linearAlgebra/Matrix.js'
import { qr } from '../linearAlgebra/qr.js'
import { symmetricEigen } from '../linearAlgebra/symmetricEigen.js'
import { positiveCount } from '../scalars/Count.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, optionsFor, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Leaf, Leaves, Tree } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'
import { leafwise, leafwiseSlots } from './leafwise.js'
import {
  asLeaf,
  gramOf,
  identityStart,
  matrixShape,
  onHost,
  sideOf,
  sideShape,
  times,
  timesTransposed,
} from './matrixSides.js'

/** Options of `scaleBySoap`. */
export interface ScaleBySoapOptions {
  /** The decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.95 */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.95 */
  readonly b2?: number
  /** Added to the root.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** The decay of the matrices whose eigenvectors are the bases, in [0, 1). Default that of the second moment. */
  readonly shampooBeta?: number
  /** After how many steps the bases are turned: an integer ≥ 1.
   *
   *  @defaultValue 10 */
  readonly preconditionFrequency?: number
  /** The longest side of a matrix that gets a basis of its own: an integer ≥ 1.
   *
   *  @defaultValue 1024 */
  readonly maxPrecondDim?: number
  /** Whether the update of each leaf is divided by its root mean square.
   *
   *  @defaultValue false */
  readonly normalizeGrads?: boolean
  /** Whether both moments are corrected for their start at zero.
   *
   *  @defaultValue true */
  readonly correctBias?: boolean
}

/** The state of `scaleBySoap`; what belongs to a side is `null` where that side has no basis. */
export interface ScaleBySoapState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment, in the basis of the parameters. */
  readonly mu: P
  /** The second moment, in the turned bases. */
  readonly nu: P
  /** The average of g·gᵀ. */
  readonly left: Leaves<P, Tensor | null>
  /** The average of gᵀ·g. */
  readonly right: Leaves<P, Tensor | null>
  /** The basis of the rows, as columns. */
  readonly leftBasis: Leaves<P, Tensor | null>
  /** The basis of the columns, as columns. */
  readonly rightBasis: Leaves<P, Tensor | null>
}

/** The state of `scaleBySoap` as a function of the parameters. */
export interface ScaleBySoap extends StateLambda {
  readonly State: ScaleBySoapState<this['Params']>
}

/** Adam in the eigenbases of Shampoo's matrices.
 *
 *  ```text
 *  m = β₁·m + (1−β₁)·g     v = β₂·v + (1−β₂)·(Pᵀ·g·Q)²     u = c·P·((Pᵀ·m·Q)/(√v + ε))·Qᵀ     c = √(1−β₂ᵗ)/(1−β₁ᵗ)
 *  L = β·L + (1−β)·g·gᵀ     R = β·R + (1−β)·gᵀ·g     t counts from the second gradient on
 *  at the first step P, Q = eigenvectors of L, R, and u = 0; every k-th step then P = qr(L·P), Q = qr(R·Q)
 *  ```
 *
 *  @shapes state `{ count, mu, nu, left, right, leftBasis, rightBasis }`; of a matrix [m, n] left and leftBasis are [m, m],
 *    right and rightBasis [n, n]. A leaf of more axes is the matrix [all others, the last]; vectors and numbers have
 *    `null` there and are Adam's.
 *  @units directions: about sign(g) in the turned bases. It needs a learning rate.
 *  @laws the first step does not move; without bases (`maxPrecondDim` below every side) it is `scaleByAdam` from the
 *    second gradient on, but for where ε stands.
 *  @departs reads back L and R at the first step and at every k-th, nothing in between: eigenvectors and QR are taken on the
 *    host in double, where the authors take float32. A side of 256 costs seconds at the first step, so longer ones
 *    than 1024 have no basis, where the authors' limit is 10 000. The first moment stays in the basis of the
 *    parameters, which is the same. It is no equation.
 *  @reference Vyas et al. 2024, arXiv:2409.11321; nikhilvyas/SOAP
 *  @example chain(scaleBySoap({ preconditionFrequency: 10 }), scaleByLearningRate({ learningRate: 3e-3 })) */
export const scaleBySoap = (given?: ScaleBySoapOptions): Transformation<ScaleBySoap> => {
  const checked = parse(given)
  const { b1, b2, eps, shampooBeta = b2, preconditionFrequency, maxPrecondDim, normalizeGrads, correctBias } = checked
  const sides = (params: unknown, start?: typeof identityStart) =>
    ([0, 1] as const).map((side) => leafwiseSlots(params, sideShape(side, maxPrecondDim), start))
  return plain<ScaleBySoap>({
    name: 'scaleBySoap',
    options: plainOptions(checked),
    readsBack: `left and right at the first step and then every ${preconditionFrequency}`,
    // Trees that are made leaf by leaf have the structure of the parameters, here and below.
    init: <P extends Tree>(params: P) => {
      const moment = () => leafwiseSlots(params, (shape) => shape)
      const [left, right] = sides(params)
      const [leftBasis, rightBasis] = sides(params, identityStart)
      return { count: 0, mu: moment(), nu: moment(), left, right, leftBasis, rightBasis } as ScaleBySoapState<P>
    },
    update: <P extends Tree>(updates: unknown, { count, mu, nu, ...bases }: ScaleBySoapState<P>, params: P) => {
      const first = count === 0
      const due = !first && count % preconditionFrequency === 0
      const c = correctBias && !first ? Math.sqrt(1 - b2 ** count) / (1 - b1 ** count) : 1
      const [out, m, v, left, right, leftBasis, rightBasis] = leafwise((O, { update, slots, held }) => {
        const [, , l = null, r = null, p = null, q = null] = slots
        const [old, square] = [held(slots[0], 'scaleBySoap', 'mu'), held(slots[1], 'scaleBySoap', 'nu')]
        const flat = matrixShape(update.shape) ?? update.shape
        const g = O.reshape(update, flat)
        const covariances = [l, r].map((average, i) =>
          average === null ? null : O.add(O.mul(average, shampooBeta), O.mul(gramOf(O, g, sideOf(i)), 1 - shampooBeta)),
        )
        const [nextL = null, nextR = null] = covariances
        if (first) {
          const [nextP = null, nextQ = null] = covariances.map((a) => (a === null ? null : eigenbasis(O, a)))
          return [O.filled(update.shape, 0), old, square, nextL, nextR, nextP, nextQ]
        }
        const turn = (x: typeof g) => timesTransposed(O, q, timesTransposed(O, p, x, 0), 1)
        const back = (x: typeof g) => times(O, q, times(O, p, x, 0), 1)
        const moment = O.add(O.mul(old, b1), O.mul(update, 1 - b1))
        const turned = turn(g)
        const second = O.add(O.mul(O.reshape(square, flat), b2), O.mul(O.mul(turned, turned), 1 - b2))
        // turned part by part: of the first gradient m and √v then have the same rounding, however small it is there
        const momentum = O.add(O.mul(turn(O.reshape(old, flat)), b1), O.mul(turned, 1 - b1))
        const u = back(O.div(momentum, O.add(O.sqrt(second), eps)))
        const direction = O.reshape(normalizeGrads ? O.div(u, O.max(rootMeanSquare(O, u), 1e-30)) : u, update.shape)
        const [one = null, other = null] = [p, q].map((basis, i) => {
          const covariance = covariances[i]
          return due && basis && covariance ? turnedBasis(O, covariance, basis) : null
        })
        const sorted = ([one, other] as const).reduce<typeof g>(
          (x, next, i) => (next === null ? x : timesTransposed(O, next.order, x, sideOf(i))),
          second,
        )
        return [
          O.mul(direction, c),
          moment,
          O.reshape(sorted, update.shape),
          nextL,
          nextR,
          one?.basis ?? p ?? null,
          other?.basis ?? q ?? null,
        ]
      })(updates, params, [mu, nu, bases.left, bases.right, bases.leftBasis, bases.rightBasis])
      return [
        out as Leaves<P, null>,
        { count: count + 1, mu: m, nu: v, left, right, leftBasis, rightBasis } as ScaleBySoapState<P>,
      ]
    },
  })
}

const rootMeanSquare = <L extends Leaf>(O: Axiswise<L>, x: L): L => {
  const axes = x.shape.map((_, axis) => axis)
  return O.div(O.norm(x, axes), Math.sqrt(sizeOf(x.shape)))
}

/** The eigenvectors of a symmetric matrix, of the largest first. */
const eigenbasis = <L extends Leaf>(O: Axiswise<L>, covariance: L): L => {
  const { vectors } = symmetricEigen(onHost(O, covariance))
  const n = vectors.columns
  return asLeaf(
    O,
    matrixOf(n, n, (i, j) => at(vectors, i, n - 1 - j)),
  )
}

/** One power iteration: the columns of the basis, of the largest first as they stand, times the matrix and made
 *  orthogonal; and the permutation that put them in order. */
const turnedBasis = <L extends Leaf>(O: Axiswise<L>, covariance: L, basis: L) => {
  const old = onHost(O, basis)
  const grown = product(onHost(O, covariance), old)
  const n = old.columns
  const sizes = Array.from({ length: n }, (_, j) => {
    let size = 0
    for (let i = 0; i < n; i++) size += at(old, i, j) * at(grown, i, j)
    return size
  })
  const order = sizes.map((_, j) => j).toSorted((i, j) => nth(sizes, j) - nth(sizes, i))
  return {
    basis: asLeaf(O, qr(matrixOf(n, n, (i, j) => at(grown, i, nth(order, j)))).q),
    order: asLeaf(
      O,
      matrixOf(n, n, (i, j) => (order[j] === i ? 1 : 0)),
    ),
  }
}

/** The options of SOAP's direction, for `soap`.
 *
 *  @internal */
export const soapOptions = {
  b1: withDefault(halfOpenUnit, 0.95),
  b2: withDefault(halfOpenUnit, 0.95),
  eps: withDefault(nonNegative, 1e-8),
  shampooBeta: optional(halfOpenUnit),
  preconditionFrequency: withDefault(positiveCount, 10),
  maxPrecondDim: withDefault(positiveCount, 1024),
  normalizeGrads: withDefault(flag, false),
  correctBias: withDefault(flag, true),
}

const parse = optionsFor<ScaleBySoapOptions>()('scaleBySoap', soapOptions)
