import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { type MuonScaling, muonScaling } from '../transforms/muonScaling.js'
import { dionOptions, scaleByDion, type ScaleByDionOptions, type ScaleByDionState } from '../transforms/scaleByDion.js'
import { decayOptions } from './decayed.js'
import { type BesideAdamOptions, besideOptions, matricesAndAdam } from './matricesAndAdam.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { AdamwState } from './adamw.js'
import type { Hidden } from '../tree/Tree.js'
import type { CountState } from '../transformation/types.js'

/** Options of `dion`; the scaling is 'spectral' by default. */
export interface DionOptions extends BesideAdamOptions, ScaleByDionOptions {
  /** Decay of the matrices, times the learning rate: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 0.01 */
  readonly weightDecay?: number | Schedule
  /** The length of the update, as in `scaleByMuon`.
   *
   *  @defaultValue 'spectral' */
  readonly scaling?: MuonScaling
}

/** The state of `dion`: each part has `null` for the other's leaves. */
export interface DionState<P> {
  /** Of leaves that are matrices. */
  readonly matrices: readonly [direction: ScaleByDionState<Hidden<P>>, decay: CountState, rate: CountState]
  /** Of all other leaves. */
  readonly adam: AdamwState<Hidden<P>>
}

/** `DionState` as a function of the parameters. */
export interface Dion extends StateLambda {
  readonly State: DionState<this['Params']>
}

/** Dion for leaves of two axes, Adam for all else.
 *
 *  ```text
 *  matrices: p ← p − η·(u + w·p)   (u: see `scaleByDion`)        others: `adamw`
 *  ```
 *
 *  @shapes state `{ matrices: [{ count, mu, basis }, { count }, { count }], adam: … }`; each has `null` for the other's
 *    leaves.
 *  @departs as `scaleByDion` does; the others do not decay.
 *  @reference Ahn et al. 2025, arXiv:2504.05295; microsoft/dion
 *  @example dion({ learningRate: 0.01, adamLearningRate: 1e-3 }) */
export const dion = (given: DionOptions): Transformation<Dion> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, adamLearningRate, adamB1, adamB2, ...rule } = checked
  const beside = { learningRate, weightDecay, mask, adamLearningRate, adamB1, adamB2 }
  return recipe('dion', checked, matricesAndAdam('dion', beside, scaleByDion(rule)))
}

const parse = optionsFor<DionOptions>()('dion', {
  learningRate: required(numberOrSchedule(rate)),
  ...dionOptions,
  scaling: withDefault(muonScaling, 'spectral'),
  ...decayOptions(0.01),
  ...besideOptions,
})
