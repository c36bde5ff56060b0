import { sizeOf } from '../tree/sizeOf.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { count as integer, positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { numberOrSchedule, oneOf } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import { plainOptions } from '../schedules/described.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { alike, fitted, whitened } from './kronFactors.js'
import { leafwise, leafwiseSlots, type SlotStart } from './leafwise.js'
import { identityStart, matrixShape, type Side } from './matrixSides.js'
import { drawnNormals, type Normals } from './normalsOf.js'
import { must } from '../scalars/must.js'

/** Options of `scaleByKron`. */
export interface ScaleByKronOptions {
  /** The decay of the momentum, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly momentum?: number
  /** How often the factors are fitted, in [0, 1]: at every ⌈1/p⌉-th step. A number, or a schedule; by default 1 for 500
   *  steps, then less and less, down to 0.03 after 4000. */
  readonly preconditionerUpdateProbability?: number | Schedule
  /** How far the factors move when they are fitted, ≥ 0.
   *
   *  @defaultValue 0.1 */
  readonly precondLr?: number
  /** The longest side whose factor is a triangle; of a longer one only the diagonal is kept. An integer ≥ 1.
   *
   *  @defaultValue 1024 */
  readonly maxSizeTriangular?: number
  /** Which factors are diagonals whatever their size: none, that of the longer side, or all.
   *
   *  @defaultValue 'none' */
  readonly memorySaveMode?: 'none' | 'oneDiag' | 'allDiag'
  /** Which random numbers are drawn: an integer ≥ 0.
   *
   *  @defaultValue 0 */
  readonly key?: number
}

/** The state of `scaleByKron`. */
export interface ScaleByKronState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** Steps since the factors were fitted. */
  readonly waited: number
  /** The momentum. */
  readonly mu: P
  /** The factor of the rows: a triangle, or a column. Of a vector or a number its only one, of its shape. */
  readonly left: Leaves<P, Tensor>
  /** The factor of the columns: a triangle, or a row. */
  readonly right: Leaves<P, Tensor | null>
}

/** The state of `scaleByKron` as a function of the parameters. */
export interface ScaleByKron extends StateLambda {
  readonly State: ScaleByKronState<this['Params']>
}

/** PSGD with Kronecker factors: whitens gradients by triangles that are fitted by the way.
 *
 *  ```text
 *  m = EMA(g), debiased     u = Pᵀ·P·m·Qᵀ·Q,  u ← u·min(1, 1.1/rms(u))        first, now and then:
 *  A = P·m·Qᵀ     B = P⁻ᵀ·V·Q⁻¹,  V normal     P ← P − lr·triu(A·Aᵀ − B·Bᵀ)/‖A·Aᵀ + B·Bᵀ‖·P     Q alike, by columns
 *  a diagonal: p ← p − lr·(a² − b²)·p/max(a² + b²), summed over the other side
 *  ```
 *
 *  @shapes state `{ count, waited, mu, left, right }`; of a matrix [m, n] left (P) is [m, m] or [m, 1], right (Q) [n, n]
 *    or [1, n]. A leaf of more axes is the matrix [all others, the last]; of vectors and numbers left has their shape
 *    and right is `null`.
 *  @units directions with a root mean square of at most 1.1. It needs a learning rate. A gradient of 1.8e19 or more has
 *    no square in float32: that leaf is NaN from then on. `clipByGlobalNorm` before it keeps it finite.
 *  @laws pure: the same state gives the same numbers on every backend; what is drawn for a leaf depends on its path. With
 *    probability 0 it is the momentum, capped.
 *  @departs reads back the triangles (not the diagonals) at the steps that fit them: at first all, later one in 33. Triangular
 *    systems are solved on the host in double. Sides longer than 1024 have diagonals, where timm's limit is 2048. Both
 *    factors of a matrix are made alike in size before each fit, which changes no update; the authors do so by lot.
 *    It is no equation.
 *  @reference Li 2018, arXiv:1512.04202; Pooladzandi & Li 2024, arXiv:2402.11858; evanatyourservice/kron_torch; timm's Kron
 *  @example chain(scaleByKron({ key: 7 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByKron = (given?: ScaleByKronOptions): Transformation<ScaleByKron> =>
  scaleByKronOf(drawnNormals)(given)

/** The same with normals from elsewhere, as another library drew them.
 *
 *  @internal */
