/** @internal */
import type { Geometry } from './Geometry.js'

/** A leaf, and where it lies. */
export interface Site {
  readonly leaf: number
  readonly shape: readonly number[]
  readonly geometry: Geometry
}
