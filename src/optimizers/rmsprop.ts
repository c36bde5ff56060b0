import { chain } from '../combinators/chain.js'
import { hide } from '../combinators/transformations.js'
import { unitInterval } from '../scalars/Decay.js'
import { flag, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { identity } from '../transformation/identity.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { CountState, Stateless } from '../transformation/types.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByRms, type ScaleByRms } from '../transforms/scaleByRms.js'
import { scaleByStddev, type ScaleByStddev } from '../transforms/scaleByStddev.js'
import { trace, type Tracing } from '../transforms/trace.js'
import { recipe } from './recipe.js'

/** Options of `rmsprop`. */
export interface RmspropOptions {
  /** A number ≥ 0, or a schedule. */
  readonly learningRate: number | Schedule
  /** The decay of the second moment.
   *
   *  @defaultValue 0.9 */
  readonly decay?: number
  /** Default 1e-8. */
  readonly eps?: number
  /** What fills the second moment at the start.
   *
   *  @defaultValue 0 */
  readonly initialScale?: number
  /** Whether ε stands under the root. Default true; PyTorch has it outside. */
  readonly epsInSqrt?: boolean
  /** Whether to divide by the standard deviation instead of the root mean square.
   *
   *  @defaultValue false */
  readonly centered?: boolean
  /** The decay of the momentum; without it there is none, and no slot for it. */
  readonly momentum?: number
  /** Nesterov's momentum.
   *
   *  @defaultValue false */
  readonly nesterov?: boolean
  /** Whether to correct the moments for their start at zero.
   *
   *  @defaultValue false */
  readonly biasCorrection?: boolean
}

type Plain = Omit<RmspropOptions, 'centered' | 'momentum'>
interface Centered {
  readonly centered: true
}
interface Uncentered {
  readonly centered?: false
}
interface WithMomentum {
  readonly momentum: number
}
interface WithoutMomentum {
  readonly momentum?: never
}

/** The state of `rmsprop`: of its direction, which has a mean where it is centred, and of its momentum, empty without one. */
export type RmspropState<Direction, Momentum> = readonly [direction: Direction, rate: CountState, momentum: Momentum]

/** `RmspropState` as a function of the parameters. */
export interface Rmsprop<Direction extends StateLambda, Momentum extends StateLambda> extends StateLambda {
  readonly State: RmspropState<StateOf<Direction, this['Params']>, StateOf<Momentum, this['Params']>>
}

/** RMSProp: gradients over the root of a running mean of their squares.
 *
 *  ```text
 *  v ← d·v + (1−d)·g²     p ← p − η·g/√(v + ε)        with momentum: T ← μ·T − η·g/√(v + ε),  p ← p + T
 *  ```
 *
 *  @shapes state `[{ count, nu }, { count }, {}]`; `{ count, mu, nu }` where centered, `{ trace }` at the end with
 *    momentum.
 *  @departs momentum comes after the learning rate, as in TensorFlow; ε stands inside the root, in PyTorch outside.
 *  @reference Tieleman & Hinton 2012; Graves 2013, arXiv:1308.0850; optax.rmsprop
 *  @example rmsprop({ learningRate: 1e-3, momentum: 0.9 }) */
export function rmsprop(given: Plain & Uncentered & WithoutMomentum): Transformation<Rmsprop<ScaleByRms, Stateless>>
export function rmsprop(given: Plain & Uncentered & WithMomentum): Transformation<Rmsprop<ScaleByRms, Tracing>>
export function rmsprop(given: Plain & Centered & WithoutMomentum): Transformation<Rmsprop<ScaleByStddev, Stateless>>
export function rmsprop(given: Plain & Centered & WithMomentum): Transformation<Rmsprop<ScaleByStddev, Tracing>>
export function rmsprop(given: RmspropOptions): Transformation<Rmsprop<ScaleByRms | ScaleByStddev, Tracing | Stateless>>
export function rmsprop(given: RmspropOptions): unknown {
  const checked = parse(given)
  const { learningRate, centered, momentum, nesterov, ...moments } = checked
  return recipe(
    'rmsprop',
    checked,
    hide(
      chain(
        centered ? hide(scaleByStddev(moments)) : hide(scaleByRms(moments)),
        scaleByLearningRate({ learningRate }),
        momentum === undefined ? hide(identity()) : hide(trace({ decay: momentum, nesterov })),
      ),
    ),
  )
}

const parse = options('rmsprop', {
  learningRate: required(numberOrSchedule(rate)),
  decay: withDefault(halfOpenUnit, 0.9),
  eps: withDefault(nonNegative, 1e-8),
  initialScale: withDefault(nonNegative, 0),
  epsInSqrt: withDefault(flag, true),
  centered: withDefault(flag, false),
  momentum: optional(unitInterval),
  nesterov: withDefault(flag, false),
  biasCorrection: withDefault(flag, false),
})
