/** @internal */
import { shown } from '../scalars/shown.js'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Met } from './decodeForeign.js'
import type { FlatState } from './FlatState.js'
import { groupMismatch } from './groupMismatch.js'
import type { PlacedRecord } from './placedRecords.js'
import type { PeerTable } from './PeerTable.js'

/** Compares what a peer was trained with and what the optimizer here was built with, learning rates aside. Where groups
 *  of parameters differ among themselves, as in weight decay, they are compared leaf by leaf; nothing is where the peer
 *  does not say which group a leaf is in. */
export const checkHyperparams = (
  skeleton: Skeleton,
  flat: FlatState,
  table: PeerTable,
  records: readonly PlacedRecord[],
  { problem }: Met,
): void => {
  const { groups, peer } = flat
  const { checks = [], decays, slots, built } = table
  const takers = new Set(Object.values(slots).flatMap((names) => names.map((name) => name.slice(0, name.indexOf('.')))))
  const places = [...new Set(groups.map((group) => decays?.(group)))]
  const decay = records.findIndex(({ name, options }) => name === 'addDecayedWeights' && options['weightDecay'] !== 0)
  const moments = records.findIndex(({ name }) => takers.has(name))
  const found = decay < moments ? 'before' : 'after'
  if (decay >= 0 && moments >= 0 && places.length === 1 && places[0] !== undefined && places[0] !== found)
    problem(
      checkpointProblem('Mismatch', {
        path: 'addDecayedWeights',
        expected: `it ${places[0]} ${records[moments]?.name}, as in ${peer}`,
        found: `it ${found} that`,
        fix: `it goes on as ${built}; to change it on purpose, pass hyperparams: 'ignored'`,
      }),
    )
  for (const one of checks) {
    const { of, equations, option } = one
    const wanted = [...new Set(groups.map(of))]
    const [value] = wanted
    if (wanted.length > 1) {
      const among = { records, takes: (name: string) => takers.has(name) }
      const mismatch = groupMismatch(skeleton, flat, one, table, among)
      if (mismatch !== undefined) problem(checkpointProblem('Mismatch', mismatch))
    }
    if (wanted.length !== 1 || value === undefined || value === null) continue
    const owners = records.filter(({ name }) => equations.includes(name))
    // what takes the slots of the peer is in the chain, or its absence is told where they are placed
    if (owners.length === 0 && value !== 0 && !equations.some((equation) => takers.has(equation)))
      problem(
        checkpointProblem('Mismatch', {
          path: option,
          expected: `${shown(value)}, as ${peer} was trained with`,
          found: `no ${equations.join(' or ')} in the chain`,
          fix: `it goes on as ${built}; or pass hyperparams: 'ignored'`,
        }),
      )
    for (const { name, options } of owners) {
      const found = options[option]
      if (typeof found !== typeof value || found === value) continue
      problem(
        checkpointProblem('Mismatch', {
          path: `${name}.${option}`,
          expected: `${shown(value)}, as ${peer} was trained with`,
          found: shown(found),
          fix: `it goes on as ${built}; to change it on purpose, pass hyperparams: 'ignored'`,
        }),
      )
    }
  }
}
