import { runSegments } from '../engine/runSegments.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Plain, Program } from '../equation/Program.js'
import { positiveCount } from '../scalars/Count.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { assemble } from '../transformation/assemble.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Leaves } from '../tree/Tree.js'
import { evenedOut } from './evenedOut.js'
import { leafwise, leafwiseSlots } from './leafwise.js'
import { type MuonScaling, muonScaling, scaleOf } from './muonScaling.js'
import { orthogonalized } from './newtonSchulz.js'
import { type NsCoefficients, nsCoefficients, quintics } from './nsCoefficients.js'
import { onlyMatrices } from './onlyMatrices.js'
import { muonMomentum } from './scaleByMuon.js'
import { owned } from '../tree/owned.js'

/** Options of `scaleByNormuon`. */
export interface ScaleByNormuonOptions {
  /** The coefficients of the Newton–Schulz iterations, as in `scaleByMuon`. Default 'polarExpress'. */
  readonly nsCoeffs?: NsCoefficients
  /** How many iterations, at most as many as there are triples: an integer ≥ 1. Default 5. */
  readonly nsSteps?: number
  /** The decay of the momentum, in [0, 1). Default 0.95. */
  readonly beta?: number
  /** The decay of the mean square of each output, in [0, 1). Default 0.95. */
  readonly beta2?: number
  /** Added to the norm that a matrix is divided by. Default 1e-8. */
  readonly eps?: number
  /** Nesterov's momentum. Default false. */
  readonly nesterov?: boolean
  /** The length of the update, as in `scaleByMuon`. Default 'none'. */
  readonly scaling?: MuonScaling
}

/** The state of `scaleByNormuon`: a momentum, and one number for each output of each matrix. */
export interface ScaleByNormuonState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum. */
  readonly mu: P
  /** One number for each output of a matrix: the mean square of its orthogonal updates. */
  readonly outputs: { readonly nu: Leaves<P, Tensor> }
}

/** The state of `scaleByNormuon` as a function of the parameters. */
export interface ScaleByNormuon extends StateLambda {
  readonly State: ScaleByNormuonState<this['Params']>
}

/** Muon whose updates are evened out over the outputs of a matrix: none of them moves much more than the others.
 *
 *  ```text
 *  x = orthogonalized(m)   (as `scaleByMuon`)     v = β₂·v + (1−β₂)·mean over inputs of x²
 *  y = x/(√v + 1e-8)     u = scale·y·‖x‖/‖y‖
 *  ```
 *
 *  @shapes state `{ count, mu, outputs: { nu } }`; mu like the parameters, nu one number for each column. Leaves are
 *    matrices `[in, out]`.
 *  @units directions, as long as Muon's. It needs a learning rate.
 *  @throws `TypeError` for a leaf that is no matrix: `normuon` gives those to Adam.
 *  @laws the update of a matrix is as long as Muon's; a gradient that is zero gives zero.
 *  @departs no bias correction, as in the authors' code.
 *  @reference Li et al. 2025, arXiv:2510.05491; microsoft/dion
 *  @example chain(scaleByNormuon({ scaling: 'spectral' }), scaleByLearningRate({ learningRate: 0.01 })) */
export const scaleByNormuon = (given?: ScaleByNormuonOptions): Transformation<ScaleByNormuon> => {
  const checked = parse(given)
  const momentum = muonMomentum('scaleByNormuon', { ...checked, debias: false })
  const segments: Program['segments'] = [
    { kind: 'stage', equation: momentum, at: [], scope: null },
    { kind: 'plain', name: 'scaleByNormuon', at: ['outputs'], scope: null, run: runSegments, update: evened(checked) },
  ]
  const program: Program = { segments }
  const init = (params: unknown) => ({
    nu: leafwiseSlots(params, (shape) => [1, onlyMatrices('scaleByNormuon', 'normuon', shape)[1]]),
  })
  return assemble<ScaleByNormuon>({
    description: { name: 'scaleByNormuon', options: plainOptions(checked), parts: [] },
    shape: {
      kind: 'record',
      of: 'scaleByNormuon',
      host: momentum.host,
      slots: momentum.slots,
      parts: { outputs: { kind: 'opaque', of: 'scaleByNormuon.outputs', init, owned } },
    },
    plan: () => program,
  })
}

const evened = ({ nsCoeffs, nsSteps, eps, beta2, scaling }: ReturnType<typeof parse>): Plain['update'] => {
  const coefficients = quintics(nsCoeffs, nsSteps)
  return (updates, state, params) => {
    const { nu: old } = state as { readonly nu: unknown } // made by init, or by a step
    const [out, nu] = leafwise((O, { update, slots: [before], held }) => {
      const [rows = 1, columns = 1] = update.shape
      const x = orthogonalized(O, update, coefficients, 'frobenius', eps)
      const { update: even, nu: next } = evenedOut(O, x, held(before, 'scaleByNormuon', 'outputs.nu'), beta2)
      return [O.mul(even, scaleOf(scaling, { fanIn: rows, fanOut: columns })), next]
    })(updates, params, [old])
    return [out, { nu }]
  }
}

/** The options of NorMuon's direction, for `normuon`.
 *
 *  @internal */
export const normuonOptions = {
  nsCoeffs: withDefault(nsCoefficients, 'polarExpress'),
  nsSteps: withDefault(positiveCount, 5),
  beta: withDefault(halfOpenUnit, 0.95),
  beta2: withDefault(halfOpenUnit, 0.95),
  eps: withDefault(nonNegative, 1e-8),
  nesterov: withDefault(flag, false),
}

const parse = options('scaleByNormuon', { ...normuonOptions, scaling: withDefault(muonScaling, 'none') })
