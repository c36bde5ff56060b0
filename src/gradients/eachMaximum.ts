/** @internal */
import { at } from './HeapBackend.js'
import { endTap, firstTap, seen, type Windows } from './Windows.js'

/** Finds the largest number of each window and where it stands; the first of equals, NaN never before a number. With
 *  `added`, one number for each tap and channel, the largest sum counts. */
export const eachMaximum = (
  { x, added }: { x: Float32Array | Int32Array; added?: Float32Array | undefined },
  { batch, channels, depth, height, width }: Windows,
  visit: (out: number, place: number, largest: number) => void,
): void => {
  let out = 0
  for (let image = 0; image < batch; image++)
    for (let outZ = 0; outZ < depth.output; outZ++)
      for (let outY = 0; outY < height.output; outY++)
        for (let outX = 0; outX < width.output; outX++)
          for (let channel = 0; channel < channels; channel++, out++) {
            let largest = Number.NEGATIVE_INFINITY
            let place = -1
            for (let tapZ = firstTap(depth, outZ); tapZ < endTap(depth, outZ); tapZ++)
              for (let tapY = firstTap(height, outY); tapY < endTap(height, outY); tapY++) {
                const [z, y] = [seen(depth, outZ, tapZ), seen(height, outY, tapY)]
                const line = ((image * depth.input + z) * height.input + y) * width.input
                const taps = (tapZ * height.window + tapY) * width.window
                for (let tapX = firstTap(width, outX); tapX < endTap(width, outX); tapX++) {
                  const i = (line + seen(width, outX, tapX)) * channels + channel
                  const value =
                    added === undefined ? at(x, i) : at(x, i) + at(added, (taps + tapX) * channels + channel)
                  if (place >= 0 && !(value > largest)) continue
                  largest = value > largest ? value : largest
                  place = i
                }
              }
            if (place >= 0) visit(out, place, largest)
          }
}
