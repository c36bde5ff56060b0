import type { Scalar } from '@tensorflow/tfjs-core'
import type { Now } from '../transformation/step.js'
import type { StepOptions } from '../transformation/stepOptions.js'
import type { GradOptions } from './Loss.js'

/** What a step of training gives: the loss at the old parameters, the new parameters and the new state. */
export interface Minimized<P, S> extends Now<P, S> {
  readonly value: Scalar
}

/** The same, and what else the loss returned. */
export interface MinimizedWithAux<P, S, A> extends Minimized<P, S> {
  readonly aux: A
}

/** How a loss is minimized. */
export type MinimizeOptions<E, V, Args extends readonly unknown[]> = GradOptions & StepOptions & ExtraOption<E, V, Args>

/** Where the optimizer needs more than gradients, `extra` must say how to make it. */
export type ExtraOption<E, V, Args extends readonly unknown[]> = {} extends E
  ? { readonly extra?: MakeExtra<E, V, Args> }
  : { readonly extra: MakeExtra<E, V, Args> }

/** What an optimizer needs beside gradients, made from the evaluated loss and what the loss was called with. */
export type MakeExtra<E, V, Args extends readonly unknown[]> = (evaluated: V, ...args: Args) => E

/** Options that must be passed where the optimizer needs an extra. */
export type Needed<E, O> = {} extends E ? readonly [options?: O] : readonly [options: O]

/** What a compile error shows at the loss, where the options are missing that make what an optimizer needs. */
export interface NeedsExtra<E> {
  readonly 'this optimizer also needs, made by the option `extra`, after the loss': E
}
