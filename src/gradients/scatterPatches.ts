/** @internal */
import { at } from './HeapBackend.js'
import { endTap, firstTap, seen, tapsOf, type Windows } from './Windows.js'

/** Adds to each input what the patches that it lies in hold for it, on the images `from … to − 1`. `patches` has one row
 *  for each position, and in it one number for each tap and channel. */
export const scatterPatches = (
  dx: Float32Array,
  patches: Float32Array,
  windows: Windows,
  from: number,
  to: number,
): void => {
  const { channels, depth, height, width } = windows
  const row = tapsOf(windows) * channels
  let start = 0
  for (let image = from; image < to; image++)
    for (let outZ = 0; outZ < depth.output; outZ++)
      for (let outY = 0; outY < height.output; outY++)
        for (let outX = 0; outX < width.output; outX++, start += row)
          for (let tapZ = firstTap(depth, outZ); tapZ < endTap(depth, outZ); tapZ++)
            for (let tapY = firstTap(height, outY); tapY < endTap(height, outY); tapY++)
              for (let tapX = firstTap(width, outX); tapX < endTap(width, outX); tapX++) {
                const [z, y, x] = [seen(depth, outZ, tapZ), seen(height, outY, tapY), seen(width, outX, tapX)]
                const target = (((image * depth.input + z) * height.input + y) * width.input + x) * channels
                const source = start + ((tapZ * height.window + tapY) * width.window + tapX) * channels
                for (let c = 0; c < channels; c++) dx[target + c] = at(dx, target + c) + at(patches, source + c)
              }
}
