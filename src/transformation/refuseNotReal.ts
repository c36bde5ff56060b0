/** @internal */
import { dtypeAt, pathAt, type Skeleton } from '../tree/Skeleton.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'

/** Refuses parameters of which nothing can be kept or averaged: words, and complex numbers. Integers and conditions pass:
 *  they are not trained. */
export const refuseNotReal = (skeleton: Skeleton): void => {
  const leaf = skeleton.dtypes.findIndex((dtype) => dtype === 'string' || dtype === 'complex64')
  if (leaf >= 0)
    throw new TreeMismatch({
      where: 'params',
      path: pathAt(skeleton, leaf),
      expected: 'a tensor of real numbers',
      found: `one of dtype ${dtypeAt(skeleton, leaf)}`,
      hint: 'Put null in its place.',
    })
}
