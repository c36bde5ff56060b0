import type { Tensor } from '@tensorflow/tfjs-core'
import { inside } from '../combinators/inside.js'
import { tidied } from '../tensors/tidied.js'
import { at, type Matrix, matrixOf } from '../linearAlgebra/Matrix.js'
import { svd } from '../linearAlgebra/svd.js'
import { anything } from '../scalars/kinds.js'
import { positiveCount } from '../scalars/Count.js'
import { finite } from '../scalars/numbers.js'
import { optional, options, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { described } from '../transformation/describe.js'
import { plain } from '../transformation/plain.js'
import type { AnyTransformation, StateLambda, Transformation } from '../transformation/Transformation.js'
import { skeletonOf, pathAt } from '../tree/Skeleton.js'
import type { Leaf, Leaves, Tree } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import type { Axiswise } from './Axiswise.js'
import { leafwise, leafwiseSlots } from './leafwise.js'
import { asMatrix, fansOf, fromMatrix, type MatrixAxes, matrixAxes, type MatrixDimensionsLike } from './matrixAxes.js'
import { scaleByAdam } from './scaleByAdam.js'
import { axisLength } from '../tensors/axisLength.js'
import { must } from '../scalars/must.js'
import { nth } from '../scalars/nth.js'

/** Options of `scaleByGalore`. */
export interface ScaleByGaloreOptions {
  /** How many directions are kept: an integer ≥ 1.
   *
   *  @defaultValue 128 */
  readonly rank?: number
  /** After how many steps they are chosen anew: an integer ≥ 1.
   *
   *  @defaultValue 200 */
  readonly updateProjGap?: number
  /** What a projected update is multiplied by.
   *
   *  @defaultValue 1 */
  readonly scale?: number
  /** What runs on the projected gradients. Default `scaleByAdam()`. */
  readonly baseOptimizer?: AnyTransformation
  /** The matrix in each leaf, `null` for those that are not projected. By default leaves of two axes are matrices. */
  readonly weightDimensionNumbers?: MatrixDimensionsLike
}

/** The state of `scaleByGalore`. */
export interface ScaleByGaloreState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The directions of each matrix, as columns; `null` where none is projected. */
  readonly projector: Leaves<P, Tensor | null>
  /** The base optimizer's, for the projected parameters: fewer rows or columns. */
  readonly base: unknown
}

/** The state of `scaleByGalore` as a function of the parameters. */
export interface ScaleByGalore extends StateLambda {
  readonly State: ScaleByGaloreState<this['Params']>
}

/** Runs an optimizer on gradients of low rank, so that its moments are small.
 *
 *  ```text
 *  every gap steps: P = the first singular vectors of g, on its longer side
 *  u = scale·P·base(Pᵀg),  or base(g·P)·Pᵀ where there are more columns than rows
 *  ```
 *
 *  @shapes state `{ count, projector, base }`; of a matrix [m, n] projector is [max(m, n), rank], and what base keeps has
 *    rank in the place of that side.
 *  @throws `TreeMismatch` for a leaf with axes beside those of its matrix.
 *  @laws with full rank and a base that is linear it is the base.
 *  @departs the decomposition is taken on the host in double, and reads back the gradients of matrices at every gap-th
 *    step, never between; optax takes it in float32. The base sees the projected parameters, where optax hands it
 *    none. Singular vectors keep the direction of those that they replace, where optax takes whichever sign comes:
 *    the moments of the base carry over. It is no equation.
 *  @reference Zhao et al. 2024, arXiv:2403.03507; optax.contrib.scale_by_galore
 *  @example chain(scaleByGalore({ rank: 32 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByGalore = (given?: ScaleByGaloreOptions): Transformation<ScaleByGalore> =>
  scaleByGaloreOf(forward)(given)

/** Which way singular vectors point, which is free: signs for columns, from those that they replace, by the path of the
 *  leaf and how often they were chosen before.
 *
 *  @internal */
export type Orientation = (
  vectors: Matrix,
  old: ArrayLike<number>,
  place: { readonly path: string; readonly turn: number },
) => readonly number[]

/** The same with signs from elsewhere, as another library has them.
 *
 *  @internal */
