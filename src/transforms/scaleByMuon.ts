import { runSegments } from '../engine/runSegments.js'
import type { Equation } from '../equation/Equation.js'
import type { Plain, Program } from '../equation/Program.js'
import { zeros } from '../equation/Slot.js'
import { anything, flag, oneOf } from '../scalars/kinds.js'
import { positiveCount } from '../scalars/Count.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, options, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { assemble } from '../transformation/assemble.js'
import { counting } from '../transformation/equation.js'
import { equationOf } from '../transformation/equationOf.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { skeletonOf, pathAt } from '../tree/Skeleton.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { must } from '../scalars/must.js'
import { leafwise } from './leafwise.js'
import { eachMatrix, fansOf, matrixAxes, type MatrixDimensionsLike } from './matrixAxes.js'
import { moment } from './moment.js'
import { type MuonScaling, muonScaling, scaleOf } from './muonScaling.js'
import { orthogonalized, type Preconditioning, type Quintic } from './newtonSchulz.js'
import { type NsCoefficients, nsCoefficients, quintics } from './nsCoefficients.js'

/** Options of `scaleByMuon`. */
export interface ScaleByMuonOptions {
  /** The coefficients of the Newton–Schulz iterations: 'standard' (Keller Jordan's), 'dion', 'polarExpress', one triple for
   *  all iterations, or one for each.
   *
   *  @defaultValue 'standard' */
  readonly nsCoeffs?: NsCoefficients
  /** How many iterations, at most as many as there are triples: an integer ≥ 1.
   *
   *  @defaultValue 5 */
  readonly nsSteps?: number
  /** The decay of the momentum, in [0, 1).
   *
   *  @defaultValue 0.95 */
  readonly beta?: number
  /** Added to the norm that a matrix is divided by.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** Nesterov's momentum.
   *
   *  @defaultValue true */
  readonly nesterov?: boolean
  /** Whether the momentum is corrected for its start at zero. It is felt with `nesterov` only, for the iterations do not
   *  see a scale. Default true, as in optax; PyTorch does not. */
  readonly debias?: boolean
  /** Whether an update is as long as its momentum in the dual norm.
   *
   *  @defaultValue false */
  readonly adaptive?: boolean
  /** What bounds the singular values before the iterations. 'spectral' costs 24 products of the smaller side, 'aol' and
   *  'schatten' nothing.
   *
   *  @defaultValue 'frobenius' */
  readonly preconditioning?: Preconditioning
  /** The length of the update: 'original' √max(1, out/in), 'moonlight' 0.2·√max(in, out), 'spectral' √(out/in).
   *  a number that times √max(in, out).
   *
   *  @defaultValue 'none' */
  readonly scaling?: MuonScaling
  /** The matrix in each leaf; by default every leaf has two axes, `[in, out]`. */
  readonly weightDimensionNumbers?: MatrixDimensionsLike
}

/** The state of `scaleByMuon`. */
export interface ScaleByMuonState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum. */
  readonly mu: P
}

/** `ScaleByMuonState` as a function of the parameters. */
export interface ScaleByMuon extends StateLambda {
  readonly State: ScaleByMuonState<this['Params']>
}

/** Momentum, made orthogonal matrix by matrix: all directions that it has are taken equally far.
 *
 *  ```text
 *  m = β·m + (1−β)·g     x = m̂, or β·m̂ + (1−β)·ĝ (nesterov)     x ← x/(‖x‖ + ε)
 *  nsSteps times: x ← a·x + (b·A + c·A²)·x,  A = x·xᵀ        u = scale·x
 *  ```
 *
 *  @shapes state `{ count, mu }`; mu like the parameters. Leaves are matrices, or batches of them by
 *    `weightDimensionNumbers`.
 *  @units directions: singular values about 1 (0.7 to 1.2 with the standard coefficients). It needs a learning rate.
 *  @throws `TreeMismatch` for a leaf that is no matrix: `muon` gives those to Adam.
 *  @laws invariant to the scale of each matrix's gradients where ε = 0; u(gᵀ) = u(g)ᵀ, but for the scale; a gradient
 *    that is zero gives zero.
 *  @departs 'spectral' finds the largest singular value by repeated squaring on the device, optax by a decomposition.
 *    Coefficients are no part of the state.
 *  @reference Jordan 2024; Bernstein & Newhouse 2024, arXiv:2409.20325; Liu et al. 2025, arXiv:2502.16982; Ahn et al. 2025,
 *    arXiv:2504.05295; Amsel et al. 2025, arXiv:2505.16932; optax.contrib.scale_by_muon
 *  @example chain(scaleByMuon({ scaling: 'original' }), scaleByLearningRate({ learningRate: 0.02 })) */
