/** @internal */

import { isLeaf, type Leaf } from '../tree/Tree.js'

/** Every leaf anywhere in a value made of records, arrays, numbers and `null`: tensors, or what stands for them in a
 *  reference. */
export const leavesIn = <L extends Leaf>(value: unknown): readonly L[] => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  if (isLeaf(value)) return [value as L] // all leaves of a run are of one kind
  return Object.values(value).flatMap((child) => leavesIn<L>(child))
}
