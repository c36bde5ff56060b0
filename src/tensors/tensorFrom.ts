/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import { spell } from '../tree/Skeleton.js'
import { isLeaf } from '../tree/Tree.js'

/** What a user's function returned, where that must be a tensor. `call` says which call it was. Throws `TypeError` for
 *  anything else. */
export const tensorFrom = (call: string, value: unknown, remedy = 'Mend the function.'): Tensor => {
  if (isLeaf(value)) return value as Tensor // users' leaves are tensors
  throw new TypeError(
    `${call} must return a tensor, found ${spell(value)}. ` +
      (value instanceof Promise ? 'It cannot be async: return a tensor, and read it later.' : remedy),
  )
}
