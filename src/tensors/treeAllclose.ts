import { must } from '../scalars/must.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'

/** How far apart is close. */
export interface Closeness {
  /** Of the second value.
   *
   *  @defaultValue 1e-5 */
  readonly rtol?: number
  /** Of any value.
   *
   *  @defaultValue 1e-8 */
  readonly atol?: number
}

/** Whether two trees agree within tolerances. Reads every tensor back from the device.
 *
 *  ```text
 *  |xᵢ − yᵢ| ≤ atol + rtol·|yᵢ| for all elements
 *  ```
 *
 *  @throws `TreeMismatch` naming the path where structure, shape or dtype differ; `RangeError` for a tolerance below 0, `TypeError` for an
 *    option that is not known.
 *  @laws reflexive on finite trees; NaN is close to nothing, infinities to themselves.
 *  @reference optax.tree.allclose
 *  @example treeAllclose(params, params)   // true */
export const treeAllclose = <P>(
  ...given: readonly [x: P & TreeOf<P>, y: NoInfer<Leaves<P, Tensor>>, closeness?: Closeness]
): boolean => {
  // As one tuple: the compiler does not end when it compares a tree type of its own with another.
  const [x, y]: readonly unknown[] = given
  const { rtol, atol } = parse(given[2])
  const skeleton = skeletonOf(x, 'first tree')
  const a = leavesOf<Tensor>(skeleton, x, { where: 'first tree', nullable: false, alike: true })
  const b = leavesOf<Tensor>(skeleton, y, { where: 'second tree', nullable: false, alike: true })
  return a.every((left, i) => {
    const right = must(b[i], 'leaf of the second tree')
    if (left === null || right === null) return left === right
    const there = right.dataSync()
    return left.dataSync().every((value, j) => close(value, must(there[j], 'element of the second tree'), rtol, atol))
  })
}

const parse = optionsFor<Closeness>()('treeAllclose', {
  rtol: withDefault(nonNegative, 1e-5),
  atol: withDefault(nonNegative, 1e-8),
})

const close = (x: number, y: number, rtol: number, atol: number): boolean =>
  x === y || Math.abs(x - y) <= atol + rtol * Math.abs(y)
