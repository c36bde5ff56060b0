/** @internal */
import type { StatePath } from '../equation/Stage.js'
import { leavesOf } from '../tree/leaves.js'
import { separator, type Skeleton, spell, pathAt } from '../tree/Skeleton.js'
import { isLeaf, type Leaf } from '../tree/Tree.js'
import { isCount } from './isCount.js'
import type { StateShape } from './StateShape.js'
import { leafName, slotTensorName, treeTensorName } from './tensorNames.js'

/** What a state holds, flat: numbers by their path, tensors by their name. */
export interface FlatState<L extends Leaf> {
  readonly numbers: ReadonlyMap<string, number>
  readonly tensors: ReadonlyMap<string, L>
  /** The paths of the numbers that count. */
  readonly counts?: ReadonlySet<string>
  /** What numbers are, by path, that files from before there were any lack. */
  readonly before?: ReadonlyMap<string, number>
}

/** A state as a flat list of numbers and tensors. Names are unique and stable: they depend on structure alone. */
export const visitState = <L extends Leaf>(
  shape: StateShape,
  skeleton: Skeleton,
  state: unknown,
): Required<FlatState<L>> => {
  const numbers = new Map<string, number>()
  const tensors = new Map<string, L>()
  const counts = new Set<string>()
  const before = new Map<string, number>()
  const put = <A>(what: string, all: Map<string, A>, name: string, value: A): void => {
    if (all.has(name))
      throw new TypeError(
        `state: two ${what} would be named ${name}. Rename a part of the chain or a key of the state.`,
      )
    all.set(name, value)
  }
  const add = (name: string, leaf: L): void => put('tensors', tensors, name, leaf)
  const visit = (node: StateShape, value: unknown, at: StatePath): void => {
    switch (node.kind) {
      case 'tuple':
        return node.parts.forEach((part, i) => visit(part, child(value, i), [...at, i]))
      case 'hidden':
        return visit(node.part, value, at)
      case 'opaque':
        visitOpaque(skeleton, value, at, [], add, (path, number) => {
          put('numbers', numbers, path, number)
          if (node.before === undefined) return
          counts.add(path)
          before.set(path, node.before)
        })
        return
      case 'record':
        for (const [key, part] of Object.entries(node.parts)) visit(part, child(value, key), [...at, key])
        for (const [key, first] of Object.entries(node.host)) {
          const number = child(value, key)
          if (typeof number !== 'number')
            throw new TypeError(
              `state: ${[...at, key].join('.')} must be a number, found ${spell(number)}. Pass the state of this optimizer.`,
            )
          const path = [...at, key].join('.')
          put('numbers', numbers, path, number)
          if (isCount(key, first)) counts.add(path)
        }
        for (const [key, { per }] of Object.entries(node.slots)) {
          const slot = child(value, key)
          const average = key === 'average' ? node.average : undefined
          if (per === 'tree') {
            if (!isLeaf(slot))
              throw new TypeError(
                `state: ${[...at, key].join('.')} must be a tensor, found ${spell(slot)}. Pass the state of this optimizer.`,
              )
            add(treeTensorName(at, key), slot as L) // the caller names the leaf type
          } else
            leavesOf<L>(skeleton, slot, {
              where: `state.${[...at, key].join('.')}`,
              nullable: true,
              alike: per === 'element',
            }).forEach((leaf, i) => {
              if (leaf !== null) add(slotTensorName(pathAt(skeleton, i), at, key, average), leaf)
            })
        }
    }
  }
  visit(shape, state, [])
  return { numbers, tensors, counts, before }
}

/** What lies under a key of a record or an array. */
export const child = (value: unknown, key: string | number): unknown =>
  // read by own shape
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string | number, unknown>>)[key] : undefined

const visitOpaque = <L extends Leaf>(
  skeleton: Skeleton,
  value: unknown,
  at: StatePath,
  keys: StatePath,
  add: (name: string, leaf: L) => void,
  addNumber: (path: string, number: number) => void,
): void => {
  if (typeof value === 'number') addNumber([...at, ...keys].join('.'), value)
  else if (isLeaf(value))
    add(opaqueTensorName(skeleton, at, keys), value as L) // the caller names the leaf type
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) visitOpaque(skeleton, item, at, [...keys, key], add, addNumber)
}

/** The name of a tensor in the state of what is no equation. */
export const opaqueTensorName = (skeleton: Skeleton, at: StatePath, keys: StatePath): string =>
  opaqueSlot(skeleton, at, keys).name

/** A tensor under keys that end in the path of a parameter is a slot of that parameter. */
export const opaqueSlot = (
  skeleton: Skeleton,
  at: StatePath,
  keys: StatePath,
): { readonly slot: string; readonly leaf: string | null; readonly name: string } => {
  for (let cut = 1; cut < keys.length; cut++) {
    const path = keys.slice(cut).join(separator)
    if (!skeleton.paths.includes(path)) continue
    const slot = keys.slice(0, cut).join('.')
    return { slot, leaf: leafName(path), name: slotTensorName(path, at, slot) }
  }
  const name = keys.length === 0 ? 'state' : keys.join('.')
  return { slot: name, leaf: null, name: treeTensorName(at, name) }
}
