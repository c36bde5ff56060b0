/** @internal */
import type { Equation } from '../equation/Equation.js'
import { givenKey, type GivenLeaves } from '../equation/Gathering.js'
import { isKeptSlot } from '../equation/incoming.js'
import { rememberedOne } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import type { SlotLeaves } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import { rebuildTree } from '../tree/leaves.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { hasNumbers } from './records.js'

/** What the records of a run's stages become. */
export interface StateChange {
  /** The whole state before the run. */
  readonly state: unknown
  readonly stages: readonly Stage[]
  readonly skeleton: Skeleton
  /** For each stage, the numbers that its record goes on with, if it has any. */
  readonly numbers: readonly (Readonly<Record<string, number>> | undefined)[]
  /** For each stage, its slots before and after the step. */
  readonly before: readonly SlotLeaves<Leaf>[]
  readonly after: readonly SlotLeaves<Leaf>[]
  /** For each stage that gathers updates, the leaves that one has arrived for. */
  readonly given: readonly (GivenLeaves | undefined)[]
}

/** The state after a run of stages. Each container on the way to a record is copied once, whatever the number of
 *  records below it; what lies beside is the same object. */
export const advanced = (change: StateChange): unknown => {
  const place = placesOf(change.stages)
  return place.stages.length + place.parts.length === 0 ? change.state : rebuilt(place, change, change.state)
}

/** A node of the state that is, or leads to, the record of a stage. */
interface StatePlace {
  readonly stages: number[]
  readonly parts: (readonly [key: string | number, place: StatePlace])[]
}

const placesOf = rememberedOne((stages: readonly Stage[]): StatePlace => {
  const root: StatePlace = { stages: [], parts: [] }
  stages.forEach(({ equation, at }, s) => {
    if (isStateless(equation)) return // its place may be no record at all
    at.reduce<StatePlace>((place, key) => {
      const found = place.parts.find(([name]) => name === key)
      if (found !== undefined) return found[1]
      const part: StatePlace = { stages: [], parts: [] }
      place.parts.push([key, part])
      return part
    }, root).stages.push(s)
  })
  return root
})

const isStateless = (equation: Equation): boolean =>
  !hasNumbers(equation) && Object.keys(equation.slots).every((name) => isKeptSlot(equation, name))

const rebuilt = (place: StatePlace, change: StateChange, node: unknown): unknown => {
  if (Array.isArray(node)) {
    const list: unknown[] = [...(node as readonly unknown[])] // `slice` is slow on frozen arrays
    for (const [key, part] of place.parts) list[Number(key)] = rebuilt(part, change, list[Number(key)])
    return Object.freeze(list)
  }
  // paths lead through records and arrays only
  const record: Record<string, unknown> = { ...(node as Readonly<Record<string, unknown>>) }
  for (const s of place.stages) write(record, s, change)
  for (const [key, part] of place.parts) record[key] = rebuilt(part, change, record[key])
  return Object.freeze(record)
}

const write = (
  record: Record<string, unknown>,
  s: number,
  { stages, skeleton, numbers, before, after, given }: StateChange,
): void => {
  const stage = must(stages[s], 'stage')
  const { equation } = stage
  Object.assign(record, numbers[s])
  if (given[s] !== undefined) record[givenKey] = given[s]
  const [old, next] = [must(before[s], 'slots'), must(after[s], 'slots')]
  for (const name in equation.slots) {
    const { per } = must(equation.slots[name], 'slot')
    const leaves = must(next[name], 'slot')
    // Slots that no leaf of which has changed are the same tree.
    if (leaves === old[name] || isKeptSlot(equation, name)) continue
    record[name] = per === 'tree' ? leaves[0] : rebuildTree(skeleton, record[name], leaves)
  }
}
