/** @internal */
import { spell } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { type Matched, matched } from './matched.js'
import { heldAt, type Held, idOf, type Part } from './Part.js'
import type { PlanLine, PlanOptions, StartedAt, StatePlan } from './StatePlan.js'
import { numbersSource, opaqueSource, treeSource, wordFor, type WholeSource } from './wholeSource.js'

/** A plan, and what it takes from the old state, by the new names. */
export interface Planned<L extends Leaf> {
  readonly plan: StatePlan
  readonly numbers: ReadonlyMap<string, number>
  readonly tensors: ReadonlyMap<string, L>
}

/** What a plan goes by: the parts of both states, the names of their leaves, and how the new state would begin. */
export interface Change<L extends Leaf, M extends Leaf> {
  readonly from: readonly Part<L>[]
  readonly to: readonly Part<M>[]
  readonly leaves: readonly string[]
  readonly leavesNow: readonly string[]
  readonly startOf: (leaf: M) => StartedAt
}

/** What becomes of each number and tensor. */
export const planned = <L extends Leaf, M extends Leaf>(
  { from, to, leaves, leavesNow, startOf }: Change<L, M>,
  options: PlanOptions,
): Planned<L> => {
  const joined = matched(from, to, leaves, options)
  const numbers = new Map<string, number>()
  const tensors = new Map<string, L>()
  const taken = new Set<Held<unknown>>()
  const lines = to.flatMap((part): readonly PlanLine[] => {
    const sources = sourcesOf(part, joined)
    return [
      ...part.numbers.map((number): PlanLine => {
        const found = pick(part, number, sources.number(number), joined, (one) => one.numbers)
        for (const one of found.taken) taken.add(one)
        if (found.held === null)
          return found.line ?? { kind: 'started', to: number.name, at: number.value, why: found.why }
        numbers.set(number.name, found.held.value)
        return kept(number.name, found.held.name)
      }),
      ...part.tensors.map((tensor): PlanLine => {
        const found = pick(part, tensor, sources.tensor(tensor), joined, (one) => one.tensors)
        for (const one of found.taken) taken.add(one)
        if (found.held === null)
          return (
            found.line ?? {
              kind: 'started',
              to: tensor.name,
              at: startOf(tensor.value),
              why: sources.counts && tensor.leaf !== null ? late(part, found.why) : found.why,
            }
          )
        const { name, value } = found.held
        if (String(value.shape) !== String(tensor.value.shape))
          return {
            kind: 'shape',
            to: tensor.name,
            from: name,
            why: `${spell(value)} before, ${spell(tensor.value)} now`,
          }
        tensors.set(tensor.name, value)
        return value.dtype === tensor.value.dtype
          ? kept(tensor.name, name)
          : { kind: 'cast', to: tensor.name, from: name, exact: value.dtype === 'bool' }
      }),
    ]
  })
  const [ids, here] = [new Set(to.map(idOf)), new Set(leavesNow)]
  const dropped = from.flatMap((part) =>
    [...part.numbers, ...part.tensors].flatMap((held): readonly Extract<PlanLine, { readonly kind: 'dropped' }>[] =>
      taken.has(held)
        ? []
        : [
            {
              kind: 'dropped',
              from: held.name,
              why: !ids.has(idOf(part))
                ? `there is no ${idOf(part)} now`
                : held.leaf !== null && !here.has(joined.now(held.leaf))
                  ? 'the leaf is gone'
                  : 'nothing takes it',
            },
          ],
    ),
  )
  // by name: the order of the old state is of no account, and a file has another
  const all = [...lines, ...dropped.toSorted((a, b) => (a.from < b.from ? -1 : 1))]
  return { plan: { lines: all, exact: all.every(isExact) }, numbers, tensors }
}

const isExact = (line: PlanLine): boolean =>
  line.kind === 'same' || line.kind === 'moved' || (line.kind === 'cast' && line.exact)

const kept = (to: string, from: string): PlanLine => ({ kind: to === from ? 'same' : 'moved', to, from })

/** A leaf that joins late has slots at their start, under a count that goes on. */
const late = (part: Part<Leaf>, why: string): string =>
  `${why}; ${part.numbers.map(({ slot }) => slot).join(', ')} of ${idOf(part)} goes on and takes it for an old one`

/** Where the numbers and tensors of a part come from. */
const sourcesOf = <L extends Leaf>(part: Part<Leaf>, joined: Matched<L>) => {
  const whole = part.kind === 'opaque' ? opaqueSource(part, joined) : numbersSource(part, joined)
  const tree = part.kind === 'opaque' ? whole : treeSource(part, joined)
  const forLeaf = (leaf: string | null): WholeSource<L> => (leaf === null ? tree : joined.forLeaf(part, leaf))
  return {
    number: ({ leaf }: Held<number>): WholeSource<L> => (part.kind === 'given' ? forLeaf(leaf) : whole),
    tensor: ({ leaf }: Held<Leaf>): WholeSource<L> => (part.kind === 'opaque' ? whole : forLeaf(leaf)),
    /** Whether it has numbers that go on. */
    counts: part.kind === 'record' && part.numbers.length > 0 && whole.kind === 'one',
  }
}

interface Picked<V> {
  readonly held: Held<V> | null
  readonly taken: readonly Held<V>[]
  readonly line?: PlanLine
  readonly why: string
}

/** What a part of a source holds in a slot, for the leaf of that name then. */
const pick = <L extends Leaf, V>(
  part: Part<Leaf>,
  { slot, leaf, name }: Held<unknown>,
  source: WholeSource<L>,
  joined: Matched<L>,
  heldBy: (part: Part<L>) => readonly Held<V>[],
): Picked<V> => {
  if (source.kind === 'none') return { held: null, taken: [], why: source.why }
  const path = leaf === null ? null : (joined.before(leaf) ?? null)
  const within = (one: Part<L>): readonly Held<V>[] => heldAt(heldBy(one), slot, path)
  const parts = source.kind === 'one' ? (source.equal ?? [source.part]) : source.parts
  const taken = parts.flatMap(within)
  if (source.kind === 'one') {
    const [held = null] = within(source.part)
    return { held, taken, why: `${idOf(source.part)} had no ${slot}` }
  }
  const from = taken.map((one) => one.name).join(' or ')
  const why = `${source.why}; ${wordFor(part, source.parts)}`
  return { held: null, taken, why, line: { kind: 'ambiguous', to: name, from, why } }
}
