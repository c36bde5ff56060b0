import type { Tensor } from '@tensorflow/tfjs-core'
import type { Plan } from '../equation/Program.js'
import type { StateShape } from '../state/StateShape.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import type { Description } from './Description.js'

/** A state as a function of the parameter tree: `interface Adam extends StateLambda { readonly State:
 *  AdamState<this['Params']> }`. */
export interface StateLambda {
  readonly Params: unknown
  readonly State: unknown
}

/** The state of a transformation for parameters of type `P`. */
export type StateOf<F extends StateLambda, P> = (F & { readonly Params: P })['State']

/** The arguments after `params`: nothing where a transformation needs nothing, else one record. */
export type Extras<E> = {} extends E ? readonly [extra?: E] : readonly [extra: E]

/** What a compile error shows where the argument after `params` is missing. */
export interface Needs<E> {
  readonly 'this optimizer also needs, as the argument after params': E
}

/** Nothing where the extras `X` are what `E` asks for; else what is missing. */
export type Told<E, X> = X extends Extras<E> ? unknown : Needs<E>

/** What one update returns. */
export type Updated<F extends StateLambda, P> = readonly [updates: Leaves<P, Tensor | null>, state: StateOf<F, P>]

/** A transformation of gradients: a pure pair `init`/`update` over an immutable state.
 *
 *  ```text
 *  state₀ = init(params)        (updates, stateₜ₊₁) = update(grads, stateₜ, params)
 *  paramsₜ₊₁ = params + updates
 *  ```
 *
 *  @shapes `updates` has the structure, shapes and dtypes of `params`; `null` where there is no gradient.
 *  @throws `TreeMismatch` when the trees differ.
 *  @laws inputs are neither changed nor disposed; the state keeps its structure.
 *  @example const [updates, next] = adam({ learningRate: 1e-3 }).update(grads, state, params) */
export interface Transformation<F extends StateLambda, E = {}> {
  readonly init: <P>(params: P & TreeOf<P>) => StateOf<F, P>
  readonly update: <P>(
    updates: NoInfer<Leaves<P, Tensor | null>>,
    state: NoInfer<StateOf<F, P>>,
    params: P & TreeOf<P>,
    ...extra: Extras<E>
  ) => Updated<F, P>
  /** What it is made of, for the library: combinators, executors and codecs read this. */
  readonly anatomy: Anatomy
}

/** What a transformation is made of. Everything else is derived from these three. */
export interface Anatomy {
  readonly description: Description
  readonly shape: StateShape
  readonly plan: Plan
}

/** The state of a transformation whose type is not known, as in a table of optimizers. */
export interface Opaque extends StateLambda {
  readonly State: unknown
}

/** Any transformation, as combinators take them. */
// Nothing fits `Transformation<StateLambda>`: states are both read and written. The members below are all that
// combinators use.
export interface AnyTransformation {
  readonly anatomy: Anatomy
}
