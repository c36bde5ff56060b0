/** @internal */
import type { Skeleton } from '../tree/Skeleton.js'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import { checkHyperparams } from './checkHyperparams.js'
import type { Met } from './decodeForeign.js'
import type { FlatState } from './FlatState.js'
import { matchFlat } from './matchFlat.js'
import type { PeerTable } from './PeerTable.js'
import type { PlacedRecord } from './placedRecords.js'
import type { FoundState } from './StateSource.js'

/** What of a flat state goes where, by the table of its class; null, and a problem, where the class is not known. */
export const flatFound = (
  flat: FlatState | null,
  tables: Readonly<Record<string, PeerTable>>,
  records: readonly PlacedRecord[],
  skeleton: Skeleton,
  hyperparams: 'checked' | 'ignored',
  met: Met,
): FoundState | null => {
  if (flat === null) return null
  const name = flat.peer.slice(flat.peer.indexOf(' ') + 1)
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined
  if (table === undefined) {
    met.problem(
      checkpointProblem('Unsupported', {
        path: '__metadata__.optimizer',
        expected: `one of ${Object.keys(tables).join(', ')}`,
        found: flat.peer,
        fix: 'begin with a new state: optimizer.init(params)',
      }),
    )
    return null
  }
  if (hyperparams === 'checked') checkHyperparams(skeleton, flat, table, records, met)
  return matchFlat(flat, table, records, skeleton, met)
}
