import type { Tensor } from '@tensorflow/tfjs-core'
import { tensorMaker } from '../engine/tensorMaker.js'
import { initialState } from '../state/initialState.js'
import type { StateShape } from '../state/StateShape.js'
import { child } from '../state/visitState.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { alike, skeletonOf } from '../tree/Skeleton.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { isLeaf, type TreeOf } from '../tree/Tree.js'
import { anatomyOf } from './anatomyOf.js'
import type { StateLambda, StateOf, Transformation } from './Transformation.js'

/** What `grown` returns. */
export interface Grower<F extends StateLambda> {
  <P>(state: unknown, params: P & TreeOf<P>): StateOf<F, P>
}

/** Grows and shrinks a state to other parameters, or to a wider or narrower mask, of the same chain: unfrozen layers, a
 *  new head, one that is gone.
 *
 *  ```text
 *  each slot at each path: the tensor that is there, where its shape and dtype fit, else as `init` makes it;
 *  numbers as they are
 *  ```
 *
 *  @shapes those of `init(params)`. What is kept is the same tensors; what the new state has no place for is the
 *    caller's to dispose of: `disposeExcept(state, next)`.
 *  @laws where nothing has changed, every tensor and number is the one that was there.
 *  @departs counts stay: Adam's bias correction takes a late leaf for an old one (see `scaleByAdam`). The state of a part
 *    that is no equation (`adafactor`, `lbfgs`) stays where its tensors have the shapes of a new one, else it
 *    starts anew.
 *  @example const next = grown(wider)(now.state, now.params) */
export const grown = <F extends StateLambda, E>(tx: Transformation<F, E>): Grower<F> => {
  const { shape } = anatomyOf('grown: the optimizer', tx)
  const grow = (state: unknown, params: unknown): unknown => {
    const fresh = initialState(tensorMaker)(shape, skeletonOf(params, 'params'), params)
    const next = merged(shape, state, fresh)
    disposeExcept(fresh, next)
    return next
  }
  return grow
}

const merged = (shape: StateShape, old: unknown, fresh: unknown): unknown => {
  switch (shape.kind) {
    case 'tuple':
      return Object.freeze(shape.parts.map((part, i) => merged(part, child(old, i), child(fresh, i))))
    case 'hidden':
      return merged(shape.part, old, fresh)
    case 'opaque':
      return fits(old, fresh) ? kept(old, fresh) : fresh
    case 'record':
      return Object.freeze(
        Object.fromEntries(
          Object.entries(fresh as Readonly<Record<string, unknown>>).map(([key, value]) => {
            // `init` made a record of this shape
            const part = shape.parts[key]
            return [key, part === undefined ? kept(child(old, key), value) : merged(part, child(old, key), value)]
          }),
        ),
      )
  }
}

/** Whether the tensors of a part that is no equation are those that a new state would have. */
const fits = (old: unknown, fresh: unknown): boolean => {
  const [before, after] = [tensorsOf(old), tensorsOf(fresh)]
  return before.length === after.length && after.every((leaf, i) => same(before[i], leaf))
}

const same = (old: unknown, fresh: Tensor): boolean => isLeaf(old) && alike(old, fresh.shape, fresh.dtype)

/** The fresh value, with what was there before at the same path. */
const kept = (old: unknown, fresh: unknown): unknown => {
  if (typeof fresh === 'number') return typeof old === 'number' ? old : fresh
  if (typeof fresh !== 'object' || fresh === null) return fresh
  if (isLeaf(fresh)) return same(old, fresh as Tensor) ? old : fresh // outside references every leaf is a tensor
  const entries = Object.entries(fresh).map(([key, value]) => [key, kept(child(old, key), value)] as const)
  return Object.freeze(Array.isArray(fresh) ? entries.map(([, value]) => value) : Object.fromEntries(entries))
}
