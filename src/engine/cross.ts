/** @internal */

import type { Equation } from '../equation/Equation.js'
import { isKept } from '../equation/incoming.js'
import {
  concatenated,
  type Fork,
  type Occasion,
  placedIn,
  type Program,
  rememberedOne,
  type Trial,
} from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { at } from '../state/paths.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { attempt } from './attempt.js'
import { numberIn, numberLike } from './oneNumber.js'
import { releaseAll } from './releaseAll.js'
import type { Manner, run } from './run.js'
import { within } from './within.js'

/** A place in a program where the updates must be there before it can go on: it forks, tries, or an update that arrives
 *  is read far behind it. */
export interface Crossing {
  readonly before: Program
  readonly here: Fork | Trial | Stage
  readonly after: Program
}

/** The first such place of a program, if it has one. */
export const crossingOf = (program: Program): Crossing | null => crossings(program).first

const crossings = rememberedOne(({ segments }: Program): { readonly first: Crossing | null } => {
  const i = segments.findIndex(({ kind }, at) => kind === 'fork' || kind === 'trial' || isKept({ segments }, at))
  const here = segments[i]
  if (here === undefined || here.kind === 'plain') return { first: null }
  return { first: { before: { segments: segments.slice(0, i) }, here, after: { segments: segments.slice(i + 1) } } }
})

/** Runs a program with a crossing: what comes before it, then the way that the updates there choose.
 *  Before the first crossing there is mostly nothing, and all that follows a fork is one run. `again` is `run`. */
export const cross = <L extends Leaf>(
  again: typeof run,
  manner: Manner<L>,
  { before, here, after }: Crossing,
  occasion: Occasion,
  state: unknown,
): readonly [tree: unknown, state: unknown] => {
  const [updates, arrived] =
    before.segments.length === 0
      ? [occasion.updates, state]
      : again({ ...manner, mode: 'update' }, before, occasion, state)
  const now = { ...occasion, updates }
  const result =
    here.kind === 'fork'
      ? forked(again, manner, here, after, now, arrived)
      : here.kind === 'trial'
        ? attempt(again, manner, here, after, now, arrived)
        : again(manner, after, keeping(here, now), arrived)
  if (updates !== occasion.updates)
    releaseAll(manner, occasion.params, updates, [occasion.updates, manner.mode === 'update' ? result[0] : null])
  return result
}

/** The occasion of what follows a place, with the updates that arrived there. */
const keeping = ({ equation: { marks } }: Stage, occasion: Occasion): Occasion =>
  marks === undefined
    ? occasion
    : { ...occasion, incoming: new Map([...(occasion.incoming ?? []), [marks, occasion.updates]]) }

const forked = <L extends Leaf>(
  again: typeof run,
  manner: Manner<L>,
  fork: Fork,
  after: Program,
  occasion: Occasion,
  state: unknown,
) => {
  const skeleton = skeletonOf(occasion.params, 'params')
  const numbers = fork.measure === undefined ? {} : measured(manner, fork, fork.measure, skeleton, occasion, state)
  const chosen = within(fork, state, () => fork.choose(numbers, at(state, fork.at), seen(fork, skeleton, occasion)))
  return again(manner, joined([placed(fork)(chosen), after]), occasion, state)
}

const placed = rememberedOne((fork: Fork) => placedIn(fork))
const joined = concatenated()

/** The updates and parameters that a fork sees. */
const seen = ({ scope, name }: Fork, skeleton: Skeleton, occasion: Occasion): Occasion => {
  const included = scope?.includes(skeleton)
  if (included === undefined) return occasion
  const shown = (tree: unknown): unknown =>
    buildTree(
      skeleton,
      leavesOf(skeleton, tree, { where: `the updates of ${name}`, nullable: true, alike: true }).map((leaf, i) =>
        included[i] === true ? leaf : null,
      ),
    )
  return { ...occasion, updates: shown(occasion.updates), params: shown(occasion.params) }
}

/** The numbers that an equation makes of the updates, read back. */
const measured = <L extends Leaf>(
  manner: Manner<L>,
  fork: Fork,
  measure: Equation,
  skeleton: Skeleton,
  { updates, params, extra }: Occasion,
  state: unknown,
): Readonly<Record<string, number>> => {
  const leaves = leavesOf<L>(skeleton, updates, { where: manner.given ?? 'updates', nullable: true, alike: true })
  const starts = Object.entries(measure.slots).map(([name]) => [name, numberLike(leaves, 0)] as const)
  const done = manner.executor({
    stages: stagesOf(fork),
    mode: 'update',
    skeleton,
    updates: leaves,
    donate: false,
    params: leavesOf<L>(skeleton, params, { where: 'params', nullable: false, alike: true }),
    scalars: [within(fork, state, () => measure.scalars({}, extra))],
    slots: [Object.fromEntries(starts.map(([name, leaf]) => [name, [leaf]]))],
  })
  const ends = starts.map(([name, start]) => [name, done.slots[0]?.[name]?.[0] ?? start] as const)
  const numbers = Object.fromEntries(ends.map(([name, leaf]) => [name, numberIn(leaf)]))
  for (const leaf of new Set([...starts, ...ends].map(([, l]) => l))) manner.release(leaf)
  return numbers
}

/** What a fork measures, as the stages of a run: the same list each time. */
const stagesOf = rememberedOne(({ measure, scope }: Fork): readonly Stage[] =>
  measure === undefined ? [] : [{ kind: 'stage', equation: measure, at: [], scope }],
)