export const scaleByGaloreOf =
  (orientation: Orientation) =>
  (given?: ScaleByGaloreOptions): Transformation<ScaleByGalore> => {
    const { rank, updateProjGap, scale, baseOptimizer = scaleByAdam(), weightDimensionNumbers } = parse(given)
    const base = inside('scaleByGalore: baseOptimizer', baseOptimizer)
    const axesOf = matrixAxes('scaleByGalore', weightDimensionNumbers)
    const planned = (params: unknown): readonly (MatrixAxes | null)[] => {
      const skeleton = skeletonOf(params, 'params')
      const axes = axesOf(skeleton)
      const batched = axes.findIndex((one) => one !== null && one.batch.length > 0)
      if (batched !== -1)
        throw new TreeMismatch({
          where: 'the matrices of scaleByGalore',
          path: pathAt(skeleton, batched),
          expected: 'every axis among rows or columns',
          found: `the shape [${skeleton.shapes[batched]?.join(', ')}] with others`,
          hint: 'Name every axis in reductionAxis or outputAxis, or leave the leaf out with null.',
        })
      return axes
    }
    const projected = (params: unknown, trees: unknown, projector: unknown, axes: readonly (MatrixAxes | null)[]) =>
      leafwise((O, { update, leaf, slots: [p], held }) => {
        const own = axes[leaf] ?? null
        return own === null ? [update] : [down(O, asMatrix(O, update, own), held(p, 'scaleByGalore', 'projector'))]
      })(trees, params, [projector])[0]
    const sizes = (shape: readonly number[], own: MatrixAxes) => {
      const { fanIn, fanOut } = fansOf(shape, own)
      return [Math.max(fanIn, fanOut), Math.min(rank, fanIn, fanOut)] as const
    }
    return plain<ScaleByGalore>({
      name: 'scaleByGalore',
      options: {
        ...plainOptions({ rank, updateProjGap, scale, weightDimensionNumbers }),
        baseOptimizer: described(anatomyOf('scaleByGalore: baseOptimizer', baseOptimizer).description),
      },
      readsBack: `the gradients of matrices at every ${updateProjGap === 1 ? 'step' : `${updateProjGap}th step, from the first on`}`,
      // Trees that are made leaf by leaf have the structure of the parameters, here and below.
      init: <P extends Tree>(params: P) =>
        tidied(() => {
          const axes = planned(params)
          const projector = leafwiseSlots(params, (shape, leaf) => {
            const own = axes[leaf] ?? null
            return own === null ? null : sizes(shape, own)
          })
          return {
            count: 0,
            projector: projector as Leaves<P, null>,
            base: base.init(projected(params, params, projector, axes)),
          }
        }),
      update: <P extends Tree>(
        updates: unknown,
        { count, projector, base: inner }: ScaleByGaloreState<P>,
        params: P,
        extra: unknown,
      ) =>
        tidied(() => {
          const axes = planned(params)
          const due = count % updateProjGap === 0
          const { paths } = skeletonOf(params, 'params')
          const signs =
            (leaf: number): Parameters<typeof directions>[3] =>
            (vectors, old) =>
              orientation(vectors, old, { path: must(paths[leaf], 'path of a leaf'), turn: count / updateProjGap })
          const next = due
            ? leafwise((O, { update, leaf, slots: [p], held }) => {
                const own = axes[leaf] ?? null
                if (own === null) return [update, null]
                const old = held(p, 'scaleByGalore', 'projector')
                return [update, directions(O, asMatrix(O, update, own), old, signs(leaf))]
              })(updates, params, [projector])[1]
            : projector
          const [low, after] = base.update(
            projected(params, updates, next, axes),
            inner,
            projected(params, params, next, axes),
            extra,
          )
          const [out] = leafwise((O, { update, leaf, slots: [p, u = null], held }) => {
            const own = axes[leaf] ?? null
            // what the base leaves where it is stays there
            if (own === null || u === null) return [u]
            const { fanIn, fanOut } = fansOf(update.shape, own)
            const wide = up(O, u, held(p, 'scaleByGalore', 'projector'), fanIn >= fanOut)
            return [fromMatrix(O, O.mul(wide, scale), update.shape, own)]
          })(updates, params, [next, low])
          return [out as Leaves<P, null>, { count: count + 1, projector: next as Leaves<P, null>, base: after }]
        }),
    })
  }

/** The first singular vectors of a matrix, on its longer side. */
const directions = <L extends Leaf>(
  O: Axiswise<L>,
  matrix: L,
  old: L,
  signsOf: (vectors: Matrix, before: ArrayLike<number>) => readonly number[],
): L => {
  const [rows = 0, columns = 0] = matrix.shape
  const { u, v } = svd({ rows, columns, values: Float64Array.from(O.values(matrix)) })
  const side = rows >= columns ? u : v
  const kept = axisLength(old, 1)
  const first = matrixOf(side.rows, kept, (i, j) => at(side, i, j))
  const signs = signsOf(first, O.values(old))
  return O.of(matrixOf(side.rows, kept, (i, j) => nth(signs, j) * at(first, i, j)).values, [side.rows, kept])
}

/** Each points where the one that it replaces did, so that the moments of the base still mean something. */
const forward: Orientation = (vectors, old) =>
  Array.from({ length: vectors.columns }, (_, j) => {
    let along = 0
    // those before the first are zeros: nothing to point along
    for (let i = 0; i < vectors.rows; i++) along += at(vectors, i, j) * nth(old, i * vectors.columns + j)
    return along < 0 ? -1 : 1
  })

const isTall = <L extends Leaf>({ shape: [rows = 0, columns = 0] }: L): boolean => rows >= columns

const down = <L extends Leaf>(O: Axiswise<L>, matrix: L, p: L): L =>
  isTall(matrix) ? O.matMul(O.transpose(p, [1, 0]), matrix) : O.matMul(matrix, p)

/** From a projected update, whose longer side was that with the projector's length. */
const up = <L extends Leaf>(O: Axiswise<L>, update: L, p: L, tall: boolean): L =>
  tall ? O.matMul(p, update) : O.matMul(update, O.transpose(p, [1, 0]))

const parse = options('scaleByGalore', {
  rank: withDefault(positiveCount, 128),
  updateProjGap: withDefault(positiveCount, 200),
  scale: withDefault(finite, 1),
  baseOptimizer: optional(anything<AnyTransformation>('a transformation', 'scaleByAdam()')),
  weightDimensionNumbers: optional(
    anything<MatrixDimensionsLike>(
      'a tree of { reductionAxis, outputAxis } or null, or a function of the parameters to one',
      '{ kernel: { reductionAxis: 0, outputAxis: 1 }, bias: null }',
    ),
  ),
})
