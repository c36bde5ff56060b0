import { checkState } from '../state/checkState.js'
import * as tf from '@tensorflow/tfjs-core'
import { chooseExecutor } from '../engine/chooseExecutor.js'
import type { Manner } from '../equation/Manner.js'
import { run } from '../engine/run.js'
import { tensorMaker } from '../engine/tensorMaker.js'
import { checkOf } from '../state/checkOf.js'
import { initialState } from '../state/initialState.js'
import { refuseUnreadable } from '../tree/refuseUnreadable.js'
import { refuseNotReal } from './refuseNotReal.js'
import { skeletonOf } from '../tree/Skeleton.js'
import { checkTold } from './checkTold.js'
import type { Anatomy, StateLambda, Transformation } from './Transformation.js'

/** The transformation of an anatomy.
 *
 *  @internal */
export const assemble = <F extends StateLambda, E = {}>(anatomy: Anatomy): Transformation<F, E> => {
  const {
    description: { name },
    shape,
  } = anatomy
  const check = checkOf(shape)
  check?.(name, shape)
  const init = (params: unknown): unknown => {
    const skeleton = skeletonOf(params, 'params')
    refuseNotReal(skeleton)
    check?.(name, shape, skeleton)
    refuseUnreadable('params', params, skeleton)
    return initialState(tensorMaker)(shape, skeleton, params)
  }
  const update = passOf('update', anatomy, false)
  // The shape and the plan decide the state at run time; `F` says the same in types, and each constructor's tests hold
  // it to that.
  return Object.freeze({ init, update, anatomy }) as unknown as Transformation<F, E>
}

/** One pass over parameters and a state, after a look at what is handed in. What comes first is the updates, or the
 *  parameters after a step.
 *
 *  @internal */
export const passOf =
  (mode: 'update' | 'step', { shape, plan }: Anatomy, donate: boolean) =>
  (updates: unknown, state: unknown, params: unknown, extra?: unknown): readonly [first: unknown, state: unknown] => {
    checkTold(mode, extra)
    checkState(shape, state)
    const occasion = { updates, params, extra }
    return run(manner(mode, donate), plan(state, occasion), occasion, state)
  }

/** How tensors are run on the backend that is set now.
 *
 *  @internal */
export const manner = (mode: 'update' | 'step', donate: boolean): Manner<tf.Tensor> => ({
  executor: chooseExecutor().executor,
  mode,
  donate,
  given: mode === 'step' ? 'grads' : 'updates',
  add,
  release,
  copied,
})

const add = (param: tf.Tensor, update: tf.Tensor): tf.Tensor => tf.add(param, update)
const release = (leaf: tf.Tensor): void => leaf.dispose()
const copied = (leaf: tf.Tensor): tf.Tensor => tf.clone(leaf)
