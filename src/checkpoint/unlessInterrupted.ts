/** Inside the room. @internal */

import type { Interruptible } from './Store.js'

/** Runs a deed, unless its signal has come; what either throws is a rejection. */
export const unlessInterrupted = async <A>({ signal }: Interruptible, run: () => Promise<A>): Promise<A> => {
  signal?.throwIfAborted()
  return run()
}
