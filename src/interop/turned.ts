/** @internal */
import { sizeOf } from '../tree/sizeOf.js'
import { nth } from '../scalars/nth.js'
import { must } from '../scalars/must.js'

/** The axes of a weight of PyTorch in the order of tfjs: `[out, in]` becomes `[in, out]`, a kernel `[out, in, h, w]`
 *  becomes `[h, w, in, out]`. A vector has nothing to turn. */
export const turnedAxes = (rank: number): readonly number[] =>
  rank < 2 ? Array.from({ length: rank }, (_, i) => i) : [...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1, 0]

/** Back: where each axis of tfjs stands in PyTorch. */
export const turnedBackAxes = (rank: number): readonly number[] => {
  const axes = turnedAxes(rank)
  return axes.map((_, axis) => axes.indexOf(axis))
}

/** Elements in row-major order, after their axes are permuted as in `tf.transpose`. */
export const permuted = <A extends { readonly length: number; slice: () => A; [i: number]: number | bigint }>(
  data: A,
  shape: readonly number[],
  axes: readonly number[],
): A => {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
  const out = data.slice()
  const dims = axes.map((axis) => shape[axis] ?? 1)
  const steps = axes.map((axis) => strides[axis] ?? 1)
  const index = dims.map(() => 0)
  let from = 0
  for (let to = 0; to < data.length; to++) {
    out[to] = must(data[from], 'element to be moved')
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const step = nth(steps, axis)
      const next = nth(index, axis) + 1
      from += step
      if (next < nth(dims, axis)) {
        index[axis] = next
        break
      }
      from -= step * next
      index[axis] = 0
    }
  }
  return out
}
