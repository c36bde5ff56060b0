/** @internal */
import type { Leaf } from '../tree/Tree.js'

/** A record of a state, or the state of what is no equation: what it is known by when the chain has changed, and what it
 *  holds. */
export interface Part<L extends Leaf> {
  /** The name of its equation or combinator. */
  readonly of: string
  /** The public name of the average that it is, if it is one. */
  readonly average?: string
  /** Its place in the state, such as `inner.1.0`; empty at the root. */
  readonly at: string
  /** `opaque`: goes as a whole or not at all; `given`: its numbers are one for each leaf. */
  readonly kind: 'record' | 'opaque' | 'given'
  /** The leaves that it sees, by their names, each with its shape and dtype in words. */
  readonly sees: ReadonlyMap<string, string>
  readonly numbers: readonly Held<number>[]
  readonly tensors: readonly Held<L>[]
}

/** One number or tensor of a part. */
export interface Held<V> {
  readonly slot: string
  /** The leaf that it is for; null for one of the whole part. */
  readonly leaf: string | null
  /** Its name in a file. */
  readonly name: string
  readonly value: V
}

/** What a part is called in plans. */
export const idOf = ({ of, average }: Pick<Part<Leaf>, 'of' | 'average'>): string =>
  average === undefined ? of : `average ${average}`

/** A part with its place, for where there are several of its name. */
export const placedId = (part: Pick<Part<Leaf>, 'of' | 'average' | 'at'>): string =>
  `${idOf(part)} at ${part.at === '' ? '(root)' : part.at}`

/** What a part holds in a slot for a leaf: one, or nothing. */
export const heldAt = <V>(held: readonly Held<V>[], slot: string, leaf: string | null): readonly Held<V>[] => {
  const index = indices.get(held) ?? new Map(held.map((one) => [keyOf(one.slot, one.leaf), one]))
  indices.set(held, index)
  const found = index.get(keyOf(slot, leaf))
  // the index is made of this very list
  return found === undefined ? [] : [found as Held<V>]
}

const keyOf = (slot: string, leaf: string | null): string => JSON.stringify([slot, leaf])

/** Each list is asked once for each of its leaves. */
const indices = new WeakMap<readonly Held<unknown>[], ReadonlyMap<string, Held<unknown>>>()

/** The names of what is held, as one text. */
export const slotsIn = (held: readonly { readonly slot: string }[]): string =>
  held
    .map(({ slot }) => slot)
    .toSorted()
    .join(', ')

/** Why the numbers of an equation are no numbers of its kind now. */
export const countedOtherwise = (now: Part<Leaf>, before: Part<Leaf>): string =>
  `${idOf(before)} counted by ${slotsIn(before.numbers) || 'nothing'}, and by ${slotsIn(now.numbers) || 'nothing'} now`
