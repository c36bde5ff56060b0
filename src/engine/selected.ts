/** @internal */

import type { Equation } from '../equation/Equation.js'
import type { Occasion } from '../equation/Program.js'
import { rememberedOne } from '../equation/Program.js'
import type { Mask, Scope } from '../equation/Scope.js'
import type { Stage } from '../equation/Stage.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { alike, type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import { isLeaf, type Leaf } from '../tree/Tree.js'
import type { Manner } from '../equation/Manner.js'

/** The updates where `accepted` is 1, else zero; what the scope hides passes. */
export const selectedUpdates = <L extends Leaf>(
  manner: Manner<L>,
  scope: Scope,
  accepted: L,
  { updates, params }: Pick<Occasion, 'updates' | 'params'>,
): unknown => {
  const skeleton = skeletonOf(params, 'params')
  const leaves = (tree: unknown) => leavesOf<L>(skeleton, tree, { where: 'updates', nullable: true, alike: true })
  return buildTree(
    skeleton,
    select(manner, scope === null ? orZero : within(scope), skeleton, accepted, leaves(updates), leaves(params)),
  )
}

/** The new state where `accepted` is 1, else the old one. Numbers of the host are those of the attempt. */
export const selectedState = <L extends Leaf>(
  manner: Manner<L>,
  accepted: L,
  old: unknown,
  attempted: unknown,
): unknown => {
  const news: L[] = []
  const olds: L[] = []
  pairs(old, attempted, (before, after) => {
    olds.push(before as L) // all leaves of a run are of one kind
    news.push(after as L)
  })
  if (news.length === 0) return attempted
  const leaves = select(manner, orOld, skeletonOf(news, 'state'), accepted, news, olds)
  return replaced(attempted, new Map(news.map((leaf, i) => [leaf, leaves[i] ?? leaf])))
}

const select = <L extends Leaf>(
  manner: Manner<L>,
  stages: readonly Stage[],
  skeleton: Skeleton,
  accepted: L,
  news: readonly (L | null)[],
  olds: readonly (L | null)[],
) =>
  manner.executor({
    stages,
    mode: 'update',
    skeleton,
    updates: news,
    params: olds,
    donate: false,
    scalars: [{}],
    slots: [{ accepted: [accepted] }],
  }).leaves

const choice = (name: string, rule: Equation['rule']): Equation => ({
  name,
  slots: { accepted: { per: 'tree', start: 1 } },
  host: {},
  next: (host) => host,
  scalars: () => ({}),
  observes: false,
  rule,
})

const stage = (equation: Equation, scope: Scope): readonly Stage[] => [{ kind: 'stage', equation, at: [], scope }]

const updateOrZero = choice('select', (A) => ({ update, accepted }) => ({
  update: A.where(A.equal(accepted ?? A.lit(1), A.lit(1)), update ?? A.lit(0), A.lit(0)),
  accepted: accepted ?? A.lit(1),
}))

const orZero = stage(updateOrZero, null)
const within = rememberedOne((scope: Mask) => stage(updateOrZero, scope))

const orOld = stage(
  choice('select', (A) => ({ update, param, accepted }) => ({
    update: A.where(A.equal(accepted ?? A.lit(1), A.lit(1)), update ?? A.lit(0), param ?? A.lit(0)),
    accepted: accepted ?? A.lit(1),
  })),
  null,
)

/** Visits the leaves that an attempt has replaced by others of the same kind. */
const pairs = (old: unknown, attempted: unknown, visit: (old: Leaf, attempted: Leaf) => void): void => {
  if (old === attempted) return
  if (isLeaf(old)) {
    if (isLeaf(attempted) && alike(attempted, old.shape, 'float32')) visit(old, attempted)
    return
  }
  if (typeof old !== 'object' || old === null || typeof attempted !== 'object' || attempted === null) return
  const before = old as Readonly<Record<string, unknown>> // records and arrays are read by key alike
  for (const [key, value] of Object.entries(attempted)) pairs(before[key], value, visit)
}

/** The same value with other leaves; what holds none of them is the same object. */
const replaced = (value: unknown, by: ReadonlyMap<Leaf, Leaf>): unknown => {
  if (isLeaf(value)) return by.get(value) ?? value
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, child]) => [key, child, replaced(child, by)] as const)
  if (entries.every(([, before, after]) => before === after)) return value
  return Object.freeze(
    Array.isArray(value)
      ? entries.map(([, , after]) => after)
      : Object.fromEntries(entries.map(([key, , after]) => [key, after])),
  )
}
