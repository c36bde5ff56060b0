import { nonNegative } from '../scalars/numbers.js'
import { withDefault } from '../scalars/options.js'

/** How large a set is. */
export interface ScaleOption {
  /** Its size: at least 0, in the units of the tree.
   *
   *  @defaultValue 1 */
  readonly scale?: number
}

/** The same, as it is checked. */
export const scaleSpec = { scale: withDefault(nonNegative, 1) }
