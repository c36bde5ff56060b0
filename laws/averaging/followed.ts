import type { AnyTransformation, Opaque, Transformation } from '../../src/transformation/Transformation.js'
import { step } from '../../src/transformation/step.js'
import type { Training } from '../arbitraries/training.js'
import { numbersFrom, tensorsFrom, tidily } from '../Numbers.js'
import type { Moment } from '../trajectory.js'

/** Every moment of a training whose steps are told something of their own, as plain data. */
export const followed = (
  tx: AnyTransformation,
  { params, grads }: Training,
  extra: (count: number) => object,
): readonly Moment[] =>
  tidily(() => {
    const any = tx as Transformation<Opaque> // only passed on: its state's type is not needed
    const advance = step(any)
    const start = tensorsFrom(params)
    let now = { params: start, state: any.init(start) }
    const moments = [now]
    for (const [count, spec] of grads.entries()) {
      now = advance(tensorsFrom(spec), now.state, now.params, extra(count))
      moments.push(now)
    }
    return moments.map((moment) => numbersFrom(moment) as Moment) // trees of tensors read back are trees of numbers
  })
