import { cleared, type Colours } from '../canvas.js'
import type { Landscape } from './surfaces.js'

/** The trail of one run: places of the parameters and of the average. */
export interface Trail {
  readonly raw: readonly (readonly [number, number])[]
  readonly averaged: readonly (readonly [number, number])[]
  readonly colour: string
}

/** A landscape as a picture of its levels, made once for each size and colour. */
const pictures = new WeakMap<Landscape, { readonly picture: ImageData; readonly colour: string }>()

/** Draws a landscape from above, and the trails over it: parameters thin, averages thick. */
export const drawLandscape = (
  canvas: HTMLCanvasElement,
  landscape: Landscape,
  trails: readonly Trail[],
  { line }: Colours,
): void => {
  const surface = cleared(canvas)
  if (surface === undefined) return
  const { context, width, height } = surface
  const [midX, midY, half] = landscape.view
  const scale = Math.min(width, height) / 2 / half
  const at = ([x, y]: readonly [number, number]): readonly [number, number] => [
    width / 2 + scale * (x - midX),
    height / 2 - scale * (y - midY),
  ]
  const { width: w, height: h } = canvas
  const known = pictures.get(landscape)
  const { picture } =
    known?.picture.width === w && known.picture.height === h && known.colour === line
      ? known
      : { picture: levels(landscape, w, h, (w / width) * scale, line) }
  pictures.set(landscape, { picture, colour: line })
  context.putImageData(picture, 0, 0)
  for (const { raw, averaged, colour } of trails)
    for (const [places, thick] of [
      [raw, 1],
      [averaged, 2.6],
    ] as const) {
      context.strokeStyle = colour
      context.lineWidth = thick
      context.globalAlpha = thick === 1 ? 0.7 : 1
      context.beginPath()
      for (const place of places) context.lineTo(...at(place))
      context.stroke()
      const last = places.at(-1)
      if (last !== undefined) {
        context.fillStyle = colour
        context.beginPath()
        context.arc(...at(last), thick === 1 ? 3 : 5, 0, 7)
        context.fill()
      }
      context.globalAlpha = 1
    }
}

/** Lines where the loss crosses a power of a fixed factor; between points of a grid it is taken as straight. */
const levels = (landscape: Landscape, w: number, h: number, scale: number, colour: string): ImageData => {
  const [midX, midY] = landscape.view
  const cells = 120
  const grid = new Float64Array((cells + 1) ** 2)
  for (let j = 0; j <= cells; j++)
    for (let i = 0; i <= cells; i++)
      grid[j * (cells + 1) + i] = landscape.value(
        midX + (w * (i / cells - 0.5)) / scale,
        midY - (h * (j / cells - 0.5)) / scale,
      )
  const least = grid.reduce((a, b) => Math.min(a, b), Infinity)
  const value = (px: number, py: number): number => {
    const [u, v] = [(px / w) * cells, (py / h) * cells]
    const [i, j] = [Math.min(cells - 1, Math.floor(u)), Math.min(cells - 1, Math.floor(v))]
    const corner = (di: number, dj: number): number => grid[(j + dj) * (cells + 1) + i + di] ?? Number.NaN
    const top = corner(0, 0) + (u - i) * (corner(1, 0) - corner(0, 0))
    const bottom = corner(0, 1) + (u - i) * (corner(1, 1) - corner(0, 1))
    return top + (v - j) * (bottom - top)
  }
  const rank = (px: number, py: number): number => Math.floor(2.2 * Math.log(1e-2 + value(px, py) - least))
  const picture = new ImageData(w, h)
  const [r = 0, g = 0, b = 0] = [...colour.matchAll(/[\da-f]{2}/gi)].map(([hex]) => Number.parseInt(hex, 16))
  let above = new Float64Array(w + 1).map((_, i) => rank(i, 0))
  for (let j = 0; j < h; j++) {
    const below = new Float64Array(w + 1).map((_, i) => rank(i, j + 1))
    for (let i = 0; i < w; i++)
      if (above[i] !== above[i + 1] || above[i] !== below[i]) picture.data.set([r, g, b, 255], 4 * (j * w + i))
    above = below
  }
  return picture
}
