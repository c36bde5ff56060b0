/** @internal */
import type { Leaf } from '../tree/Tree.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Host } from './Host.js'
import type { Scope } from './Scope.js'

/** How an equation takes part in gathering updates over several steps. Which leaves one has arrived for is told by
 *  `given`, in its record: 1 or 0 by path. */
export interface Gathering {
  /** Whether it begins anew, or goes on with what has gathered. */
  readonly begins: (host: Host) => boolean
  /** Whether what has gathered goes on from here: also for leaves without an update in this step. */
  readonly emits: (host: Host) => boolean
  /** Whether it counts on nothing arriving in this step: that would be lost. */
  readonly closed?: boolean
  /** Follows a run's updates through all stages that gather: `gathered`, by reference, so that a bundle without such
   *  stages holds nothing of it. */
  readonly follow: (
    stages: readonly Gatherer[],
    skeleton: Skeleton,
    updates: readonly (Leaf | null)[],
    records: readonly Readonly<Record<string, unknown>>[],
  ) => Gathered
}

/** What is asked of a stage, whether it gathers or not. */
export interface Gatherer {
  readonly equation: { readonly name: string; readonly gathers?: Gathering }
  readonly at: readonly (string | number)[]
  readonly scope: Scope
}

/** The leaves that something has gathered for. */
export interface Woken {
  readonly leaves: readonly boolean[]
  readonly emits: boolean
}

/** What becomes of gathered updates in one run. */
export interface Gathered {
  /** For each stage that gathers, the leaves that something has arrived for: it runs on them. */
  readonly woken: readonly (Woken | undefined)[]
  /** For each stage that gathers, what it keeps of that in its record. */
  readonly given: readonly ({ readonly [givenKey]: GivenLeaves } | undefined)[]
}

/** For each leaf by path, 1 where an update has arrived since the last that went on, else 0. */
export interface GivenLeaves {
  readonly [path: string]: number
}

/** The key of `GivenLeaves` in the record of an equation that gathers. */
export const givenKey = 'given'
