import { chain } from '../combinators/chain.js'
import { hide } from '../combinators/transformations.js'
import { count as integer, positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import { identity } from '../transformation/identity.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { CountState, Stateless } from '../transformation/types.js'
import type { NoiseState } from '../transforms/addNoise.js'
import {
  differentiallyPrivateAggregate,
  type DifferentiallyPrivateAggregateOptions,
} from '../transforms/differentiallyPrivateAggregate.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { trace, type Tracing } from '../transforms/trace.js'
import type { RatedOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'

/** Options of `dpsgd`. */
export interface DpsgdOptions extends RatedOptions, DifferentiallyPrivateAggregateOptions {
  /** The decay of the momentum; without it there is none, and no slot for it. */
  readonly momentum?: number
  /** Nesterov's momentum.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
}

/** The state of `dpsgd`: its momentum's is empty without one. */
export type DpsgdState<Momentum> = readonly [noise: NoiseState, momentum: Momentum, rate: CountState]

/** `DpsgdState` as a function of the parameters. */
export interface Dpsgd<Momentum extends StateLambda> extends StateLambda {
  readonly State: DpsgdState<StateOf<Momentum, this['Params']>>
}

/** Differentially private stochastic gradient descent, on gradients of single examples, or with `batchSize` on the sum of
 *  clipped ones.
 *
 *  ```text
 *  p ← p − η·(Σᵢ clip(gᵢ) + C·σ·N(0, 1))/examples        (see `differentiallyPrivateAggregate`)
 *  ```
 *
 *  @shapes state `[{ count, key }, {}, { count }]`; `{ trace }` in the middle with momentum.
 *  @departs as `differentiallyPrivateAggregate` does.
 *  @reference Abadi et al. 2016, arXiv:1607.00133; optax.contrib.dpsgd
 *  @example dpsgd({ learningRate: 0.1, l2NormClip: 1, noiseMultiplier: 1.1, key: 7 }) */
export function dpsgd(given: DpsgdOptions & { readonly momentum: number }): Transformation<Dpsgd<Tracing>>
export function dpsgd(
  given: Omit<DpsgdOptions, 'momentum'> & { readonly momentum?: never },
): Transformation<Dpsgd<Stateless>>
export function dpsgd(given: DpsgdOptions): Transformation<Dpsgd<Tracing | Stateless>>
export function dpsgd(given: DpsgdOptions): unknown {
  const checked = parse(given)
  const { learningRate, momentum, nesterov, batchSize, ...aggregate } = checked
  return recipe(
    'dpsgd',
    checked,
    hide(
      chain(
        differentiallyPrivateAggregate({ ...aggregate, ...(batchSize === undefined ? {} : { batchSize }) }),
        momentum === undefined ? hide(identity()) : hide(trace({ decay: momentum, nesterov })),
        scaleByLearningRate({ learningRate }),
      ),
    ),
  )
}

const parse = options('dpsgd', {
  learningRate: required(numberOrSchedule(rate)),
  l2NormClip: required(nonNegative),
  noiseMultiplier: required(nonNegative),
  batchSize: optional(positiveCount),
  key: withDefault(integer, 0),
  momentum: optional(unitInterval),
  nesterov: withDefault(flag, false),
})
