import { knownOnly } from '../../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { isNumbers, type Numbers, type TreeSpec } from '../Numbers.js'
import { dyadic } from './numbers.js'

/** What trees are made of. */
export interface TreeOptions {
  /** Default `dyadic`. */
  readonly values?: fc.Arbitrary<number>
  /** Shapes of leaves. Few of them: WebGL compiles a program for each. Default: a number, vectors of 1 and 3, a 2×2
   *  matrix. */
  readonly shapes?: readonly (readonly number[])[]
  /** Whether there may be `null` where a leaf could be. Default true. */
  readonly nulls?: boolean
}

/** Shapes of every kind: a number, vectors below, at and above what a processor takes at once, without elements, of five
 *  dimensions. */
export const everyShape: readonly (readonly number[])[] = [
  [],
  [3],
  [1],
  [2, 2],
  // again, so that most leaves are small
  [],
  [3],
  [2, 2],
  [0],
  [4],
  [5],
  [8],
  [9],
  [17],
  [2, 0],
  [3, 1, 2],
  [1, 2, 1, 1, 2],
]

const few: readonly (readonly number[])[] = [[], [3], [1], [2, 2]]

/** Trees of parameters: records and lists in each other, `null` leaves, keys that are awkward and legal. They shrink to
 *  one leaf. */
export const trees = (given: TreeOptions = {}): fc.Arbitrary<TreeSpec> => lawsOf(known(given))

const lawsOf = ({ values = dyadic, shapes = few, nulls = true }: TreeOptions): fc.Arbitrary<TreeSpec> => {
  const leaf = fc.constantFrom(...shapes).chain((shape) => leaves(shape, values))
  const twig: fc.Arbitrary<TreeSpec> = nulls ? fc.option(leaf, { nil: null, freq: 8 }) : leaf
  const branch: fc.Arbitrary<TreeSpec> = fc.oneof(
    { withCrossShrink: true },
    { weight: 4, arbitrary: twig },
    { weight: 1, arbitrary: containers(twig, 2) },
  )
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: leaf },
    { weight: 9, arbitrary: containers(branch, 3) },
  )
}

const containers = (child: fc.Arbitrary<TreeSpec>, maxLength: number): fc.Arbitrary<TreeSpec> =>
  fc.oneof(
    fc.dictionary(keys, child, { minKeys: 1, maxKeys: maxLength, noNullPrototype: true }),
    fc.array(child, { minLength: 1, maxLength }),
  )

/** Names that parameters have, and names that break those who join by position, by order or by prototype. */
const keys = fc.constantFrom(
  'w',
  'b',
  'kernel',
  'bias',
  'a b',
  '10',
  '9',
  'toString',
  'hasOwnProperty',
  'Z',
  'ä',
  'w.mu',
  'deep/kernel',
  'deep/in/bias',
)

const leaves = (shape: readonly number[], values: fc.Arbitrary<number>): fc.Arbitrary<Numbers> => {
  const length = shape.reduce((n, d) => n * d, 1)
  return fc.array(values, { minLength: length, maxLength: length }).map((all) => ({ shape, values: all }))
}

/** Trees of the same structure and shapes with other values; with `missing`, now and then `null` for a leaf, as
 *  gradients have. */
export const treesLike = (
  spec: TreeSpec,
  { values = dyadic, missing = false }: { readonly values?: fc.Arbitrary<number>; readonly missing?: boolean } = {},
): fc.Arbitrary<TreeSpec> => {
  const like = (node: TreeSpec): fc.Arbitrary<TreeSpec> => {
    if (node === null) return fc.constant(null)
    if (isNumbers(node))
      return missing ? fc.option(leaves(node.shape, values), { nil: null, freq: 6 }) : leaves(node.shape, values)
    if (isList(node)) return fc.tuple(...node.map(like))
    return fc.record(Object.fromEntries(Object.entries(node).map(([key, child]) => [key, like(child)])), {
      noNullPrototype: true,
    })
  }
  return like(spec)
}

const isList = (spec: TreeSpec): spec is readonly TreeSpec[] => Array.isArray(spec)

const known = knownOnly<TreeOptions>('trees', { values: true, shapes: true, nulls: true })
