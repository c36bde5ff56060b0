import type { AnyTransformation, Opaque, Transformation } from '../src/transformation/Transformation.js'
import { step } from '../src/transformation/step.js'
import { disposeExcept } from '../src/tree/disposeExcept.js'
import type { Tree } from '../src/tree/Tree.js'
import { tensorsFrom, type TreeSpec } from './Numbers.js'

/** Parameters and state as tensors, of a transformation whose state's type is not known. */
export interface Standing {
  readonly params: Tree
  readonly state: unknown
}

/** The start of a training: the caller disposes it. */
export const started = (tx: AnyTransformation, spec: TreeSpec): Standing => {
  const params = tensorsFrom(spec)
  return { params, state: (tx as Transformation<Opaque>).init(params) } // its state is only passed on
}

/** Goes on from somewhere by a few steps. What it was given stays; the caller disposes what comes out. */
export const walked = (tx: AnyTransformation, from: Standing, grads: readonly TreeSpec[]): Standing => {
  const advance = step(tx as Transformation<Opaque>) // as above
  return grads.reduce<Standing>((now, spec) => {
    const gradients = tensorsFrom(spec)
    const next = advance(gradients, now.state, now.params)
    disposeExcept([gradients, now === from ? [] : now], [next, from])
    return next
  }, from)
}