export const scaleByKronOf =
  (normals: Normals) =>
  (given?: ScaleByKronOptions): Transformation<ScaleByKron> => {
    const checked = parse(given)
    const { momentum, preconditionerUpdateProbability, precondLr, maxSizeTriangular, memorySaveMode, key } = checked
    const isTriangle = ([rows, columns]: readonly [number, number], side: Side): boolean => {
      const [own, other] = side === 0 ? [rows, columns] : [columns, rows]
      const longer = own > other || (own === other && side === 1)
      return own <= maxSizeTriangular && (memorySaveMode === 'none' || (memorySaveMode === 'oneDiag' && !longer))
    }
    const factors = (params: unknown, side: Side): unknown => {
      const { shapes } = skeletonOf(params, 'params')
      const triangular = (leaf: number): boolean => {
        const matrix = matrixShape(must(shapes[leaf], 'shape of a leaf'))
        return matrix !== null && isTriangle(matrix, side)
      }
      const start: SlotStart = (O, shape, leaf) =>
        triangular(leaf) ? identityStart(O, shape, leaf) : O.filled(shape, 1)
      return leafwiseSlots(
        params,
        (shape, leaf) => {
          const matrix = matrixShape(shape)
          if (matrix === null) return side === 0 ? shape : null
          const n = matrix[side]
          return triangular(leaf) ? [n, n] : side === 0 ? [n, 1] : [1, n]
        },
        start,
      )
    }
    return plain<ScaleByKron>({
      name: 'scaleByKron',
      options: plainOptions(checked),
      readsBack: memorySaveMode === 'allDiag' ? undefined : 'the triangles at the steps that fit them',
      // Trees that are made leaf by leaf have the structure of the parameters, here and below.
      init: <P extends Tree>(params: P) =>
        ({
          count: 0,
          waited: 0,
          mu: leafwiseSlots(params, (shape) => shape),
          left: factors(params, 0),
          right: factors(params, 1),
        }) as ScaleByKronState<P>,
      update: <P extends Tree>(updates: unknown, state: ScaleByKronState<P>, params: P) => {
        const { count, mu } = state
        const due = state.waited + 1 >= 1 / valueAt(preconditionerUpdateProbability, count)
        const { paths } = skeletonOf(params, 'params')
        const [out, next, left, right] = leafwise((O, { update: g, leaf, slots: [old, left, q = null], held }) => {
          const m = O.add(O.mul(held(old, 'scaleByKron', 'mu'), momentum), O.mul(g, 1 - momentum))
          const p = held(left, 'scaleByKron', 'left')
          const place = must(paths[leaf], 'path of a leaf')
          const matrix = matrixShape(g.shape)
          const triangles = ([0, 1] as const).map((side) => matrix !== null && isTriangle(matrix, side))
          const flat = O.reshape(O.div(m, 1 - momentum ** (count + 1)), matrix ?? g.shape)
          const balanced = due && q !== null ? alike(O, p, q) : [p, q]
          const [one = p, other = null] = due
            ? fitted(O, flat, balanced, triangles, precondLr, () =>
                O.of(Float64Array.from(normals(flat.shape, `${key}/${count}/${place}`)), flat.shape),
              )
            : [p, q]
          const both = whitened(O, flat, [one, other], triangles)
          const axes = both.shape.map((_, axis) => axis)
          const rms = O.div(O.norm(both, axes), Math.sqrt(sizeOf(both.shape)))
          const capped = O.mul(both, O.min(O.div(O.filled(rms.shape, 1.1), O.add(rms, 1e-8)), 1))
          return [O.reshape(capped, g.shape), m, one, other]
        })(updates, params, [mu, state.left, state.right])
        return [
          out as Leaves<P, null>,
          { count: count + 1, waited: due ? 0 : state.waited + 1, mu: next, left, right } as ScaleByKronState<P>,
        ]
      },
    })
  }

/** 1 for 500 steps, then falling to 0.03. */
const annealed: Schedule = (count) => Math.min(1, Math.max(0.03, Math.exp(-0.001 * (count - 500))))

/** The options of Kron's direction, for `kron`.
 *
 *  @internal */
export const kronOptions = {
  momentum: withDefault(halfOpenUnit, 0.9),
  preconditionerUpdateProbability: withDefault(numberOrSchedule(unitInterval), annealed),
  precondLr: withDefault(nonNegative, 0.1),
  maxSizeTriangular: withDefault(positiveCount, 1024),
  memorySaveMode: withDefault(oneOf('none', 'oneDiag', 'allDiag'), 'none'),
  key: withDefault(integer, 0),
}

const parse = optionsFor<ScaleByKronOptions>()('scaleByKron', kronOptions)
