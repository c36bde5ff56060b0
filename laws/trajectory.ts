import type { AnyTransformation, Opaque, Transformation } from '../src/transformation/Transformation.js'
import { step } from '../src/transformation/step.js'
import type { Training } from './arbitraries/training.js'
import { extraAt } from './extraAt.js'
import { numbersFrom, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'

/** Parameters and state at one moment of a training, as plain data. */
export interface Moment {
  readonly params: TreeSpec
  readonly state: unknown
}

/** Every moment of a training from the start on, as plain data: one more than it has steps.
 *
 *  @example trajectory(adam({ learningRate: 0.1 }), { params: { w: { shape: [], values: [1] } }, grads: [] }) */
export const trajectory = (
  tx: AnyTransformation,
  { params, grads }: Training,
  extra: unknown = {},
): readonly Moment[] =>
  tidily(() => {
    const any = tx as Transformation<Opaque> // only passed on: its state's type is not needed
    const advance = step(any)
    const start = tensorsFrom(params)
    let now = { params: start, state: any.init(start) }
    const moments = [now]
    for (const spec of grads) {
      const gradients = tensorsFrom(spec)
      now = advance(gradients, now.state, now.params, extraAt(extra)(gradients, now.params))
      moments.push(now)
    }
    return moments.map((moment) => numbersFrom(moment) as Moment) // trees of tensors read back are trees of numbers
  })

/** The updates and states of a training that uses `update` and leaves the parameters where they are. */
export const updatesOf = (
  tx: AnyTransformation,
  { params, grads }: Training,
  extra: unknown = {},
): readonly { readonly updates: TreeSpec; readonly state: unknown }[] =>
  tidily(() => {
    const any = tx as Transformation<Opaque> // as above
    const still = tensorsFrom(params)
    let state = any.init(still)
    return grads.map((spec) => {
      const gradients = tensorsFrom(spec)
      const [updates, next] = any.update(gradients, state, still, extraAt(extra)(gradients, still))
      state = next
      return { updates: numbersFrom(updates) as TreeSpec, state: numbersFrom(next) } // as above
    })
  })
