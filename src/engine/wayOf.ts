/** @internal */
import type { Equation } from '../equation/Equation.js'
import { type Fork, type Occasion, placedIn, type Program, rememberedOne } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import type { SlotLeaves } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import { at } from '../state/paths.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { Manner } from './Manner.js'
import { numberIn, numberLike } from './oneNumber.js'
import { within } from './within.js'

/** The way that a fork goes, seen from the updates that arrive there: a program, placed where the fork is. */
export const wayOf = <L extends Leaf>(manner: Manner<L>, fork: Fork, occasion: Occasion, state: unknown): Program => {
  const skeleton = skeletonOf(occasion.params, 'params')
  const numbers = fork.measure === undefined ? {} : measured(manner, fork, fork.measure, skeleton, occasion, state)
  const chosen = within(fork, state, () => fork.choose(numbers, at(state, fork.at), seen(fork, skeleton, occasion)))
  return placed(fork)(chosen)
}

const placed = rememberedOne((fork: Fork) => placedIn(fork))

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
  const after = must(done.slots[0], 'slots of a stage')
  const ends = starts.map(([name]) => [name, present(after, name)] as const)
  const numbers = Object.fromEntries(ends.map(([name, leaf]) => [name, numberIn(leaf)]))
  for (const leaf of new Set([...starts, ...ends].map(([, l]) => l))) manner.release(leaf)
  return numbers
}

const present = <L extends Leaf>(slots: SlotLeaves<L>, name: string): L => {
  const leaf = must(slots[name], `list of the slot ${name}`)[0]
  return must(leaf ?? undefined, `number that a fork measures as ${name}`)
}

/** What a fork measures, as the stages of a run: the same list each time. */
const stagesOf = rememberedOne(({ measure, scope }: Fork): readonly Stage[] =>
  measure === undefined ? [] : [{ kind: 'stage', equation: measure, at: [], scope }],
)
