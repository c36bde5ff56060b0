/** @internal */
import { oneOf } from '../../scalars/kinds.js'

/** An option that takes the unit of an average's clock. */
export const unitKind = oneOf('steps', 'samples', 'tokens', 'seconds')
