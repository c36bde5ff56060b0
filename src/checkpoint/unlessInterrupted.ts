/** Inside the room. @internal */

import { checkFields } from '../scalars/checkFields.js'
import type { Interruptible } from './Store.js'

/** Runs a deed, unless its signal has come; what either throws is a rejection. */
export const unlessInterrupted = async <A>({ signal }: Interruptible, run: () => Promise<A>): Promise<A> => {
  if (signal !== undefined)
    checkFields('signal', signal, { throwIfAborted: 'function' }, 'Pass e.g. AbortSignal.timeout(60_000).')
  signal?.throwIfAborted()
  return run()
}
