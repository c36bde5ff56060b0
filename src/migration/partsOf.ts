/** @internal */
import type { StatePath } from '../equation/Stage.js'
import { at } from '../state/paths.js'
import type { RecordShape, StateShape } from '../state/StateShape.js'
import { leafName, slotTensorName, treeTensorName } from '../state/tensorNames.js'
import { child, opaqueSlot } from '../state/visitState.js'
import { leavesOf } from '../tree/leaves.js'
import { spell, type Skeleton, pathAt } from '../tree/Skeleton.js'
import { isLeaf, type Leaf } from '../tree/Tree.js'
import { outline } from './outline.js'
import type { Held, Part } from './Part.js'

/** The parts of a state, with what they hold. */
export const partsOf = <L extends Leaf>(shape: StateShape, skeleton: Skeleton, state: unknown): readonly Part<L>[] =>
  outline(shape, skeleton).map(({ path, shape: own, ...part }) => {
    const value = at(state, path)
    return {
      ...part,
      ...(own.kind === 'record'
        ? recordOf<L>(skeleton, own, value, path)
        : part.kind === 'given'
          ? givenOf(value, path)
          : opaqueOf<L>(skeleton, value, path)),
    }
  })

type Holdings<L extends Leaf> = Pick<Part<L>, 'numbers' | 'tensors'>

const recordOf = <L extends Leaf>(
  skeleton: Skeleton,
  { host, slots, average }: RecordShape,
  record: unknown,
  place: StatePath,
): Holdings<L> => ({
  numbers: Object.keys(host).map((slot) => {
    const value = child(record, slot)
    if (typeof value !== 'number') throw wrong([...place, slot], 'a number', value)
    return { slot, leaf: null, name: [...place, slot].join('.'), value }
  }),
  tensors: Object.entries(slots).flatMap(([slot, { per }]): readonly Held<L>[] => {
    const value = child(record, slot)
    if (per === 'tree') {
      if (!isLeaf(value)) throw wrong([...place, slot], 'a tensor', value)
      return [{ slot, leaf: null, name: treeTensorName(place, slot), value: value as L }] // the caller names the leaf type
    }
    return leavesOf<L>(skeleton, value, {
      where: `state.${[...place, slot].join('.')}`,
      nullable: true,
      alike: per === 'element',
    }).flatMap((leaf, i) => {
      const path = pathAt(skeleton, i)
      const name = slotTensorName(path, place, slot, slot === 'average' ? average : undefined)
      return leaf === null ? [] : [{ slot, leaf: leafName(path), name, value: leaf }]
    })
  }),
})

/** One number for each leaf, by its path. */
const givenOf = (value: unknown, place: StatePath): Holdings<never> => ({
  tensors: [],
  // where nothing gathers there is no record
  numbers: Object.entries(value ?? {}).map(([path, number]: readonly [string, unknown]) => {
    if (typeof number !== 'number') throw wrong([...place, path], 'a number', number)
    return { slot: '', leaf: leafName(path), name: [...place, path].join('.'), value: number }
  }),
})

const opaqueOf = <L extends Leaf>(skeleton: Skeleton, state: unknown, place: StatePath): Holdings<L> => {
  const numbers: Held<number>[] = []
  const tensors: Held<L>[] = []
  const visit = (value: unknown, keys: StatePath): void => {
    if (typeof value === 'number')
      numbers.push({ slot: keys.join('.'), leaf: null, name: [...place, ...keys].join('.'), value })
    else if (isLeaf(value)) {
      const { name, ...own } = opaqueSlot(skeleton, place, keys)
      tensors.push({ ...own, name, value: value as L }) // the caller names the leaf type
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
