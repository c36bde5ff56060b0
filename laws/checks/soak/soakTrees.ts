import fc from 'fast-check'
import * as tf from '@tensorflow/tfjs-core'
import type { Tree } from '../../../src/tree/Tree.js'

/** What numbers a leaf holds. */
export type Kind = 'ordinary' | 'zeros' | 'tiny' | 'huge' | 'special'

/** A leaf, without its numbers: those follow from a seed, so that reports stay short. */
export interface LeafSpec {
  readonly key: string
  readonly place: 'record' | 'list' | 'deep'
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly kind: Kind
}

/** Parameters: leaves here and there in records and lists. Any list of leaves is a tree, and shrinks leaf by leaf. */
export interface TreeSpec {
  readonly leaves: readonly LeafSpec[]
  /** One leaf alone is the tree itself. */
  readonly bare: boolean
  readonly seed: number
}

const shapes: readonly (readonly number[])[] = [
  [],
  [3],
  [1],
  [2, 2],
  [5],
  [3, 2],
  [0],
  [1, 1, 2, 1, 3, 1],
  [2, 0, 3],
  [2, 1, 2, 1, 2, 2],
  [2, 3, 4],
  [131],
  [7, 9, 3, 3],
]
const keys = ['w', 'b', 'kernel', '10', '9', 'a b', 'toString', 'ä', 'w.mu']

const leaf: fc.Arbitrary<LeafSpec> = fc.record(
  {
    key: fc.constantFrom(...keys),
    place: fc.constantFrom('record' as const, 'list' as const, 'deep' as const),
    shape: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...shapes) },
      { weight: 1, arbitrary: fc.constant([4099]) },
    ),
    dtype: fc.oneof(
      { weight: 12, arbitrary: fc.constant('float32' as const) },
      { weight: 1, arbitrary: fc.constantFrom('int32' as const, 'bool' as const) },
    ),
    kind: fc.oneof(
      { weight: 8, arbitrary: fc.constant('ordinary' as const) },
      { weight: 1, arbitrary: fc.constantFrom('zeros' as const, 'tiny' as const, 'huge' as const) },
    ),
  },
  { noNullPrototype: true },
)

export const treeSpecs: fc.Arbitrary<TreeSpec> = fc.record(
  {
    leaves: fc.uniqueArray(leaf, {
      minLength: 1,
      maxLength: 5,
      selector: ({ key, place }) => `${place} ${key}`,
    }),
    bare: fc.boolean(),
    seed: fc.nat(9999),
  },
  { noNullPrototype: true },
)

/** A tree with `make` of each leaf; with `reversed`, the keys of its records in the other order. */
export const treeFrom = (
  { leaves, bare }: TreeSpec,
  reversed: boolean,
  make: (leaf: LeafSpec, index: number) => Tree,
): Tree => {
  const made = leaves.map((one, i) => ({ ...one, tree: make(one, i) }))
  const [only] = made
  if (bare && made.length === 1 && only !== undefined) return only.tree
  const record = (entries: readonly (readonly [string, Tree])[]): Tree =>
    Object.freeze(Object.fromEntries(reversed ? entries.toReversed() : entries))
  const at = (place: LeafSpec['place']) => made.filter((one) => one.place === place)
  const deep = at('deep').map(({ key, tree }) => [key, tree] as const)
  const list = at('list').map(({ tree }) => tree)
  return record([
    ...at('record').map(({ key, tree }) => [key, tree] as const),
    ...(deep.length === 0
      ? []
      : [
          [
            'deep',
            record([
              ['er', record(deep)],
              ['nothing', null],
            ]),
          ] as const,
        ]),
    ...(list.length === 0 ? [] : [['list', Object.freeze([...list, null])] as const]),
  ])
}

/** Numbers in [0, 1) from a seed. */
const randomFrom = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const specials = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1e-40, 3.4e38, -1e-30]

const numberOf: Readonly<Record<Kind, (random: () => number) => number>> = {
  ordinary: (random) => (random() < 0.1 ? 0 : 4 * random() - 2),
  zeros: () => 0,
  tiny: (random) => (random() - 0.5) * 1e-30,
  huge: (random) => (random() - 0.5) * 1e30,
  special: (random) => (random() < 0.5 ? (specials[Math.floor(random() * specials.length)] ?? 0) : random() - 0.5),
}

/** The numbers of a leaf, as the typed array that the user hands to tfjs. */
export const numbersOf = (
  { shape, dtype }: LeafSpec,
  kind: Kind,
  seed: number,
): Float32Array | Int32Array | Uint8Array => {
  const length = shape.reduce((n, d) => n * d, 1)
  const random = randomFrom(seed)
  if (dtype === 'float32') return Float32Array.from({ length }, () => numberOf[kind](random))
  return dtype === 'int32'
    ? Int32Array.from({ length }, () => 16777217 + Math.floor(random() * 100))
    : Uint8Array.from({ length }, () => Math.floor(random() * 2))
}

/** A tensor that stands on the user's own array. */
export const tensorOn = (values: Float32Array | Int32Array | Uint8Array, { shape, dtype }: LeafSpec): tf.Tensor =>
  tf.tensor(values, [...shape], dtype)
