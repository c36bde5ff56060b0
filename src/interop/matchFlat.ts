/** @internal */
import { slotTensorName } from '../state/tensorNames.js'
import { type Skeleton, pathAt } from '../tree/Skeleton.js'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import type { Met } from './decodeForeign.js'
import type { FlatState } from './FlatState.js'
import type { PlacedRecord } from './placedRecords.js'
import type { PeerTable } from './PeerTable.js'
import { type FoundState, oneNumber, type StateSource } from './StateSource.js'

/** Where each slot of a peer goes: to the one equation of its table that sees the leaf. None, or two, is a problem that
 *  says how the peer's rule is built here. */
export const matchFlat = (
  flat: FlatState,
  table: PeerTable,
  records: readonly PlacedRecord[],
  skeleton: Skeleton,
  met: Met,
): FoundState => {
  const numbers = new Map<string, number>()
  const tensors = new Map<string, StateSource>()
  const sees = (record: PlacedRecord, leaf: number): boolean => record.scope?.includes(skeleton)[leaf] ?? true
  const chain = [...new Set(records.map(({ name }) => name))].join(', ')
  for (const { key, leaf, source } of flat.slots) {
    const takers = (Object.hasOwn(table.slots, key) ? table.slots[key] : undefined) ?? [] // nobody takes it
    const path = pathAt(skeleton, leaf)
    const [place, other] = records
      .filter((record) => sees(record, leaf))
      .flatMap((record) =>
        slotsFor(record, key, takers).map((slot) => ({
          name: slotTensorName(path, record.at, slot, averageName(record, slot)),
          times: table.times?.[`${record.name}.${slot}`]?.(record.options) ?? 1,
        })),
      )
    if (place !== undefined && other === undefined) tensors.set(place.name, multiplied(source, place.times))
    else
      met.problem(
        checkpointProblem(place === undefined ? 'Unexpected' : 'Mismatch', {
          path: source.name,
          expected: `one place for the ${key} of ${flat.peer}`,
          found: place === undefined ? `none among ${chain}` : `${place.name} and ${other?.name}`,
          fix: `it goes on as ${table.built}; or let it pass: ignore: ['*.${key}']`,
        }),
      )
  }
  for (const [key, value] of flat.numbers) {
    const takers = (Object.hasOwn(table.numbers ?? {}, key) ? table.numbers?.[key] : undefined) ?? [] // nobody takes it
    for (const record of records)
      for (const number of Object.keys(record.host))
        if (takers.includes(`${record.name}.${number}`)) numbers.set([...record.at, number].join('.'), value)
  }
  const known = flat.steps.flatMap((step) => step ?? []) // not every leaf tells one
  const steps = known.length === 0 ? null : Math.max(...known)
  if (steps !== null) for (const record of records) countLeaves(record, flat, steps, skeleton, tensors, met)
  return { numbers, tensors, steps }
}

const multiplied = (source: StateSource, factor: number): StateSource =>
  factor === 1 ? source : { ...source, values: () => Float64Array.from(source.values(), (x) => x * factor) }

/** The slots of a record that take a slot of a peer: as the table says, and an average's average. */
const slotsFor = (
  { name, slots, average, opaque }: PlacedRecord,
  key: string,
  takers: readonly string[],
): readonly string[] => {
  if (key === 'average') return average === undefined ? [] : ['average']
  return takers.flatMap((taker) => {
    const [equation, slot] = taker.split('.')
    return equation === name && slot !== undefined && (opaque || slot in slots) ? [slot] : []
  })
}

const averageName = ({ average }: PlacedRecord, slot: string): string | undefined =>
  slot === 'average' ? average : undefined

/** What counts for each leaf gets its own bias correction; what counts all of them together needs one count. */
const countLeaves = (
  { name, at, slots, scope, options }: PlacedRecord,
  { peer, steps: all }: FlatState,
  steps: number,
  skeleton: Skeleton,
  tensors: Map<string, StateSource>,
  { problem }: Met,
): void => {
  const seen = all.flatMap((step, leaf) =>
    // a leaf that tells no step has seen none
    (scope?.includes(skeleton)[leaf] ?? true) ? [{ step: step ?? 0, leaf }] : [],
  )
  for (const [slot, beta] of [
    ['muCorrection', options['b1']],
    ['nuCorrection', options['b2']],
  ] as const)
    if (slot in slots && typeof beta === 'number')
      for (const { step, leaf } of seen)
        tensors.set(slotTensorName(pathAt(skeleton, leaf), at, slot), oneNumber(slot, 1 - beta ** step))
  const late = seen.find(({ step }) => step !== steps)
  const moments = ['mu', 'nu'].some((slot) => slot in slots)
  if (late !== undefined && moments && !('muCorrection' in slots))
    problem(
      checkpointProblem('Mismatch', {
        path: pathAt(skeleton, late.leaf),
        expected: `${steps} steps, as other leaves have taken: ${name} counts all leaves together`,
        found: `${late.step} in the state of ${peer}`,
        fix: "build the optimizer with count: 'leaf', which counts for each leaf as PyTorch does",
      }),
    )
}
