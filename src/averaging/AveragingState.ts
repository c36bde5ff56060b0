import type { StateLambda, StateOf } from '../transformation/Transformation.js'

/** The state of a moving average: the inner state, the average of the parameters, the number of steps seen. */
export interface AveragingState<S, P> {
  /** The inner transformation's. */
  readonly inner: S
  /** Starts as a copy of the parameters. Never the same tensors as the parameters: each can be disposed alone. */
  readonly average: P
  /** Steps seen so far. */
  readonly count: number
}

/** What `precision: 'compensated'` adds: what rounding has taken from the average so far. */
export interface Compensated<P> {
  /** What is to be added to the average. */
  readonly residual: P
}

/** What `debias` and `every` add: products of decays, since the last update of the average and before it. */
export interface Products {
  /** Of the decays since the last update of the average. */
  readonly block: number
  /** Of all decays before it. */
  readonly total: number
}

/** The state of `withMovingAverage`; a slot or number that exists with an option only is in the type with that option
 *  only. */
export interface Averaging<F extends StateLambda, O = {}> extends StateLambda {
  readonly State: AveragingState<StateOf<F, this['Params']>, this['Params']> &
    (O extends { readonly precision: 'compensated' } ? Compensated<this['Params']> : {}) &
    (O extends { readonly debias: true } | { readonly every: number } ? Products : {})
}
