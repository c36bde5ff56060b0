/** @internal */
import { nonNegative } from '../scalars/numbers.js'
import { withDefault } from '../scalars/options.js'

/** The size of a set. */
export const scaleSpec = { scale: withDefault(nonNegative, 1) }
