import { chain } from '../combinators/chain.js'
import { split } from '../combinators/split.js'
import { numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { muonScaling } from '../transforms/muonScaling.js'
import {
  normuonOptions,
  scaleByNormuon,
  type ScaleByNormuonOptions,
  type ScaleByNormuonState,
} from '../transforms/scaleByNormuon.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamw, type AdamwState } from './adamw.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Hidden } from '../tree/Tree.js'
import type { CountState } from '../transformation/types.js'

/** Options of `normuon`; the scaling is 'spectral' by default. */
export interface NormuonOptions extends RatedOptions, WeightDecayOptions, ScaleByNormuonOptions {
  /** Decay of the matrices, times the learning rate: a number ≥ 0, or a schedule. Default 0.01. */
  readonly weightDecay?: number | Schedule
  /** The learning rate of the other leaves. Default that of the matrices. */
  readonly adamLearningRate?: number | Schedule
  /** The decay of the others' first moment, in [0, 1). Default 0.9. */
  readonly adamB1?: number
  /** The decay of the others' second moment, in [0, 1). Default 0.999. */
  readonly adamB2?: number
}

/** The state of `normuon`: each part has `null` for the other's leaves. */
export interface NormuonState<P> {
  /** Of leaves that are matrices. */
  readonly normuon: readonly [direction: ScaleByNormuonState<Hidden<P>>, decay: CountState, rate: CountState]
  /** Of all other leaves. */
  readonly adam: AdamwState<Hidden<P>>
}

/** `NormuonState` as a function of the parameters. */
export interface Normuon extends StateLambda {
  readonly State: NormuonState<this['Params']>
}

/** NorMuon for leaves of two axes, Adam for all else.
 *
 *  ```text
 *  matrices: p ← p − η·(scale·evened(orthogonalized(momentum)) + w·p)   (see `scaleByNormuon`)        others: `adamw`
 *  ```
 *
 *  @shapes state `{ normuon: [{ count, mu, outputs }, { count }, { count }], adam: … }`; each has `null` for the other's
 *    leaves.
 *  @departs as `scaleByNormuon` does; the others do not decay.
 *  @reference Li et al. 2025, arXiv:2510.05491
 *  @example normuon({ learningRate: 0.01, adamLearningRate: 1e-3 }) */
export const normuon = (given: NormuonOptions): Transformation<Normuon> => {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, adamLearningRate, adamB1, adamB2, ...rule } = checked
  return recipe(
    'normuon',
    checked,
    split(
      'normuon',
      {
        normuon: chain(scaleByNormuon(rule), decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
        adam: adamw({ learningRate: adamLearningRate ?? learningRate, b1: adamB1, b2: adamB2, weightDecay: 0 }),
      },
      ({ shapes }) => shapes.map(({ length }) => length === 2),
    ),
  )
}

const parse = options('normuon', {
  learningRate: required(numberOrSchedule(rate)),
  ...normuonOptions,
  scaling: withDefault(muonScaling, 'spectral'),
  ...decayOptions(0.01),
  adamLearningRate: optional(numberOrSchedule(rate)),
  adamB1: withDefault(halfOpenUnit, 0.9),
  adamB2: withDefault(halfOpenUnit, 0.999),
})
