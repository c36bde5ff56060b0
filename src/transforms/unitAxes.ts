/** @internal */

/** The axes of one unit's weights, by optax's rule for kernels whose last axis counts the units; given ones win.
 *  Rank 4 and 5 are convolutions; what is in truth a vector is one unit. */
export const unitAxes = (shape: readonly number[], given?: number | readonly number[]): readonly number[] => {
  const rank = shape.length
  if (given !== undefined)
    return [given].flat().map((axis) => {
      if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis
      throw new RangeError(
        `unitwise norms: there is no axis ${axis} in a tensor of shape [${shape.join(', ')}]. ` +
          'Pass axes that every leaf has, or mask the leaves that lack them.',
      )
    })
  if (shape.filter((n) => n !== 1).length <= 1) return shape.map((_, axis) => axis)
  if (rank <= 3) return [0]
  if (rank <= 5) return shape.slice(1).map((_, axis) => axis)
  throw new TypeError(
    `unitwise norms: no rule for a tensor of shape [${shape.join(', ')}]. Pass the axes to sum over as { axis: […] }.`,
  )
}
