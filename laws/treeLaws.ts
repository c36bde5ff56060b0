import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { mapTree } from '../src/tree/mapTree.js'
import type { Tree } from '../src/tree/Tree.js'
import { zipTree } from '../src/tree/zipTree.js'
import { exactly } from './Agreement.js'
import { everyShape, trees, treesLike } from './arbitraries/trees.js'
import { law } from './Law.js'
import { isNumbers, numbersFrom, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'

/** How trees are mapped and joined; by default `mapTree` and `zipTree`. */
export interface TreeSubject {
  readonly map: (f: (leaf: tf.Tensor) => tf.Tensor) => (tree: Tree) => Tree
  readonly zip: (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) => (a: Tree, b: Tree) => Tree
}

const any = trees({ shapes: everyShape })
const pairs = any.chain((tree) => fc.tuple(fc.constant(tree), treesLike(tree)))

/** The laws of trees. Example  `await checkLaws(treeLaws())` */
export const treeLaws = (given: Partial<TreeSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({ map = (f) => mapTree(f), zip = (f) => zipTree(f) }: Partial<TreeSubject>): Suite => ({
  name: 'tree',
  laws: [
    law(exactly)(
      {
        name: 'identity',
        equation: 'map(x → x) = identity',
        reason: 'structure, order of keys and nulls are kept',
        bug: 'null leaves that were dropped: what came after them moved up',
      },
      [any],
      (spec) =>
        tidily(() => ({
          left: ordered(numbersFrom(map((leaf) => tf.clone(leaf))(tensorsFrom(spec))) as TreeSpec),
          right: ordered(spec),
        })),
    ), // leaves read back
    law(exactly)(
      {
        name: 'composition',
        equation: 'map(f) ∘ map(g) = map(f ∘ g)',
        reason: 'one pass is as good as two',
      },
      [any],
      (spec) =>
        tidily(() => ({
          left: numbersFrom(map((leaf) => tf.neg(leaf))(map((leaf) => tf.mul(leaf, 2))(tensorsFrom(spec)))),
          right: numbersFrom(map((leaf) => tf.neg(tf.mul(leaf, 2)))(tensorsFrom(spec))),
        })),
    ),
    law(exactly)(
      {
        name: 'joined by path',
        equation: 'zip(f)(a, σ(b)) = zip(f)(a, b) for every order σ of keys',
        reason: 'a record has no order, and a file may have another one',
        bug: 'values listed by Object.values and joined by position (tf.train)',
      },
      [pairs],
      ([a, b]) =>
        tidily(() => {
          const minus = zip((x, y) => tf.sub(x, y))
          return {
            left: numbersFrom(minus(tensorsFrom(a), tensorsFrom(turned(b)))),
            right: numbersFrom(minus(tensorsFrom(a), tensorsFrom(b))),
          }
        }),
    ),
  ],
})

/** Records as lists of their entries, so that the order of keys counts. */
const ordered = (spec: TreeSpec): unknown =>
  spec === null || isNumbers(spec)
    ? spec
    : Array.isArray(spec)
      ? spec.map(ordered)
      : Object.entries(spec).map(([key, child]) => [key, ordered(child)])

/** The last key first. */
const turned = (spec: TreeSpec): TreeSpec =>
  spec === null || isNumbers(spec)
    ? spec
    : Array.isArray(spec)
      ? spec.map(turned)
      : Object.fromEntries(
          Object.entries(spec)
            .toReversed()
            .map(([key, child]) => [key, turned(child)]),
        )

const known = knownOnly<Partial<TreeSubject>>('treeLaws', { map: true, zip: true })
