import * as tf from '@tensorflow/tfjs-core'
import { hide } from '../../../src/combinators/transformations.js'
import { plain } from '../../../src/transformation/plain.js'
import type { Opaque, StateLambda, Transformation } from '../../../src/transformation/Transformation.js'
import { isLeaf, type Tree } from '../../../src/tree/Tree.js'

/** A transformation as users write wrappers: `plain`, over another one's `init` and `update`. */
export type Wrapped = Transformation<Opaque>

interface Anything extends StateLambda {
  readonly State: unknown
}

/** A plain pair whose state is whatever its author says. */
export const userMade = <S>(
  name: string,
  init: (params: Tree) => S,
  update: (grads: Tree, state: S, params: Tree, extra: object) => readonly [Tree, S],
): Wrapped =>
  // the state is the author's own
  hide(plain<Anything>({ name, init, update: (g, s, p, extra) => update(g, s as S, p, extra) }))

/** What another transformation does with trees. */
export const asked = (
  tx: Wrapped,
  grads: Tree,
  state: unknown,
  params: Tree,
  extra: object = {},
): readonly [Tree, unknown] => tx.update(grads, state, params, extra)

/** Leaf by leaf, `null` where there is none. */
export const eachLeaf =
  (f: (x: tf.Tensor, path: string) => tf.Tensor | null) =>
  (tree: Tree, path = ''): Tree =>
    tree === null
      ? null
      : isLeaf(tree)
        ? f(tree, path)
        : Array.isArray(tree)
          ? tree.map((child: Tree, i) => eachLeaf(f)(child, `${path}/${i}`))
          : Object.fromEntries(
              Object.entries(tree).map(([key, child]: [string, Tree]) => [key, eachLeaf(f)(child, `${path}/${key}`)]),
            )

/** Two trees by their keys; one leaf stays as it is where the other has none. */
const bothLeaves =
  (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  (a: Tree, b: Tree): Tree => {
    if (a === null || b === null) return a ?? b
    if (isLeaf(a) || isLeaf(b)) return f(a as tf.Tensor, b as tf.Tensor) // as above
    const other: Readonly<Record<string, Tree>> = Object.fromEntries(Object.entries(b))
    const joined = Object.entries(a).map(([key, child]: [string, Tree]): readonly [string, Tree] => [
      key,
      bothLeaves(f)(child, other[key] ?? null),
    ])
    return Array.isArray(a) ? joined.map(([, child]) => child) : Object.fromEntries(joined)
  }

/** The leaves of a tree in the order of its keys, as users list them. */
export const listed = (tree: Tree): readonly tf.Tensor[] =>
  tree === null ? [] : isLeaf(tree) ? [tree] : Object.values(tree).flatMap((child: Tree) => listed(child))

export const times = (by: number): ((tree: Tree) => Tree) => eachLeaf((x) => tf.mul(x, by))
export const plus = bothLeaves((a, b) => tf.add(a, b))
export const minus = bothLeaves((a, b) => tf.sub(a, b))
export const noughts = eachLeaf((x) => tf.zerosLike(x))
export const nothing = eachLeaf(() => null)
export const number = (x: tf.Tensor): number => x.dataSync()[0] ?? Number.NaN
/** Whether every number is finite. */
export const fine = (x: tf.Tensor): boolean => [...x.dataSync()].every((y) => Number.isFinite(y))
