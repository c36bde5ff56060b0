/** @internal */
import { shown } from '../scalars/shown.js'
import { pathAt, type Skeleton } from '../tree/Skeleton.js'
import type { FlatState } from './FlatState.js'
import type { HyperparamCheck, PeerTable } from './PeerTable.js'
import type { PlacedRecord } from './placedRecords.js'

/** The first leaf at which the optimizer here has another hyperparameter than the group of parameters there that the leaf
 *  is in, in words. `takes` says which equations have the slots of the peer: where they are not in the chain, that is told
 *  elsewhere. */
export const groupMismatch = (
  skeleton: Skeleton,
  { groups, groupOf, peer }: FlatState,
  { of, equations, option }: HyperparamCheck,
  { built }: PeerTable,
  { records, takes }: { readonly records: readonly PlacedRecord[]; readonly takes: (name: string) => boolean },
) => {
  for (const [leaf, index] of groupOf.entries()) {
    const group = index === undefined ? undefined : groups[index]
    const value = group === undefined ? undefined : of(group)
    if (value === undefined || value === null) continue
    const owners = records.filter(
      ({ name, scope }) => equations.includes(name) && (scope === null || scope.includes(skeleton)[leaf] === true),
    )
    const other = owners.find(({ options }) => typeof options[option] === typeof value && options[option] !== value)
    if (other === undefined && (owners.length > 0 || value === 0 || equations.some(takes))) continue
    return {
      path: `${other?.name ?? equations[0]}.${option}`,
      expected: `${shown(value)} at ${pathAt(skeleton, leaf)}, as that group of ${peer} was trained with`,
      found: other === undefined ? `no ${equations.join(' or ')} there` : shown(other.options[option]),
      fix: `groups are a partition here, or a mask; it goes on as ${built}; to change it on purpose, pass hyperparams: 'ignored'`,
    }
  }
  return undefined
}
