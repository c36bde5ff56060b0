/** @internal */
import type { Leaf } from '../tree/Tree.js'
import type { Matched, Source } from './matched.js'
import { countedOtherwise, idOf, type Part, placedId, slotsIn } from './Part.js'

/** The source of what a part holds once. `equal`: other parts that held the same, so that nothing is lost with them. */
export type WholeSource<L extends Leaf> = Source<L> & { readonly equal?: readonly Part<L>[] }

/** The source of the numbers of an equation: all or none. Where its leaves come from several places, their numbers must be
 *  the same: a count cannot be two numbers. */
export const numbersSource = <L extends Leaf>(part: Part<Leaf>, joined: Matched<L>): WholeSource<L> => {
  const { parts: sources, shared } = joined.forWhole(part)
  const first = sources.find(({ at }) => at === part.at) ?? sources[0]
  if (first === undefined) return { kind: 'none', why: joined.lack(part) }
  if (slotsIn(part.numbers) !== slotsIn(first.numbers)) return { kind: 'none', why: countedOtherwise(part, first) }
  if (shared) return { kind: 'many', parts: sources, rivals: 2, why: `more of ${idOf(first)} would count by it` }
  const spelt = spellNumbers(first)
  return sources.every((one) => spellNumbers(one) === spelt)
    ? { kind: 'one', part: first, equal: sources }
    : leftOpen(part, sources, `they were ${sources.map((one) => `${spellNumbers(one)} at ${one.at}`).join(', ')}`)
}

/** The source of what stands for the whole tree. */
export const treeSource = <L extends Leaf>(part: Part<Leaf>, joined: Matched<L>): WholeSource<L> => {
  const {
    parts: [first, ...others],
    shared,
  } = joined.forWhole(part)
  if (first === undefined) return { kind: 'none', why: joined.lack(part) }
  return others.length === 0 && !shared
    ? { kind: 'one', part: first }
    : leftOpen(part, [first, ...others], 'there is one for all leaves')
}

/** The source of the state of what is no equation: of the same leaves and the same structure, or none. */
export const opaqueSource = <L extends Leaf>(part: Part<Leaf>, joined: Matched<L>): WholeSource<L> => {
  const source = treeSource(part, joined)
  if (source.kind !== 'one') return source
  // In the order of their names, in which some of them are strung together.
  const before = leavesSeen(source.part, joined.now)
  if (before !== leavesSeen(part, (leaf) => leaf)) return { kind: 'none', why: `${idOf(part)} saw other leaves` }
  return structure(source.part, joined.now) === structure(part, (leaf) => leaf)
    ? source
    : { kind: 'none', why: `${idOf(part)} had tensors of another structure` }
}

const leavesSeen = ({ sees }: Part<Leaf>, now: (leaf: string) => string): string =>
  JSON.stringify([...sees].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([leaf, shape]) => [now(leaf), shape]))

const leftOpen = <L extends Leaf>(part: Part<Leaf>, parts: readonly Part<L>[], why: string): WholeSource<L> => ({
  kind: 'many',
  parts,
  rivals: 1,
  why: `the leaves of ${idOf(part)} come from ${parts.length} places: ${why}`,
})

/** How a user says which of several it is. */
export const wordFor = <L extends Leaf>(part: Part<Leaf>, parts: readonly Part<L>[]): string =>
  `say which: slots: { '${placedId(part)}': '${parts.map(placedId).join("' or '")}' }`

// `String` would take −0 for 0.
const spellNumbers = ({ numbers }: Part<Leaf>): string =>
  numbers
    .map(({ slot, value }) => `${slot} ${Object.is(value, -0) ? '-0' : value}`)
    .toSorted()
    .join(', ')

const structure = ({ numbers, tensors }: Part<Leaf>, now: (leaf: string) => string): string =>
  JSON.stringify([
    slotsIn(numbers),
    tensors
      .map(({ slot, leaf, value }) =>
        JSON.stringify([slot, leaf === null ? null : now(leaf), value.shape, value.dtype]),
      )
      .toSorted(),
  ])
