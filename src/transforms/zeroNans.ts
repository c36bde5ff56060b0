import { perLeaf } from '../equation/Slot.js'
import { equation } from '../transformation/equation.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Leaves } from '../tree/Tree.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** The state of `zeroNans`. */
export interface ZeroNansState<P> {
  /** 1 where the last update of a leaf had a NaN, else 0. */
  readonly foundNan: Leaves<P, Tensor>
}

/** `ZeroNansState` as a function of the parameters. */
export interface ZeroNans extends StateLambda {
  readonly State: ZeroNansState<this['Params']>
}

/** Replaces NaN by zero, and remembers where the last one was. Infinities stay.
 *
 *  ```text
 *  u = 0 where g is NaN, else g     foundNan = 1 where the leaf holds a NaN, else 0
 *  ```
 *
 *  @shapes state `{ foundNan }`, one number for each leaf.
 *  @laws idempotent on updates.
 *  @departs foundNan is a number, not a boolean.
 *  @reference optax.zero_nans
 *  @example chain(zeroNans(), adam({ learningRate: 1e-3 })) */
export const zeroNans = (): Transformation<ZeroNans> => zeroed

const zeroed = equation({ name: 'zeroNans', slots: { foundNan: perLeaf(0) } })((A) => ({ update }) => {
  const bad = A.isNaN(update)
  const zero = A.lit(0)
  return { update: A.where(bad, zero, update), foundNan: A.max(zero, A.leafMax(A.where(bad, A.lit(1), zero))) }
})
