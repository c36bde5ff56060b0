import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { type MuonScaling, muonScaling } from '../transforms/muonScaling.js'
import {
  dion2Options,
  scaleByDion2,
  type ScaleByDion2Options,
  type ScaleByDion2State,
} from '../transforms/scaleByDion2.js'
import { decayOptions } from './decayed.js'
import { type BesideAdamOptions, besideOptions, matricesAndAdam } from './matricesAndAdam.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { AdamwState } from './adamw.js'
import type { Hidden } from '../tree/Tree.js'
import type { CountState } from '../transformation/types.js'

/** Options of `dion2`; the scaling is 'spectral' by default. */
export interface Dion2Options extends BesideAdamOptions, ScaleByDion2Options {
  /** Decay of the matrices, times the learning rate: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 0.01 */
  readonly weightDecay?: number | Schedule
  /** The length of the update, as in `scaleByMuon`.
   *
   *  @defaultValue 'spectral' */
  readonly scaling?: MuonScaling
}

/** The state of `dion2`: each part has `null` for the other's leaves. */
export interface Dion2State<P> {
  /** Of leaves that are matrices. */
  readonly matrices: readonly [direction: ScaleByDion2State<Hidden<P>>, decay: CountState, rate: CountState]
  /** Of all other leaves. */
  readonly adam: AdamwState<Hidden<P>>
}

/** `Dion2State` as a function of the parameters. */
export interface Dion2 extends StateLambda {
  readonly State: Dion2State<this['Params']>
}

/** Dion2 for leaves of two axes, Adam for all else.
 *
 *  ```text
 *  matrices: p ← p − η·(u + w·p)   (u: see `scaleByDion2`)        others: `adamw`
 *  ```
 *
 *  @shapes state `{ matrices: [{ count, mu, nu }, { count }, { count }], adam: … }`; each has `null` for the other's
 *    leaves.
 *  @departs as `scaleByDion2` does; the others do not decay.
 *  @reference Ahn et al. 2025, Dion2; microsoft/dion
 *  @example dion2({ learningRate: 0.01, adamLearningRate: 1e-3 }) */
export const dion2 = (given: Dion2Options): Transformation<Dion2> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, adamLearningRate, adamB1, adamB2, ...rule } = checked
  const beside = { learningRate, weightDecay, mask, adamLearningRate, adamB1, adamB2 }
  return recipe('dion2', checked, matricesAndAdam('dion2', beside, scaleByDion2(rule)))
}

const parse = optionsFor<Dion2Options>()('dion2', {
  learningRate: required(numberOrSchedule(rate)),
  ...dion2Options,
  scaling: withDefault(muonScaling, 'spectral'),
  ...decayOptions(0.01),
  ...besideOptions,
})
