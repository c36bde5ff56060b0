/** @internal */

import type { NamedArrayDtype } from './NamedArray.js'

/** What tfjs calls a dtype of a file. */
export const dtypeOf = (dtype: NamedArrayDtype) => (dtype === 'F32' ? 'float32' : 'int32')
