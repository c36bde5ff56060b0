/** @internal */
import type { Leaf } from './Tree.js'
import { TreeMismatch } from './TreeMismatch.js'

/** Whether a leaf only looks like a tensor: what JSON, `structuredClone` and `postMessage` make of one, which has its shape
 *  and none of its numbers, a `TensorBuffer`, or a weight of tfjs-layers. Executors would ask its backend. */
export const isNotOnBackend = (leaf: Leaf | null): boolean =>
  // what a class says by a getter is lost in a copy; its fields are not
  leaf !== null && !('isDisposed' in leaf) && ('dataId' in leaf || isBuffer(leaf) || isWeight(leaf))

const isBuffer = (leaf: Leaf): boolean => 'toTensor' in leaf
const isWeight = (leaf: Leaf): boolean => 'read' in leaf

/** A leaf that only looks like a tensor, and how one comes by a real one; `path` is that of the leaf. */
export const notOnBackend = (where: string, path: string, leaf: Leaf): TreeMismatch => {
  const [found, hint] = isBuffer(leaf)
    ? ['a TensorBuffer', 'Pass the tensor that its toTensor() gives.']
    : isWeight(leaf)
      ? ['a LayerVariable of tfjs-layers', 'Pass the variable that its read() gives.']
      : [
          'a copy of one without its numbers, as JSON, structuredClone and postMessage make them',
          'save and restore keep a state; numbers travel as await tensor.data().',
        ]
  return new TreeMismatch({ where, path, expected: 'a tensor', found, hint })
}
