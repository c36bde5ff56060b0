/** @internal */
import type { Woken } from '../equation/Gathering.js'
import type { Occasion } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import type { Leaf } from '../tree/Tree.js'
import type { Joined } from './joinedOf.js'
import type { Completed } from './records.js'
import { zerosLike } from './zerosLike.js'

/** The record of a stage, with the update that was kept for it where it reads one from far before it. */
export const recordWith = (
  record: Readonly<Record<string, unknown>>,
  { equation: { name, since, slots } }: Stage,
  incoming: Occasion['incoming'],
): Readonly<Record<string, unknown>> => {
  if (since === undefined || !Object.hasOwn(slots, 'incoming')) return record
  const tree = incoming?.get(since)
  if (tree === undefined)
    throw new Error(`${name}: nothing arrived at the place whose update it reads: a program was taken apart.`)
  return { ...record, incoming: tree }
}

/** The record of a stage, completed by such an update; zero where none had arrived but the stage runs now: on leaves for
 *  which something in between has let go of what had gathered. Beside it the zeros, which are the caller's to release. */
export const completed: Completed = (record, stage, incoming, joined, woken) => {
  const whole = recordWith(record, stage, incoming)
  return whole === record ? [record, []] : withZeros(whole, joined, woken)
}

const withZeros = <L extends Leaf>(
  record: Readonly<Record<string, unknown>>,
  { skeleton, updates, params }: Joined<L>,
  woken: readonly (Woken | undefined)[],
): readonly [record: Readonly<Record<string, unknown>>, made: readonly L[]] => {
  const kept = leavesOf<L>(skeleton, record['incoming'], { where: 'incoming', nullable: true, alike: true })
  const made: L[] = []
  const whole = kept.map((leaf, i) => {
    const param = params[i] ?? null
    const runs = updates[i] !== null || woken.some((one) => one?.leaves[i] === true)
    if (leaf !== null || param === null || !runs) return leaf
    const zero = zerosLike(param, param.shape)
    made.push(zero)
    return zero
  })
  return made.length === 0 ? [record, made] : [{ ...record, incoming: buildTree(skeleton, whole) }, made]
}
