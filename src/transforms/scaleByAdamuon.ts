import { runSegments } from '../engine/runSegments.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Plain, Program } from '../equation/Program.js'
import { positiveCount } from '../scalars/Count.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { assemble } from '../transformation/assemble.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Leaves } from '../tree/Tree.js'
import { leafwise, leafwiseSlots } from './leafwise.js'
import { type MuonScaling, muonScaling, scaleOf } from './muonScaling.js'
import { orthogonalized } from './newtonSchulz.js'
import { type NsCoefficients, nsCoefficients, quintics } from './nsCoefficients.js'
import { onlyMatrices } from './onlyMatrices.js'
import { muonMomentum } from './scaleByMuon.js'
import { owned } from '../tree/owned.js'

/** Options of `scaleByAdamuon`. */
export interface ScaleByAdamuonOptions {
  /** The coefficients of the Newton–Schulz iterations, as in `scaleByMuon`.
   *
   *  @defaultValue 'dion' */
  readonly nsCoeffs?: NsCoefficients
  /** How many iterations, at most as many as there are triples: an integer ≥ 1.
   *
   *  @defaultValue 5 */
  readonly nsSteps?: number
  /** The decay of the momentum, in [0, 1).
   *
   *  @defaultValue 0.95 */
  readonly beta?: number
  /** The decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.95 */
  readonly beta2?: number
  /** Added to the root of the second moment.
   *
   *  @defaultValue 1e-7 */
  readonly eps?: number
  /** Nesterov's momentum.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
  /** The length of the update: 'moonlight' makes its root mean square 0.2, others multiply, as in `scaleByMuon`.
   *
   *  @defaultValue 'moonlight' */
  readonly scaling?: MuonScaling
}

/** The state of `scaleByAdamuon`. */
export interface ScaleByAdamuonState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum. */
  readonly mu: P
  /** The second moment of the orthogonal updates, and how many there were. */
  readonly elements: { readonly count: number; readonly nu: Leaves<P, Tensor> }
}

/** The state of `scaleByAdamuon` as a function of the parameters. */
export interface ScaleByAdamuon extends StateLambda {
  readonly State: ScaleByAdamuonState<this['Params']>
}

/** Muon whose updates are divided by the root of a second moment, element by element.
 *
 *  ```text
 *  x = orthogonalized(m)   (as `scaleByMuon`)     v = β₂·v + (1−β₂)·x²
 *  'moonlight': y = x/(√v + ε),  u = 0.2·√(in·out)·y/‖y‖        else u = scale·x/(√v̂ + ε)
 *  ```
 *
 *  @shapes state `{ count, mu, elements: { count, nu } }`; mu and nu like the parameters. Leaves are matrices `[in, out]`.
 *  @units 'moonlight': directions with a root mean square of 0.2, so that Adam's rates fit. It needs a learning rate.
 *  @throws `TypeError` for a leaf that is no matrix: `adamuon` gives those to Adam.
 *  @laws invariant to the scale of each matrix's gradients; a gradient that is zero gives zero.
 *  @departs the momentum is not turned to signs first, as in timm; nothing is read back.
 *  @reference Si, Zhang & Shen 2025, arXiv:2507.11005; timm's Muon with algo="adamuon"
 *  @example chain(scaleByAdamuon(), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleByAdamuon = (given?: ScaleByAdamuonOptions): Transformation<ScaleByAdamuon> => {
  const checked = parse(given)
  const momentum = muonMomentum('scaleByAdamuon', { ...checked, debias: false })
  const segments: Program['segments'] = [
    { kind: 'stage', equation: momentum, at: [], scope: null },
    {
      kind: 'plain',
      name: 'scaleByAdamuon',
      at: ['elements'],
      scope: null,
      run: runSegments,
      update: divided(checked),
    },
  ]
  const program: Program = { segments }
  const init = (params: unknown) => ({
    count: 0,
    nu: leafwiseSlots(params, (shape) => onlyMatrices('scaleByAdamuon', 'adamuon', shape)),
  })
  return assemble<ScaleByAdamuon>({
    description: { name: 'scaleByAdamuon', options: plainOptions(checked), parts: [] },
    shape: {
      kind: 'record',
      of: 'scaleByAdamuon',
      host: momentum.host,
      slots: momentum.slots,
      parts: { elements: { kind: 'opaque', of: 'scaleByAdamuon.elements', init, owned } },
    },
    plan: () => program,
  })
}

const divided = ({ nsCoeffs, nsSteps, eps, beta2, scaling }: ReturnType<typeof parse>): Plain['update'] => {
  const coefficients = quintics(nsCoeffs, nsSteps)
  return (updates, state, params) => {
    const { count, nu: old } = state as { readonly count: number; readonly nu: unknown } // made by init, or by a step
    const [out, nu] = leafwise((O, { update, slots: [before], held }) => {
      const [rows = 1, columns = 1] = update.shape
      const x = orthogonalized(O, update, coefficients, 'frobenius', 0)
      const squares = O.mul(O.mul(x, x), 1 - beta2)
      const v = O.add(O.mul(held(before, 'scaleByAdamuon', 'elements.nu'), beta2), squares)
      if (scaling !== 'moonlight') {
        const mean = O.div(v, 1 - beta2 ** (count + 1))
        return [O.mul(O.div(x, O.add(O.sqrt(mean), eps)), scaleOf(scaling, { fanIn: rows, fanOut: columns })), v]
      }
      const y = O.div(x, O.add(O.sqrt(v), eps))
      const length = O.norm(y, [0, 1])
      return [O.mul(O.div(y, O.whereLess(0, length, length, 1)), 0.2 * Math.sqrt(rows * columns)), v]
    })(updates, params, [old])
    return [out, { count: count + 1, nu }]
  }
}

/** The options of AdaMuon's direction, for `adamuon`.
 *
 *  @internal */
export const adamuonOptions = {
  nsCoeffs: withDefault(nsCoefficients, 'dion'),
  nsSteps: withDefault(positiveCount, 5),
  beta: withDefault(halfOpenUnit, 0.95),
  beta2: withDefault(halfOpenUnit, 0.95),
  eps: withDefault(nonNegative, 1e-7),
  nesterov: withDefault(flag, false),
  scaling: withDefault(muonScaling, 'moonlight'),
}

const parse = optionsFor<ScaleByAdamuonOptions>()('scaleByAdamuon', adamuonOptions)
