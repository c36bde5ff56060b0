/** @internal */

import { sizeOf } from '../tree/sizeOf.js'
import { axisLength } from '../tensors/axisLength.js'
import type { Leaf } from '../tree/Tree.js'
import { type Axiswise, otherAxes } from './Axiswise.js'

/** An update without its part along the parameters, where the gradient is nearly perpendicular to them: what is invariant
 *  to the scale of its weights only grows by that part. Told for each output (the last axis) first, else for the whole
 *  leaf; `factor` is `share` where the part was taken away, else 1. Vectors and numbers stay.
 *
 *  ```text
 *  where max over outputs of |cos(g, p)| < δ/√n, n the elements of one:  u ← u − (p̂·u)·p̂,  p̂ = p/(‖p‖ + ε)
 *  ```
 */
export const tangential = <L extends Leaf>(
  O: Axiswise<L>,
  { gradient, param, update }: { readonly gradient: L; readonly param: L; readonly update: L },
  { delta, share, eps }: { readonly delta: number; readonly share: number; readonly eps: number },
): { readonly update: L; readonly factor: L } => {
  const rank = param.shape.length
  const ones = O.filled(
    param.shape.map(() => 1),
    1,
  )
  if (rank < 2) return { update, factor: ones }
  const all = param.shape.map((_, axis) => axis)
  const shed = (axes: readonly number[]) => {
    const length = (x: L): L => O.max(O.norm(x, axes), eps)
    const cosine = O.div(O.sum(O.mul(gradient, param), axes), O.mul(length(gradient), length(param)))
    const most = O.largest(O.max(cosine, O.mul(cosine, -1)), all)
    const size = sizeOf(axes.map((axis) => axisLength(param, axis)))
    const chosen = O.whereLess(most, O.filled(most.shape, delta / Math.sqrt(size)), ones, 0)
    const unit = O.div(param, O.add(O.norm(param, axes), eps))
    return { chosen, part: O.mul(unit, O.sum(O.mul(unit, update), axes)) }
  }
  const [outputs, whole] = [shed(otherAxes(rank, rank - 1)), shed(all)]
  const second = O.mul(whole.chosen, O.sub(ones, outputs.chosen))
  const away = O.add(O.mul(outputs.part, outputs.chosen), O.mul(whole.part, second))
  return {
    update: O.sub(update, away),
    factor: O.add(O.mul(O.add(outputs.chosen, second), share - 1), 1),
  }
}
