/** @internal */

import { checkFunction } from '../scalars/checkFunction.js'
import { isTransformation } from '../scalars/shown.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { nowIn } from '../transformation/nowIn.js'
import { step, type Now } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import type { Evaluation } from './evaluation.js'
import { tensorsIn } from './mapTensors.js'
import { tidied } from '../tensors/tidied.js'

/** An optimizer whose types are checked where it is passed in. */
export interface AnyOptimizer {
  readonly anatomy: Transformation<Opaque>['anatomy']
}

/** A step of training whose types are checked where it is made. */
export type Advance = (
  now: Now<unknown, unknown>,
  args: readonly unknown[],
  donate: boolean,
) => Omit<Evaluation, 'grads'> & Now<unknown, unknown>

/** The evaluated loss, then a step, then no more gradients. */
export const stepped = (
  where: string,
  optimizer: AnyOptimizer,
  loss: unknown,
  evaluate: (params: unknown, args: readonly unknown[]) => Evaluation,
  extra: ((...evaluated: never) => unknown) | undefined,
): Advance => {
  if (isTransformation(loss)) throw new TypeError(`${where}: the optimizer comes first: ${where}(optimizer, loss).`)
  anatomyOf(`${where}: the optimizer`, optimizer)
  checkFunction(`${where}: loss`, loss, '(params) => tf.sum(params.w)')
  const pure = looseStep(optimizer, false)
  const donated = looseStep(optimizer, true)
  // its types are tied to the loss by the callers
  const make = extra as ((evaluated: Evaluation, ...args: readonly unknown[]) => unknown) | undefined
  return (now, args, donate) => {
    const { params, state } = nowIn(where, now)
    const { grads, ...rest } = evaluate(params, args)
    try {
      // Tidied, so that tensors made for the optimizer do not outlive its step.
      const next = tidied(() => (donate ? donated : pure)(grads, state, params, make?.({ grads, ...rest }, ...args)))
      disposeExcept(grads, next)
      if (donate) disposeExcept([params, state], next)
      return { ...rest, ...next }
    } catch (error) {
      for (const tensor of tensorsIn([grads, rest])) tensor.dispose()
      throw error
    }
  }
}

type LooseStep = (grads: unknown, state: unknown, params: unknown, extra: unknown) => Now<unknown, unknown>

const looseStep = (optimizer: AnyOptimizer, donate: boolean): LooseStep =>
  // trees are joined by path and checked there
  step(optimizer as Transformation<Opaque>, { donate }) as unknown as LooseStep
