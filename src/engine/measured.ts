/** @internal */
import type { Equation } from '../equation/Equation.js'
import type { Stage } from '../equation/Stage.js'
import type { SlotLeaves } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { Manner } from '../equation/Manner.js'
import { numberIn, numberLike } from './oneNumber.js'

/** What an equation is run on. */
export interface Sight<L extends Leaf> {
  readonly stages: readonly Stage[]
  readonly skeleton: Skeleton
  readonly updates: readonly (L | null)[]
  readonly params: readonly (L | null)[]
  readonly scalars: readonly Readonly<Record<string, number>>[]
}

/** The numbers that an equation makes of what it sees, read back. */
export const measured = <L extends Leaf>(
  manner: Manner<L>,
  measure: Equation,
  sight: Sight<L>,
): Readonly<Record<string, number>> => {
  const starts = Object.entries(measure.slots).map(([name]) => [name, numberLike(sight.updates, 0)] as const)
  const done = manner.executor({
    ...sight,
    mode: 'update',
    donate: false,
    slots: [Object.fromEntries(starts.map(([name, leaf]) => [name, [leaf]]))],
  })
  const after = must(done.slots[0], 'slots')
  const ends = starts.map(([name]) => [name, numberOf(after, name)] as const)
  const numbers = Object.fromEntries(ends.map(([name, leaf]) => [name, numberIn(leaf)]))
  for (const leaf of new Set([...starts, ...ends].map(([, l]) => l))) manner.release(leaf)
  return numbers
}

/** The leaf of a slot of one number. */
export const numberOf = <L extends Leaf>(slots: SlotLeaves<L>, name: string): L => {
  const leaf = must(slots[name], 'slot')[0]
  return must(leaf ?? undefined, `number that is measured as ${name}`)
}
