/** @internal */
import { eachMaximum } from './eachMaximum.js'
import { addAt, at } from './HeapBackend.js'
import type { Windows } from './Windows.js'

/** Adds each number of `dy` to the input that was the largest in its window, as `eachMaximum` finds it. */
export const routeToMaximum = (
  { x, dy, dx, added }: { x: Float32Array; dy: Float32Array; dx: Float32Array; added?: Float32Array },
  windows: Windows,
): void => {
  eachMaximum({ x, added }, windows, (out, place) => addAt(dx, place, at(dy, out)))
}
