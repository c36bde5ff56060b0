import { anatomyOf } from './anatomyOf.js'
import { checkState } from '../state/checkState.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { option as O } from 'fp-ts'
import { slotsOf } from '../state/slots.js'
import { leafName, slotName } from '../state/tensorNames.js'
import { visitState } from '../state/visitState.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { TreeOf } from '../tree/Tree.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from './Transformation.js'

/** The names of an optimizer's slots, sorted: an average's own name, else the path in the state, as `inner.0.mu`.
 *
 *  @laws total; inner slots are visible through every wrapper.
 *  @reference tf.train.Optimizer.get_slot_names
 *  @example slotNames(optimizer) // is `['ExponentialMovingAverage', 'inner.0.mu', 'inner.0.nu']` */
export const slotNames = (tx: AnyTransformation): readonly string[] =>
  slotsOf(anatomyOf('slotNames: the optimizer', tx).shape)
    .map(({ at, name, average }) => average ?? slotName(at, name))
    .sort()

/** A named tensor of a state. */
export interface Variable {
  readonly name: string
  readonly tensor: Tensor
}

/** Every tensor of a state under its name in a file, sorted by name.
 *
 *  @shapes `dense/kernel/ExponentialMovingAverage`, `dense/kernel/inner.0.mu`; a number for the whole tree is
 *    `/inner.0.norm`.
 *  @laws names are unique, and with those of the parameters they are the key set of a checkpoint; the tensors are
 *    borrowed.
 *  @reference tf.train.Optimizer.variables
 *  @example variables(optimizer)(now.params, now.state).map(({ name }) => name) */
export const variables =
  <F extends StateLambda, E>(tx: Transformation<F, E>): Variables<F> =>
  (params: unknown, state: unknown) => {
    const { shape } = anatomyOf('variables: the optimizer', tx)
    checkState(shape, state)
    return [...visitState<Tensor>(shape, skeletonOf(params, 'params'), state).tensors]
      .map(([name, tensor]) => ({ name, tensor }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

interface Variables<F extends StateLambda> {
  <P>(params: P & TreeOf<P>, state: NoInfer<StateOf<F, P>>): readonly Variable[]
}

/** The tensor of a slot for one parameter: `none` where there is no such slot or leaf, or a mask hides it.
 *
 *  @laws some for a listed slot of a leaf that it covers, none for any other name; changes nothing.
 *  @reference tf.train.Optimizer.get_slot
 *  @example getSlot(optimizer)('dense/kernel', 'ExponentialMovingAverage')(now.params, now.state) */
export const getSlot =
  <F extends StateLambda, E>(tx: Transformation<F, E>) =>
  (path: string, slot: string): GetSlot<F> => {
    // states are unknown to their visitor
    const all = variables(tx) as unknown as (params: unknown, state: unknown) => readonly Variable[]
    const wanted = `${leafName(path)}/${slot}`
    return (params: unknown, state: unknown) =>
      O.fromNullable(all(params, state).find(({ name }) => name === wanted)?.tensor)
  }

interface GetSlot<F extends StateLambda> {
  <P>(params: P & TreeOf<P>, state: NoInfer<StateOf<F, P>>): O.Option<Tensor>
}
