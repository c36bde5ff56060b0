/** @internal */
import { must } from '../scalars/must.js'
import type { Leaf } from '../tree/Tree.js'
import { chosenSlots } from './chosenSlots.js'
import { countedOtherwise, idOf, type Part, slotsIn } from './Part.js'
import { renamedPaths } from './renamedPaths.js'
import type { PlanOptions } from './StatePlan.js'

/** Where what a part holds comes from: one part, none, or several of which one must be chosen. */
export type Source<L extends Leaf> =
  | { readonly kind: 'one'; readonly part: Part<L> }
  | { readonly kind: 'none'; readonly why: string }
  /** As many as `rivals` would take it. */
  | { readonly kind: 'many'; readonly parts: readonly Part<L>[]; readonly rivals: number; readonly why: string }

/** The parts of a new state, joined with those of an old one. */
export interface Matched<L extends Leaf> {
  /** The source of a part's slots for a leaf that it sees. */
  readonly forLeaf: (part: Part<Leaf>, leaf: string) => Source<L>
  /** The sources of what a part holds once: its numbers, and what is for the whole tree. */
  readonly forWhole: (part: Part<Leaf>) => WholeSources<L>
  /** Why a part has no source. */
  readonly lack: (part: Part<Leaf>) => string
  /** The name that a leaf had; undefined for a new one. */
  readonly before: (leaf: string) => string | undefined
  /** The name that a leaf has now. */
  readonly now: (leaf: string) => string
}

/** `shared`: more parts than there were would take them. */
export interface WholeSources<L extends Leaf> {
  readonly parts: readonly Part<L>[]
  readonly shared: boolean
}

/** Joins parts by what they are: the name of the equation, and its ordinal among those of its name that see the leaf. Where
 *  there are more or fewer of them than there were, an ordinal says nothing, and it is left open. */
export const matched = <L extends Leaf>(
  from: readonly Part<L>[],
  to: readonly Part<Leaf>[],
  leaves: readonly string[],
  { rename = [], slots = {} }: PlanOptions,
): Matched<L> => {
  const now = renamedPaths(rename, leaves)
  const before = new Map([...now].map(([old, next]) => [next, old]))
  const choice = chosenSlots(slots, from, to)
  const named = grouped(from, idOf)
  // what is chosen to start has no source
  const peers = grouped(to, (part) => choice(part).id ?? '')
  /** The parts that may be the source, by what is told; else those that are the same equation and count alike: numbers and
   *  slots belong together. */
  const likeOf = (part: Part<Leaf>): readonly Part<L>[] => {
    const { id, told } = choice(part)
    // nothing of that name was there
    return id === null ? [] : (named.get(id) ?? []).filter((one) => told || isLike(one, part))
  }
  const lack = (part: Part<Leaf>): string => {
    const { id } = choice(part)
    if (id === null) return 'as slots says'
    if (likeOf(part).length > 0) return `${id} saw none of its leaves`
    const other = named.get(id)?.[0]
    return other === undefined
      ? `there was no ${id}`
      : other.of === part.of
        ? countedOtherwise(part, other)
        : `${id} was kept by ${other.of}, and is by ${part.of} now`
  }
  const forLeaf = (part: Part<Leaf>, leaf: string): Source<L> => {
    const { id, at } = choice(part)
    const path = before.get(leaf)
    const alike = likeOf(part)
    if (id === null || alike.length === 0) return { kind: 'none', why: lack(part) }
    if (path === undefined) return { kind: 'none', why: 'a new leaf' }
    const parts = alike.filter(({ sees }) => sees.has(path))
    if (parts.length === 0) return { kind: 'none', why: `${id} did not see this leaf` }
    const told = parts.find((one) => one.at === at)
    if (told !== undefined) return { kind: 'one', part: told }
    const rivals = (peers.get(id) ?? []).filter(({ sees }) => sees.has(leaf)) // nobody has that name
    return parts.length === rivals.length
      ? { kind: 'one', part: must(parts[rivals.indexOf(part)], 'equation of that ordinal') }
      : {
          kind: 'many',
          parts,
          rivals: rivals.length,
          why: `${parts.length} of ${id} saw this leaf, ${rivals.length} see it now`,
        }
  }
  const forWhole = (part: Part<Leaf>): WholeSources<L> => {
    const { id, at, told } = choice(part)
    const alike = likeOf(part)
    const only = (parts: readonly Part<L>[]): WholeSources<L> => ({ parts, shared: false })
    if (id === null || at !== undefined) return only(alike.filter((one) => one.at === at))
    const sources = new Set<Part<L>>()
    let shared = false
    for (const leaf of part.sees.keys()) {
      const source = forLeaf(part, leaf)
      if (source.kind === 'one') sources.add(source.part)
      else if (source.kind === 'many') {
        for (const one of source.parts) sources.add(one)
        shared ||= source.rivals > source.parts.length
      }
    }
    if (sources.size > 0) return { parts: [...sources], shared }
    if (told || part.sees.size > 0) return only(told ? alike : [])
    // It sees no leaf, as a group without members: then its ordinal is among those.
    const idle = alike.filter(({ sees }) => sees.size === 0)
    const rivals = (peers.get(id) ?? []).filter(({ sees }) => sees.size === 0) // nobody has that name
    return idle.length === rivals.length
      ? only([must(idle[rivals.indexOf(part)], 'equation of that ordinal')])
      : { parts: idle, shared: rivals.length > idle.length }
  }
  return { forLeaf, forWhole, lack, before: (leaf) => before.get(leaf), now: (leaf) => now.get(leaf) ?? leaf }
}

const isLike = (one: Part<Leaf>, part: Part<Leaf>): boolean =>
  one.of === part.of && (part.kind !== 'record' || slotsIn(one.numbers) === slotsIn(part.numbers))

const grouped = <P>(parts: readonly P[], key: (part: P) => string): ReadonlyMap<string, readonly P[]> => {
  const groups = new Map<string, P[]>()
  for (const part of parts) {
    const group = groups.get(key(part))
    if (group === undefined) groups.set(key(part), [part])
    else group.push(part)
  }
  return groups
}
