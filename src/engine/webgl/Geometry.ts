/** @internal */

/** How tfjs lays a shape out in texels of two rows and two columns. The order of texels depends on these three
 *  alone. */
export interface Packing {
  readonly batch: number
  readonly rows: number
  readonly cols: number
}

/** Which lanes of a texel may lie outside: none; those of an odd last column or row; or it takes a division to know. */
export type Padding = 'none' | 'edges' | 'any'

/** A packing in a texture of a given size. */
export interface Geometry extends Packing {
  readonly texShape: readonly [rows: number, columns: number]
  /** In texels. */
  readonly width: number
  readonly height: number
  readonly texelsPerRow: number
  readonly texelRows: number
  /** The texels that hold elements. */
  readonly texels: number
  readonly size: number
  readonly padding: Padding
}

/** The packing of a shape. */
export const packingOf = (shape: readonly number[]): Packing => {
  const rows = shape.at(-2) ?? 1
  const cols = shape.at(-1) ?? 1
  let batch = 1
  for (let i = 0; i < shape.length - 2; i++) batch *= shape[i] ?? 1
  return { batch, rows, cols }
}

/** Whether two packings of as many elements put each element into the same texel and lane. */
export const samePacking = (a: Packing, b: Packing): boolean =>
  (a.cols === b.cols && (a.rows === b.rows || (a.rows % 2 === 0 && b.rows % 2 === 0))) ||
  (a.rows === 1 && b.rows === 1 && a.cols % 2 === 0 && b.cols % 2 === 0)

/** The geometry of a shape in the texture that tfjs chose for it. */
export const geometryOf = (shape: readonly number[], texShape: readonly [number, number]): Geometry => {
  const { batch, rows, cols } = packingOf(shape)
  const width = texelsOf(texShape[1])
  const height = texelsOf(texShape[0])
  const texelsPerRow = Math.ceil(cols / 2)
  const texelRows = Math.ceil(rows / 2)
  const texels = batch * texelRows * texelsPerRow
  const plain = width === texelsPerRow && (batch === 1 || rows % 2 === 0)
  const full = width * Math.ceil(texels / width) === texels
  const padding = full && rows % 2 === 0 && cols % 2 === 0 ? 'none' : full && plain ? 'edges' : 'any'
  return {
    batch,
    rows,
    cols,
    texShape,
    width,
    height,
    texelsPerRow,
    texelRows,
    texels,
    size: batch * rows * cols,
    padding,
  }
}

/** The texels along a side of a texture; tfjs never makes one of none. */
export const texelsOf = (side: number): number => Math.max(1, Math.ceil(side / 2))
