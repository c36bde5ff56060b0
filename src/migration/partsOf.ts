/** @internal */
import { narrowed } from '../state/initialState.js'
import type { StatePath } from '../equation/Stage.js'
import type { RecordShape, StateShape } from '../state/StateShape.js'
import { leafName, slotTensorName, treeTensorName } from '../state/tensorNames.js'
import { child, opaqueSlot } from '../state/visitState.js'
import { leavesOf } from '../tree/leaves.js'
import { dtypeAt, shapeAt, spell, type Skeleton } from '../tree/Skeleton.js'
import { isLeaf, type Leaf } from '../tree/Tree.js'
import type { Held, Part } from './Part.js'

/** The parts of a state that hold anything, in its order. */
export const partsOf = <L extends Leaf>(shape: StateShape, skeleton: Skeleton, state: unknown): readonly Part<L>[] => {
  const names = skeleton.paths.map(leafName)
  const described = names.map(
    (name, i) => [name, `[${shapeAt(skeleton, i).join(', ')}] ${dtypeAt(skeleton, i)}`] as const,
  )
  const seenBy = (seen: readonly boolean[]): ReadonlyMap<string, string> =>
    new Map(described.filter((_, i) => seen[i] === true))
  const visit = (node: StateShape, value: unknown, at: StatePath, seen: readonly boolean[]): readonly Part<L>[] => {
    switch (node.kind) {
      case 'tuple':
        return node.parts.flatMap((part, i) => visit(part, child(value, i), [...at, i], seen))
      case 'hidden':
        return visit(node.part, value, at, narrowed(seen, node.scope, skeleton))
      case 'opaque': {
        const kind = node.before === undefined ? 'opaque' : 'given'
        const held = kind === 'given' ? givenOf(value, at) : opaqueOf<L>(skeleton, value, at)
        return [{ of: node.of, at: at.join('.'), kind, sees: seenBy(seen), ...held }]
      }
      case 'record': {
        const own = {
          of: node.of,
          ...(node.average === undefined ? {} : { average: node.average }),
          at: at.join('.'),
          kind: 'record' as const,
          sees: seenBy(seen),
          ...recordOf<L>(skeleton, node, value, at),
        }
        return [
          ...Object.entries(node.parts).flatMap(([key, part]) => visit(part, child(value, key), [...at, key], seen)),
          ...(own.numbers.length + own.tensors.length + Object.keys(node.slots).length > 0 ? [own] : []),
        ]
      }
    }
  }
  return visit(
    shape,
    state,
    [],
    names.map(() => true),
  )
}

type Holdings<L extends Leaf> = Pick<Part<L>, 'numbers' | 'tensors'>

const recordOf = <L extends Leaf>(
  skeleton: Skeleton,
  { host, slots, average }: RecordShape,
  record: unknown,
  at: StatePath,
): Holdings<L> => ({
  numbers: Object.keys(host).map((slot) => {
    const value = child(record, slot)
    if (typeof value !== 'number') throw wrong([...at, slot], 'a number', value)
    return { slot, leaf: null, name: [...at, slot].join('.'), value }
  }),
  tensors: Object.entries(slots).flatMap(([slot, { per }]): readonly Held<L>[] => {
    const value = child(record, slot)
    if (per === 'tree') {
      if (!isLeaf(value)) throw wrong([...at, slot], 'a tensor', value)
      return [{ slot, leaf: null, name: treeTensorName(at, slot), value: value as L }] // the caller names the leaf type
    }
    return leavesOf<L>(skeleton, value, {
      where: `state.${[...at, slot].join('.')}`,
      nullable: true,
      alike: per === 'element',
    }).flatMap((leaf, i) => {
      const path = skeleton.paths[i] ?? ''
      const name = slotTensorName(path, at, slot, slot === 'average' ? average : undefined)
      return leaf === null ? [] : [{ slot, leaf: leafName(path), name, value: leaf }]
    })
  }),
})

/** One number for each leaf, by its path. */
const givenOf = (value: unknown, at: StatePath): Holdings<never> => ({
  tensors: [],
  numbers: Object.entries(value ?? {}).map(([path, number]: readonly [string, unknown]) => {
    if (typeof number !== 'number') throw wrong([...at, path], 'a number', number)
    return { slot: '', leaf: leafName(path), name: [...at, path].join('.'), value: number }
  }),
})

const opaqueOf = <L extends Leaf>(skeleton: Skeleton, state: unknown, at: StatePath): Holdings<L> => {
  const numbers: Held<number>[] = []
  const tensors: Held<L>[] = []
  const visit = (value: unknown, keys: StatePath): void => {
    if (typeof value === 'number')
      numbers.push({ slot: keys.join('.'), leaf: null, name: [...at, ...keys].join('.'), value })
    else if (isLeaf(value)) {
      const { name, ...place } = opaqueSlot(skeleton, at, keys)
      tensors.push({ ...place, name, value: value as L }) // the caller names the leaf type
    } else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) visit(item, [...keys, key])
  }
  visit(state, [])
  return { numbers, tensors }
}

const wrong = (path: StatePath, expected: string, found: unknown): TypeError =>
  new TypeError(
    `state: ${path.join('.')} must be ${expected}, found ${spell(found)}. Pass the state of this optimizer.`,
  )
