import { anatomyOf } from '../transformation/anatomyOf.js'
import { chain } from '../combinators/chain.js'
import { hide } from '../combinators/transformations.js'
import { positiveCount } from '../scalars/Count.js'
import { anything, flag, numberOrSchedule, oneOf } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { optional, options, withDefault } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { described } from '../transformation/describe.js'
import { identity } from '../transformation/identity.js'
import type {
  AnyTransformation,
  Opaque,
  StateLambda,
  StateOf,
  Transformation,
} from '../transformation/Transformation.js'
import type { CountState, Stateless } from '../transformation/types.js'
import type { LineSearch } from '../transforms/lineSearch.js'
import { scaleByLbfgs, type ScaleByLbfgsState } from '../transforms/scaleByLbfgs.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { scaleByZoomLinesearch, type Zoom } from '../transforms/scaleByZoomLinesearch.js'
import { recipe } from './recipe.js'

/** Options of `lbfgs`, beside the line search. */
export interface LbfgsOptions {
  /** A number ≥ 0, or a schedule.
   *
   *  @defaultValue 1 */
  readonly learningRate?: number | Schedule
  /** How many steps are remembered.
   *
   *  @defaultValue 10 */
  readonly memorySize?: number
  /** Whether the newest step sets the scale of the inverse Hessian.
   *
   *  @defaultValue true */
  readonly scaleInitPrecond?: boolean
  /** Which steps are remembered: 'checked' (default), those that tell of a positive curvature; 'optax', all. */
  readonly curvature?: 'checked' | 'optax'
}

/** The state of `lbfgs`: the last is its line search's. */
export type LbfgsState<Search> = readonly [direction: ScaleByLbfgsState, rate: CountState, search: Search]

/** `LbfgsState` as a function of the parameters. */
export interface Lbfgs<Search extends StateLambda> extends StateLambda {
  readonly State: LbfgsState<StateOf<Search, this['Params']>>
}

/** L-BFGS: quasi-Newton steps from the last few gradients, with a line search. For full batches.
 *
 *  ```text
 *  p ← p − η·H·g        (see `scaleByLbfgs`; η by `linesearch`)
 *  ```
 *
 *  @shapes state `[{ count, params, updates, … }, { count }, { learningRate, value, grad, info }]`; the last is the
 *    line search's, `{}` with `'none'`.
 *  @throws whatever the loss throws that the line search asks.
 *  @departs as `scaleByLbfgs` does; `linesearch: 'none'` is optax's None.
 *  @reference Liu & Nocedal 1989; optax.lbfgs
 *  @example lbfgs({ memorySize: 5, linesearch: 'none', learningRate: 0.1 }) */
export function lbfgs(given?: LbfgsOptions & { readonly linesearch?: never }): Transformation<Lbfgs<Zoom>, LineSearch>
export function lbfgs(given: LbfgsOptions & { readonly linesearch: 'none' }): Transformation<Lbfgs<Stateless>>
export function lbfgs<F extends StateLambda, E>(
  given: LbfgsOptions & { readonly linesearch: Transformation<F, E> },
): Transformation<Lbfgs<F>, E>
export function lbfgs(given?: LbfgsOptions & { readonly linesearch?: AnyTransformation | 'none' }): unknown {
  const { learningRate, memorySize, scaleInitPrecond, curvature, linesearch } = parse(given)
  const search =
    linesearch === 'none'
      ? identity()
      : linesearch === undefined
        ? scaleByZoomLinesearch({ maxLinesearchSteps: 20, initialGuessStrategy: 'one' })
        : linesearch
  return recipe(
    'lbfgs',
    {
      learningRate,
      memorySize,
      scaleInitPrecond,
      curvature,
      linesearch: described(anatomyOf('lbfgs: linesearch', search).description),
    },
    hide(
      chain(
        scaleByLbfgs({ memorySize, scaleInitPrecond, curvature }),
        scaleByLearningRate({ learningRate }),
        search as Transformation<Opaque>, // the overloads say what it is
      ),
    ),
  )
}

const parse = options('lbfgs', {
  learningRate: withDefault(numberOrSchedule(rate), 1),
  memorySize: withDefault(positiveCount, 10),
  scaleInitPrecond: withDefault(flag, true),
  curvature: withDefault(oneOf('checked', 'optax'), 'checked'),
  linesearch: optional(anything<AnyTransformation | 'none'>("a line search, or 'none'", "'none'")),
})
