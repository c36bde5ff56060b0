import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import {
  adamuonOptions,
  scaleByAdamuon,
  type ScaleByAdamuonOptions,
  type ScaleByAdamuonState,
} from '../transforms/scaleByAdamuon.js'
import { decayOptions } from './decayed.js'
import { type BesideAdamOptions, besideOptions, matricesAndAdam } from './matricesAndAdam.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { AdamwState } from './adamw.js'
import type { Hidden } from '../tree/Tree.js'
import type { CountState } from '../transformation/types.js'

/** Options of `adamuon`. */
export interface AdamuonOptions extends BesideAdamOptions, ScaleByAdamuonOptions {
  /** Decay of the matrices, times the learning rate: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
}

/** The state of `adamuon`: each part has `null` for the other's leaves. */
export interface AdamuonState<P> {
  /** Of leaves that are matrices. */
  readonly matrices: readonly [direction: ScaleByAdamuonState<Hidden<P>>, decay: CountState, rate: CountState]
  /** Of all other leaves. */
  readonly adam: AdamwState<Hidden<P>>
}

/** `AdamuonState` as a function of the parameters. */
export interface Adamuon extends StateLambda {
  readonly State: AdamuonState<this['Params']>
}

/** AdaMuon for leaves of two axes, Adam for all else.
 *
 *  ```text
 *  matrices: p ← p − η·(u + w·p)   (u: see `scaleByAdamuon`)        others: `adamw`
 *  ```
 *
 *  @shapes state `{ matrices: [{ count, mu, elements }, { count }, { count }], adam: … }`; each has `null` for the other's
 *    leaves.
 *  @departs as `scaleByAdamuon` does; the others do not decay.
 *  @reference Si, Zhang & Shen 2025, arXiv:2507.11005; timm's Muon with algo="adamuon"
 *  @example adamuon({ learningRate: 0.01, adamLearningRate: 1e-3 }) */
export const adamuon = (given: AdamuonOptions): Transformation<Adamuon> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, adamLearningRate, adamB1, adamB2, ...rule } = checked
  const beside = { learningRate, weightDecay, mask, adamLearningRate, adamB1, adamB2 }
  return recipe('adamuon', checked, matricesAndAdam('adamuon', beside, scaleByAdamuon(rule)))
}

const parse = optionsFor<AdamuonOptions>()('adamuon', {
  learningRate: required(numberOrSchedule(rate)),
  ...adamuonOptions,
  ...decayOptions(0),
  ...besideOptions,
})
