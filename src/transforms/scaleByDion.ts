import type { Tensor } from '@tensorflow/tfjs-core'
import { count as integer, positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { leafwise, leafwiseSlots, type SlotStart } from './leafwise.js'
import { type MuonScaling, muonScaling, scaleOf } from './muonScaling.js'
import { drawnNormals, type Normals } from './normalsOf.js'
import { onlyMatrices } from './onlyMatrices.js'
import { orthonormalRows } from './orthonormalRows.js'
import { must } from '../scalars/must.js'

/** Options of `scaleByDion`. */
export interface ScaleByDionOptions {
  /** How many directions a step takes, at most the shorter side: an integer ≥ 1.
   *
   *  @defaultValue 64 */
  readonly rank?: number
  /** What stays in the momentum of the directions that were taken, in [0, 1]: the others stay whole.
   *
   *  @defaultValue 0.95 */
  readonly mu?: number
  /** Added to the lengths that the directions are divided by.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** The length of the update, as in `scaleByMuon`.
   *
   *  @defaultValue 'none' */
  readonly scaling?: MuonScaling
  /** Which random numbers the directions begin with: an integer ≥ 0.
   *
   *  @defaultValue 0 */
  readonly key?: number
}

/** The state of `scaleByDion`. */
export interface ScaleByDionState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum. */
  readonly mu: P
  /** The directions on the side of the outputs' inputs, as columns: of a matrix [in, out] it is [in, rank]. */
  readonly basis: Leaves<P, Tensor>
}

/** The state of `scaleByDion` as a function of the parameters. */
export interface ScaleByDion extends StateLambda {
  readonly State: ScaleByDionState<this['Params']>
}

/** Muon of low rank: one power iteration takes the largest directions of the momentum, what it leaves stays there.
 *
 *  ```text
 *  B = M + g     Pᵀ = orthonormal rows of Qᵀ·B     R = B·P     M ← B − (1−μ)·R·Pᵀ     Q ← R with columns of length 1
 *  u = scale·Q·Pᵀ
 *  ```
 *
 *  @shapes state `{ count, mu, basis }`; mu like the parameters, basis [in, rank]. Leaves are matrices `[in, out]`.
 *  @units directions: singular values of about 1. It needs a learning rate.
 *  @throws `TypeError` for a leaf that is no matrix: `dion` gives those to Adam.
 *  @laws an update has at most `rank` singular values that are not zero; a gradient that is zero before all others gives
 *    zero; what a leaf begins with depends on its path.
 *  @departs nothing is read back: QR is Gram and Schmidt's way on the device, twice over, `rank` times five small operations.
 *    The default rank is a number, where the authors take a fraction of the side. It is no equation.
 *  @reference Ahn et al. 2025, arXiv:2504.05295; microsoft/dion
 *  @example chain(scaleByDion({ rank: 16, scaling: 'spectral' }), scaleByLearningRate({ learningRate: 0.01 })) */
export const scaleByDion = (given?: ScaleByDionOptions): Transformation<ScaleByDion> =>
  scaleByDionOf(drawnNormals)(given)

/** The same with normals from elsewhere, as another library drew them.
 *
 *  @internal */
export const scaleByDionOf =
  (normals: Normals) =>
  (given?: ScaleByDionOptions): Transformation<ScaleByDion> => {
    const checked = parse(given)
    const { rank, mu: share, eps, scaling, key } = checked
    return plain<ScaleByDion>({
      name: 'scaleByDion',
      options: plainOptions(checked),
      // Trees that are made leaf by leaf have the structure of the parameters, here and below.
      init: <P extends Tree>(params: P) => {
        const { paths } = skeletonOf(params, 'params')
        const start: SlotStart = (O, shape, leaf) =>
          O.of(Float64Array.from(normals(shape, `${key}/${must(paths[leaf], 'path of a leaf')}`)), shape)
        const basis = leafwiseSlots(
          params,
          (shape) => {
            const [rows, columns] = onlyMatrices('scaleByDion', 'dion', shape)
            return [rows, Math.min(rank, rows, columns)]
          },
          start,
        )
        return { count: 0, mu: leafwiseSlots(params, (shape) => shape), basis } as ScaleByDionState<P>
      },
      update: <P extends Tree>(updates: unknown, { count, mu, basis }: ScaleByDionState<P>, params: P) => {
        const [out, next, directions] = leafwise((O, { update: g, slots, held }) => {
          const [m, q] = [held(slots[0], 'scaleByDion', 'mu'), held(slots[1], 'scaleByDion', 'basis')]
          const [rows = 1, columns = 1] = g.shape
          const b = O.add(m, g)
          const p = orthonormalRows(O, O.matMul(O.transpose(q, [1, 0]), b))
          const r = O.matMul(b, O.transpose(p, [1, 0]))
          const unit = O.div(r, O.max(O.add(O.norm(r, [0]), eps), 1e-30))
          return [
            O.mul(O.matMul(unit, p), scaleOf(scaling, { fanIn: rows, fanOut: columns })),
            O.sub(b, O.mul(O.matMul(r, p), 1 - share)),
            unit,
          ]
        })(updates, params, [mu, basis])
        return [out as Leaves<P, null>, { count: count + 1, mu: next, basis: directions } as ScaleByDionState<P>]
      },
    })
  }

/** The options of Dion's direction, for `dion`.
 *
 *  @internal */
export const dionOptions = {
  rank: withDefault(positiveCount, 64),
  mu: withDefault(unitInterval, 0.95),
  eps: withDefault(nonNegative, 1e-8),
  key: withDefault(integer, 0),
}

const parse = optionsFor<ScaleByDionOptions>()('scaleByDion', {
  ...dionOptions,
  scaling: withDefault(muonScaling, 'none'),
})
