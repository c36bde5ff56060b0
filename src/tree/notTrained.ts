/** @internal */
import { dtypeAt, pathAt, type Skeleton, spell } from './Skeleton.js'
import { TreeMismatch } from './TreeMismatch.js'

/** A gradient of integers or conditions, which no backend trains. */
export const notTrained = (where: string, skeleton: Skeleton, leaf: number, found: unknown): TreeMismatch =>
  new TreeMismatch({
    where,
    path: pathAt(skeleton, leaf),
    expected: `null, because a parameter of dtype ${dtypeAt(skeleton, leaf)} is not trained`,
    found: spell(found),
    hint: 'Hand in null for it, or make the parameter float32: tf.cast(leaf, "float32").',
  })
