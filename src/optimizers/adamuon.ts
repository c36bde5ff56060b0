import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optionsFor, required } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { adamuonOptions, scaleByAdamuon, type ScaleByAdamuonOptions } from '../transforms/scaleByAdamuon.js'
import { decayOptions } from './decayed.js'
import { type BesideAdamOptions, besideOptions, matricesAndAdam } from './matricesAndAdam.js'
import { recipe } from './recipe.js'

/** Options of `adamuon`. */
export interface AdamuonOptions extends BesideAdamOptions, ScaleByAdamuonOptions {
  /** Decay of the matrices, times the learning rate: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
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
export const adamuon = (given: AdamuonOptions) => {
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
