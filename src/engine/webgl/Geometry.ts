/** @internal */

/** How tfjs lays a shape out in texels of two rows and two columns. The order of texels depends on these three
 *  alone. */
export interface Packing {
  readonly batch: number
  readonly rows: number
  readonly cols: number
}

/** Which lanes of a texel may lie outside: none; those of an odd last column or row; or it takes a division to know. What
 *  is right for the first in the alphabet is right for the others. */
export type Padding = 'any' | 'edges' | 'none'

/** A packing in a texture of a given size. */
export interface Geometry extends Packing {
  readonly texShape: readonly [rows: number, columns: number]
  /** In texels. */
  readonly width: number
  readonly height: number
  readonly size: number
  /** Whether a row of the texture is a row of texels. */
  readonly isPlain: boolean
  readonly padding: Padding
  /** The same where it is written: texels past the end are read by nobody. */
  readonly written: Padding
  /** Whether it is folded alone. */
  readonly isLarge: boolean
  /** Rows of the first fold: two for a small leaf, so that the quads of a rasteriser stay within it. */
  readonly bands: number
  /** What shaders are told of it, as `header` describes it. */
  readonly ints: readonly number[]
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
  const walked = Math.ceil(texels / width)
  const size = batch * rows * cols
  const isPlain = width === texelsPerRow && (batch === 1 || rows % 2 === 0)
  const isEven = rows % 2 === 0 && cols % 2 === 0
  const isFull = width * walked === texels
  const padding = isFull && isEven ? 'none' : isFull && isPlain ? 'edges' : 'any'
  const isLarge = texels >= 4096
  const bands = Math.min(isLarge ? 64 : 2, 2 * Math.ceil(walked / 64))
  return {
    batch,
    rows,
    cols,
    texShape,
    width,
    height,
    size,
    isPlain,
    padding,
    written: isEven ? 'none' : padding,
    isLarge,
    bands,
    ints: [width, texelsPerRow, texelRows, walked, rows, cols, batch, Math.fround(size), bands],
  }
}

/** The texels along a side of a texture; tfjs never makes one of none. */
export const texelsOf = (side: number): number => Math.max(1, Math.ceil(side / 2))
