/** @internal */
import { at } from './HeapBackend.js'
import { endPosition, firstPosition, seen, tapsOf, type Windows } from './Windows.js'

/** What each weight of a filter sees: one row for each tap and channel, one column for each position on the images
 *  `from … to − 1`; zeros where that is padding.
 *
 *  Rows, since the product `rows · dy` then needs no transposition. */
export const gatherPatches = (
  rows: Float32Array,
  x: Float32Array,
  windows: Windows,
  from: number,
  to: number,
): void => {
  const { channels, depth, height, width } = windows
  const line = width.output
  const perImage = depth.output * height.output * line
  const columns = (to - from) * perImage
  const next = width.stride * channels
  for (let tap = 0; tap < tapsOf(windows); tap++) {
    const tapX = tap % width.window
    const tapY = Math.floor(tap / width.window) % height.window
    const tapZ = Math.floor(tap / (width.window * height.window))
    const [begin, end] = [firstPosition(width, tapX), endPosition(width, tapX)]
    const firstX = seen(width, begin, tapX)
    for (let image = from; image < to; image++)
      for (let outZ = 0; outZ < depth.output; outZ++)
        for (let outY = 0; outY < height.output; outY++) {
          const [z, y] = [seen(depth, outZ, tapZ), seen(height, outY, tapY)]
          const outside = z < 0 || z >= depth.input || y < 0 || y >= height.input || end <= begin
          const column = ((image - from) * depth.output + outZ) * height.output * line + outY * line
          const source = (((image * depth.input + z) * height.input + y) * width.input + firstX) * channels
          for (let channel = 0; channel < channels; channel++) {
            const start = (tap * channels + channel) * columns + column
            if (outside) {
              for (let i = 0; i < line; i++) rows[start + i] = 0
              continue
            }
            for (let i = 0; i < begin; i++) rows[start + i] = 0
            for (let i = begin, s = source + channel; i < end; i++, s += next) rows[start + i] = at(x, s)
            for (let i = end; i < line; i++) rows[start + i] = 0
          }
        }
  }
}
