/** @internal */

/** The two lengths of a leaf that must be a matrix. Throws `TypeError` otherwise, and says who takes it. */
export const onlyMatrices = (
  name: string,
  recipe: string,
  shape: readonly number[],
): readonly [rows: number, columns: number] => {
  const [rows, columns, ...more] = shape
  if (rows === undefined || columns === undefined || more.length > 0)
    throw new TypeError(
      `${name}: a leaf has the shape [${shape.join(', ')}] and is no matrix. Use ${recipe}, which gives other leaves to Adam, or mask them.`,
    )
  return [rows, columns]
}
