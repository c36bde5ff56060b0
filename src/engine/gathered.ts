/** @internal */
import { type Gathered, type Gatherer, type GivenLeaves, givenKey, type Woken } from '../equation/Gathering.js'
import type { Host } from '../equation/Host.js'
import { must } from '../scalars/must.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'

/** Follows a run's updates through the stages that gather: where one lets go of what has gathered, later stages see it. */
export const gathered = (
  stages: readonly Gatherer[],
  skeleton: Skeleton,
  updates: readonly (Leaf | null)[],
  records: readonly Readonly<Record<string, unknown>>[],
): Gathered => {
  let arriving: readonly boolean[] = updates.map((update) => update !== null)
  const woken: (Woken | undefined)[] = []
  const given: ({ readonly [givenKey]: GivenLeaves } | undefined)[] = []
  stages.forEach(({ equation: { gathers, name }, at, scope }, s) => {
    if (gathers === undefined) return
    const record = must(records[s], 'record')
    const before = record[givenKey] as GivenLeaves // made by init, or by a step
    if (typeof before !== 'object')
      throw new TypeError(
        `${name}: there is no "${givenKey}" at ${at.join('.') || 'the root'} of the state. Pass the state that this optimizer's init or last step returned.`,
      )
    const included = scope?.includes(skeleton)
    const late = gathers.closed === true ? arriving.findIndex((has, i) => has && included?.[i] !== false) : -1
    if (late >= 0)
      throw new TypeError(
        `${name}: flush: an update arrives at ${skeleton.paths[late] || 'the root'} from another multiSteps before this one in the chain, and would be lost. Put one of them inside the other.`,
      )
    const host = record as Host // its numbers are read
    const begins = gathers.begins(host)
    const emits = gathers.emits(host)
    const leaves = skeleton.paths.map(
      (path, i) => included?.[i] !== false && (arriving[i] === true || (!begins && before[path] === 1)),
    )
    woken[s] = { leaves, emits }
    given[s] = { [givenKey]: kept(before, skeleton, emits ? leaves.map(() => false) : leaves) }
    if (emits) arriving = arriving.map((has, i) => has || leaves[i] === true)
  })
  return { woken, given }
}

const kept = (before: GivenLeaves, { paths }: Skeleton, leaves: readonly boolean[]): GivenLeaves => {
  const index = new Map(paths.map((path, i) => [path, i]))
  const entries = Object.keys(before).map((path) => [path, leaves[index.get(path) ?? -1] === true ? 1 : 0] as const)
  return entries.every(([path, one]) => before[path] === one) ? before : Object.freeze(Object.fromEntries(entries))
}
