import { chain } from '../combinators/chain.js'
import type { MaskLike } from '../combinators/maskScope.js'
import { split } from '../combinators/split.js'
import { anything, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { CountState } from '../transformation/types.js'
import { maskOption } from '../combinators/maskOption.js'
import { matrixAxes, type MatrixDimensionsLike } from '../transforms/matrixAxes.js'
import { type MuonScaling, muonScaling } from '../transforms/muonScaling.js'
import { muonOptions, scaleByMuon, type ScaleByMuonOptions, type ScaleByMuonState } from '../transforms/scaleByMuon.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamw, type AdamwState } from './adamw.js'
import { decayed } from './decayed.js'
import type { RatedOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { Hidden } from '../tree/Tree.js'

/** Options of `muon`. */
export interface MuonOptions extends RatedOptions, Omit<ScaleByMuonOptions, 'scaling' | 'weightDimensionNumbers'> {
  /** The length of a matrix's update: 'original' √max(1, out/in), 'moonlight' 0.2·√max(in, out), so that Adam's rates
   *  fit, a number that times √max(in, out), 'spectral' √(out/in), or 'none'.
   *
   *  @defaultValue 'original' */
  readonly scaling?: MuonScaling
  /** optax' name of a scaling that is a number: it goes before `scaling`. */
  readonly consistentRms?: number
  /** Decay of the matrices, times the learning rate: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 0 */
  readonly weightDecay?: number | Schedule
  /** The matrices that decay; all of them by default. */
  readonly weightDecayMask?: MaskLike
  /** The learning rate of the other leaves. Default that of the matrices. */
  readonly adamLearningRate?: number | Schedule
  /** The decay of the others' first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly adamB1?: number
  /** The decay of the others' second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly adamB2?: number
  /** Added under the others' root.
   *
   *  @defaultValue 0 */
  readonly adamEpsRoot?: number
  /** Decay of the others, times their learning rate: a number ≥ 0, or a schedule.
   *
   *  @defaultValue 0 */
  readonly adamWeightDecay?: number | Schedule
  /** The matrix in each leaf, `null` for those that Adam has. By default leaves of two axes are matrices `[in, out]`. */
  readonly muonWeightDimensionNumbers?: MatrixDimensionsLike
}

/** The state of `muon`: each part has `null` for the other's leaves. */
export interface MuonState<P> {
  /** Of leaves that are matrices. */
  readonly muon: readonly [direction: ScaleByMuonState<Hidden<P>>, decay: CountState, rate: CountState]
  /** Of all other leaves. */
  readonly adam: AdamwState<Hidden<P>>
}

/** `MuonState` as a function of the parameters. */
export interface Muon extends StateLambda {
  readonly State: MuonState<this['Params']>
}

/** Muon for matrices, Adam with Nesterov's momentum for all else.
 *
 *  ```text
 *  matrices: p ← p − η·(scale·orthogonalized(momentum) + w·p)   (see `scaleByMuon`)        others: `nadamw`
 *  ```
 *
 *  @shapes state `{ muon: [{ count, mu }, { count }, { count }], adam: [{ count, mu, nu }, { count }, { count }] }`; each
 *    has `null` for the other's leaves.
 *  @laws without matrices it is `nadamw`.
 *  @departs embeddings and heads are matrices too: the papers give them to Adam, which
 *    `muonWeightDimensionNumbers: { …, head: null }` does. Products are taken in float32, where the papers' own
 *    code takes bfloat16; nothing is read back from the device.
 *  @reference Jordan 2024; Liu et al. 2025, arXiv:2502.16982; optax.contrib.muon
 *  @example muon({ learningRate: 0.02, adamLearningRate: 1e-3, weightDecay: 0.01 }) */
export const muon = (given: MuonOptions): Transformation<Muon> => {
  const checked = parse(given)
  const { learningRate, eps, nesterov, scaling, consistentRms, weightDecay, weightDecayMask } = checked
  const { nsCoeffs, nsSteps, beta, debias, adaptive, preconditioning, muonWeightDimensionNumbers } = checked
  const axesOf = matrixAxes('muon', muonWeightDimensionNumbers)
  const direction = scaleByMuon({
    nsCoeffs,
    nsSteps,
    beta,
    eps,
    nesterov,
    debias,
    adaptive,
    preconditioning,
    scaling: consistentRms ?? scaling,
    ...(muonWeightDimensionNumbers === undefined ? {} : { weightDimensionNumbers: muonWeightDimensionNumbers }),
  })
  return recipe(
    'muon',
    checked,
    split(
      'muon',
      {
        muon: chain(direction, decayed(weightDecay, weightDecayMask), scaleByLearningRate({ learningRate })),
        adam: adamw({
          learningRate: checked.adamLearningRate ?? learningRate,
          b1: checked.adamB1,
          b2: checked.adamB2,
          eps,
          epsRoot: checked.adamEpsRoot,
          weightDecay: checked.adamWeightDecay,
          nesterov,
        }),
      },
      (skeleton) => axesOf(skeleton).map((axes) => axes !== null),
    ),
  )
}

const parse = options('muon', {
  learningRate: required(numberOrSchedule(rate)),
  ...muonOptions,
  scaling: withDefault(muonScaling, 'original'),
  consistentRms: optional(nonNegative),
  weightDecay: withDefault(numberOrSchedule(nonNegative), 0),
  weightDecayMask: optional(maskOption),
  adamLearningRate: optional(numberOrSchedule(rate)),
  adamB1: withDefault(halfOpenUnit, 0.9),
  adamB2: withDefault(halfOpenUnit, 0.999),
  adamEpsRoot: withDefault(nonNegative, 0),
  adamWeightDecay: withDefault(numberOrSchedule(nonNegative), 0),
  muonWeightDimensionNumbers: optional(
    anything<MatrixDimensionsLike>(
      'a tree of { reductionAxis, outputAxis } or null, or a function of the parameters to one',
      '{ kernel: { reductionAxis: 0, outputAxis: 1 }, bias: null }',
    ),
  ),
})
