/** @internal */

import { isArrayLeaf } from '../equation/reference.js'
import * as tf from '@tensorflow/tfjs-core'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { staleState } from '../engine/staleState.js'
import { ownLeaves } from '../tree/ownLeaves.js'
import { pathAt, spell } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import type { Axiswise } from './Axiswise.js'
import { axiswiseArrays } from './axiswiseArrays.js'
import { axiswiseTensors } from './axiswiseTensors.js'

/** One leaf's part of a step: the update first, then the slots; `null` where a leaf has no use for a slot. */
export type LeafRule = <L extends Leaf>(
  operations: Axiswise<L>,
  x: {
    readonly update: L
    readonly param: L
    readonly slots: readonly (L | null)[]
    /** A slot that this leaf has use for.
     *
     *  @throws `TreeMismatch` where the state has nothing for it, by the transformation's name and the slot's place. */
    readonly held: (slot: L | null | undefined, who: string, place: string) => L
    /** Which leaf of the parameters it is, as this transformation sees them. */
    readonly leaf: number
  },
) => readonly [update: L | null, ...slots: readonly (L | null)[]]

/** What a slot of a shape begins as, for a leaf by its number. */
export type SlotStart = <L extends Leaf>(operations: Axiswise<L>, shape: readonly number[], leaf: number) => L

/** Runs a rule on every leaf that has a gradient: the trees of updates and slots. Where there is none, and where it
 *  has no elements (backends disagree about sums and maxima of nothing), slots stay the same tensors. */
export const leafwise =
  (rule: LeafRule) =>
  (updates: unknown, params: unknown, slots: readonly unknown[] = []): readonly unknown[] => {
    const { skeleton, leaves } = ownLeaves<Leaf>(params, 'params')
    const read = (tree: unknown, where: string, alike: boolean) =>
      leavesOf<Leaf>(skeleton, tree, { where, nullable: true, alike })
    const given = read(updates, 'updates', true)
    const old = slots.map((tree, s) => read(tree, `slot ${s}`, false))
    const rows = leaves.map((param, i): readonly (Leaf | null)[] => {
      const update = given[i] ?? null
      const own = old.map((slot) => slot[i] ?? null)
      if (update === null) return [update, ...own]
      if (update.shape.includes(0)) return [tidied(update, (operations) => operations.copy(update)), ...own]
      const held = (slot: Leaf | null | undefined, who: string, place: string): Leaf => {
        if (slot !== null && slot !== undefined) return slot
        const [where, path] = [`state.${place}`, pathAt(skeleton, i)]
        throw new TreeMismatch({ where, path, expected: 'a tensor', found: spell(slot), hint: staleState(who) })
      }
      return tidied(update, (operations) => rule(operations, { update, param, slots: own, held, leaf: i }))
    })
    return [given, ...old].map((_, s) =>
      buildTree(
        skeleton,
        rows.map((row) => row[s] ?? null),
      ),
    )
  }

/** A tree of slots for parameters, zeros unless told otherwise; `null` for a shape that has no use for them. */
export const leafwiseSlots = (
  params: unknown,
  shapeOf: (shape: readonly number[], leaf: number) => readonly number[] | null,
  start: SlotStart = (operations, shape) => operations.filled(shape, 0),
): unknown => {
  const { skeleton, leaves } = ownLeaves<Leaf>(params, 'params')
  return buildTree(
    skeleton,
    leaves.map((leaf, i) => {
      const shape = shapeOf(leaf.shape, i)
      return shape === null ? null : tidied(leaf, (operations) => start(operations, shape, i))
    }),
  )
}

/** The operations of a leaf's kind, where what they leave behind is disposed. A rule sees leaves of one kind only. */
const tidied = <A>(leaf: Leaf, f: (operations: Axiswise<Leaf>) => A): A =>
  isArrayLeaf(leaf)
    ? f(axiswiseArrays as unknown as Axiswise<Leaf>)
    : // keeps tensors in arrays
      (tf.tidy((() => f(axiswiseTensors as unknown as Axiswise<Leaf>)) as unknown as () => tf.TensorContainer) as A)
