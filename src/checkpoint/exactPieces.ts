/** @internal */

import { shown } from '../scalars/shown.js'
import { checkpointProblem } from './CheckpointError.js'
import { CheckpointFailed } from './CheckpointFailed.js'
import { isBytes } from './isBytes.js'
import { lentBytes } from './lentBytes.js'
import type { ByteSource, Interruptible } from './Store.js'

/** The same pieces, which throw where they are not bytes, or not as many as they say, and once the signal has come: a
 *  place that writes them to the end before it puts them under their name needs no check of its own. */
export const exactPieces = (name: string, source: ByteSource, { signal }: Interruptible): ByteSource => {
  const wrong = (found: string) =>
    new CheckpointFailed([
      checkpointProblem('Store', {
        path: name,
        expected: `pieces of ${source.length} bytes together, as their source says`,
        found,
        fix: 'mend the source: its length is that of all its pieces',
      }),
    ])
  const pieces = async function* () {
    let given = 0
    for await (const piece of source.pieces()) {
      signal?.throwIfAborted()
      if (!isBytes(piece)) throw wrong(`a piece that is ${shown(piece)}`)
      given += piece.length
      if (given > source.length) throw wrong(`${given} or more`)
      yield piece
    }
    signal?.throwIfAborted()
    if (given < source.length) throw wrong(`${given}`)
  }
  const exact = { length: source.length, pieces }
  // what is lent is of this library, and as long as it says
  const lender = lentBytes.get(source)
  if (lender !== undefined) lentBytes.set(exact, lender)
  return exact
}
