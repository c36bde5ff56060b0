import { chain } from '../combinators/chain.js'
import { hide } from '../combinators/transformations.js'
import { unitInterval } from '../scalars/Decay.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import type { Schedule } from '../scalars/Schedule.js'
import { identity } from '../transformation/identity.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { CountState, Stateless } from '../transformation/types.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { trace, type Tracing } from '../transforms/trace.js'
import { recipe } from './recipe.js'

/** Options of `sgd`. */
export interface SgdOptions {
  /** A number ≥ 0, or a schedule. */
  readonly learningRate: number | Schedule
  /** The decay of the momentum; without it there is none, and no slot for it. */
  readonly momentum?: number
  /** Nesterov's momentum.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
}

/** The state of `sgd`: of its momentum, empty without one, and of its rate. */
export type SgdState<Momentum> = readonly [momentum: Momentum, rate: CountState]

/** `SgdState` as a function of the parameters. */
export interface Sgd<Momentum extends StateLambda> extends StateLambda {
  readonly State: SgdState<StateOf<Momentum, this['Params']>>
}

/** Stochastic gradient descent, with momentum where it is asked for.
 *
 *  ```text
 *  p ← p − η·g        with momentum: T ← g + d·T,  p ← p − η·T
 *  ```
 *
 *  @shapes state `[{}, { count }]`; with momentum `[{ trace }, { count }]`.
 *  @laws those of `chain`; momentum 0 is plain descent with a slot.
 *  @reference optax.sgd; the learning rate multiplies the momentum, as in PyTorch
 *  @example sgd({ learningRate: 0.1, momentum: 0.9 }) */
export function sgd(given: SgdOptions & { readonly momentum: number }): Transformation<Sgd<Tracing>>
export function sgd(given: Omit<SgdOptions, 'momentum'> & { readonly momentum?: never }): Transformation<Sgd<Stateless>>
export function sgd(given: SgdOptions): Transformation<Sgd<Tracing | Stateless>>
export function sgd(given: SgdOptions): unknown {
  const { learningRate, momentum, nesterov } = parse(given)
  const rated = scaleByLearningRate({ learningRate })
  return recipe(
    'sgd',
    { learningRate, momentum, nesterov },
    momentum === undefined ? hide(chain(identity(), rated)) : hide(chain(trace({ decay: momentum, nesterov }), rated)),
  )
}

const parse = options('sgd', {
  learningRate: required(numberOrSchedule(rate)),
  momentum: optional(unitInterval),
  nesterov: withDefault(flag, false),
})
