/** @internal */

import { eachTensor } from '../tree/eachTensor.js'
import type { Leaf } from '../tree/Tree.js'

/** Every leaf anywhere in a value made of records, arrays, numbers and `null`: tensors, or what stands for them in a
 *  reference. */
export const leavesIn = <L extends Leaf>(value: unknown): readonly L[] => {
  const leaves: L[] = []
  eachTensor(value, (leaf) => leaves.push(leaf as unknown as L)) // all leaves of a run are of one kind
  return leaves
}