export const scaleByMuon = (given?: ScaleByMuonOptions): Transformation<ScaleByMuon> => {
  const checked = parse(given)
  const momentum = muonMomentum('scaleByMuon', checked)
  const segments: Program['segments'] = [
    { kind: 'stage', equation: momentum, at: [], scope: null },
    { kind: 'plain', name: 'scaleByMuon', at: [], scope: null, run: runSegments, update: orthogonal(checked) },
  ]
  const program: Program = { segments }
  return assemble<ScaleByMuon>({
    description: { name: 'scaleByMuon', options: plainOptions(checked), parts: [] },
    shape: { kind: 'record', of: 'scaleByMuon', host: momentum.host, slots: momentum.slots, parts: {} },
    plan: () => program,
  })
}

/** The momentum of Muon and its kin as an equation: one pass over memory before the products.
 *
 *  @internal */
export const muonMomentum = (
  name: string,
  { beta, nesterov, debias }: { readonly beta: number; readonly nesterov: boolean; readonly debias: boolean },
): Equation =>
  equationOf({
    name,
    slots: { mu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      keep: beta,
      take: 1 - beta,
      ofMu: (nesterov ? beta : 1) / (debias ? 1 - beta ** (count + (nesterov ? 2 : 1)) : 1),
      ofG: (1 - beta) / (debias ? 1 - beta ** (count + 1) : 1),
    }),
  })((A) => ({ update: g, mu }, { keep, take, ofMu, ofG }) => {
    const m = moment(A)(keep, mu, take, g)
    return { update: nesterov ? A.add(A.mul(ofMu, m), A.mul(ofG, g)) : A.mul(ofMu, m), mu: m }
  })

const orthogonal = ({
  nsCoeffs,
  nsSteps,
  eps,
  adaptive,
  preconditioning,
  scaling,
  weightDimensionNumbers,
}: ReturnType<typeof parse>): Plain['update'] => {
  const coefficients: readonly Quintic[] = quintics(nsCoeffs, nsSteps)
  const axesOf = matrixAxes('scaleByMuon', weightDimensionNumbers)
  return (updates, state, params) => {
    const skeleton = skeletonOf(params, 'params')
    const axes = axesOf(skeleton)
    const none = axes.indexOf(null)
    if (none !== -1)
      throw new TreeMismatch({
        where: 'the parameters of scaleByMuon',
        path: pathAt(skeleton, none),
        expected: 'a matrix, or weightDimensionNumbers that say which axes are one',
        found: `the shape [${skeleton.shapes[none]?.join(', ')}]`,
        hint: 'Use muon, which gives other leaves to Adam, or mask them.',
      })
    const [out] = leafwise((O, { update, leaf }) => {
      const own = must(axes[leaf] ?? undefined, 'matrix of a leaf')
      const scale = scaleOf(scaling, fansOf(update.shape, own))
      return [
        eachMatrix(O, update, own, (x) => {
          const u = orthogonalized(O, x, coefficients, preconditioning, eps)
          const dual = adaptive ? O.mul(u, O.sum(O.mul(x, u), [0, 1])) : u
          return O.mul(dual, scale)
        }),
      ]
    })(updates, params)
    return [out, state]
  }
}

/** The options of Muon's direction, for `muon`.
 *
 *  @internal */
export const muonOptions = {
  nsCoeffs: withDefault(nsCoefficients, 'standard'),
  nsSteps: withDefault(positiveCount, 5),
  beta: withDefault(halfOpenUnit, 0.95),
  eps: withDefault(nonNegative, 1e-8),
  nesterov: withDefault(flag, true),
  debias: withDefault(flag, true),
  adaptive: withDefault(flag, false),
  preconditioning: withDefault(oneOf('frobenius', 'spectral', 'aol', 'schatten'), 'frobenius'),
}

const parse = options('scaleByMuon', {
  ...muonOptions,
  scaling: withDefault(muonScaling, 'none'),
  weightDimensionNumbers: optional(
    anything<MatrixDimensionsLike>(
      'a tree of { reductionAxis, outputAxis } or null, or a function of the parameters to one',
      '{ kernel: { reductionAxis: 0, outputAxis: 1 }, bias: null }',
    ),
  ),
})
