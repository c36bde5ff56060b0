/** @internal */

import type { Plain } from '../equation/Program.js'
import { maskedView, type View } from '../equation/View.js'
import { wrongArgument } from '../scalars/wrongArgument.js'
import { at } from '../state/paths.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { refuseUnkept } from '../state/refuseUnkept.js'
import { owned } from '../tree/owned.js'
import { refuseUnreadable } from '../tree/refuseUnreadable.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { leavesIn } from './leavesIn.js'
import type { Manner } from '../equation/Manner.js'
import { releaseExcept } from './releaseExcept.js'
import { within } from './within.js'

/** What a transformation that is no equation is given. */
export interface Given<L extends Leaf> {
  readonly skeleton: Skeleton
  readonly updates: readonly (L | null)[]
  readonly params: readonly (L | null)[]
  readonly extra: unknown
  readonly view: View
  readonly state: unknown
}

/** Runs a transformation that is no equation: its updates, and its own state.
 *
 *  Its author may return what was given, or one tensor in several places. Here each gets its own, so that whatever is
 *  released later is nobody else's: updates are never the parameters or in a state, a state holds nothing that was
 *  given. Updates that pass are the very tensors. */
export const runPlain = <L extends Leaf>(
  manner: Pick<Manner<L>, 'copied' | 'release'>,
  part: Plain,
  { skeleton, updates, params, extra, view, state }: Given<L>,
): readonly [updates: readonly (L | null)[], state: unknown] => {
  const { copied } = manner
  const included = part.scope?.includes(skeleton)
  const seen = (leaves: readonly (L | null)[]) =>
    buildTree(skeleton, included === undefined ? leaves : leaves.map((leaf, i) => (included[i] === true ? leaf : null)))
  const old = at(state, part.at)
  const here = included === undefined ? view : maskedView(view, skeleton, included, params)
  const [out, made] = pairFrom(
    part.name,
    within(part, state, () => part.update(seen(updates), old, seen(params), extra, here)),
  )
  const inner = made === old ? old : owned<L>(`the state of ${part.name}`, copied, [...params, ...updates], made)
  const leaves = checked<L>(manner, part, { skeleton, updates, params, extra, view, state }, [out, inner])
  const passing = new Set(updates)
  const taken = new Set([...params, ...leavesIn<L>(old), ...leavesIn<L>(inner)])
  return [
    leaves.map((leaf, i) => {
      if (included !== undefined && included[i] !== true) return updates[i] ?? null
      if (leaf === null || passing.has(leaf)) return leaf
      const own = taken.has(leaf) ? copied(leaf) : leaf
      taken.add(own)
      return own
    }),
    inner,
  ]
}

/** What its author returned, where it is what the type says. */
const pairFrom = (name: string, back: unknown): readonly [out: unknown, made: unknown] => {
  if (Array.isArray(back) && back.length === 2) return [back[0], back[1]]
  throw wrongArgument(
    `${name}: what update returns`,
    'a pair [updates, state]',
    back,
    back instanceof Promise
      ? 'It is needed at once: pass a function that is not async.'
      : 'Return both, as a new array.',
  )
}

/** The leaves of what came back; where that is not what it should be, nothing of it is left behind. */
const checked = <L extends Leaf>(
  manner: Pick<Manner<L>, 'release'>,
  { name, at: path }: Plain,
  given: Given<L>,
  back: readonly [out: unknown, made: unknown],
): readonly (L | null)[] => {
  const [out, made] = back
  try {
    refuseUnreadable(`the updates of ${name}`, out, given.skeleton)
    if (made !== at(given.state, path)) refuseUnkept(name, made)
    return leavesOf<L>(given.skeleton, out, {
      where: `the updates of ${name}`,
      nullable: true,
      alike: true,
      trains: true,
    })
  } catch (error) {
    releaseExcept(manner, back, Object.values(given))
    throw error
  }
}
