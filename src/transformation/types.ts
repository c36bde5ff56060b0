import type { StateLambda, StateOf, Transformation } from './Transformation.js'

/** The state lambda of a transformation. */
export type LambdaOf<T> = T extends Transformation<infer F extends StateLambda, infer _E> ? F : never

/** The extras of a transformation. */
export type ExtraOf<T> = T extends Transformation<infer _F extends StateLambda, infer E> ? E : never

/** The state lambdas of several. */
export type LambdasOf<Ts> = { readonly [K in keyof Ts]: LambdaOf<Ts[K]> }

/** What several transformations need together. */
export type ExtrasOf<Ts extends readonly unknown[]> = Ts extends readonly []
  ? {}
  : { readonly [K in keyof Ts]: (extra: ExtraOf<Ts[K]>) => void }[number] extends (extra: infer E) => void
    ? E
    : {}

/** States in a tuple, as `chain` keeps them. */
export interface Chained<Fs> extends StateLambda {
  readonly State: StatesOf<Fs, this['Params']>
}

/** States by name, as `namedChain` keeps them. */
export type StatesOf<Fs, P> = { readonly [K in keyof Fs]: Fs[K] extends StateLambda ? StateOf<Fs[K], P> : never }

/** A state without anything in it. */
export interface Stateless extends StateLambda {
  readonly State: EmptyState
}

/** The state of a transformation that keeps nothing. */
export interface EmptyState {
  readonly [key: string]: never
}

/** The state of a transformation that only counts. */
export interface CountState {
  /** Updates seen so far. */
  readonly count: number
}

/** `CountState` as a function of the parameters. */
export interface Counting extends StateLambda {
  readonly State: CountState
}
