/** @internal */

import { isArrayLeaf } from '../equation/reference.js'
import { axisLength } from '../tensors/axisLength.js'
import { sizeOf } from '../tree/sizeOf.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { skeletonOf, spell, pathAt, shapeAt } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import type { Axiswise } from './Axiswise.js'
import { axiswiseArrays } from './axiswiseArrays.js'
import { axiswiseTensors } from './axiswiseTensors.js'
import { tidied } from '../tensors/tidied.js'

/** Which axes of a gradient count examples: 0 is the first, -1 the last. */
export type ExampleAxes = number | readonly number[]

/** Gradients of single examples, as matrices: a row for each example. */
export interface Examples<L extends Leaf> {
  /** `null` where a parameter has no gradient. */
  readonly rows: readonly (L | null)[]
  /** How many there are: the same for every leaf; 0 where no leaf has a gradient. */
  readonly count: number
  /** Slots, by leaf. */
  readonly slots: readonly (readonly (L | null)[])[]
}

/** What is made of them: for each leaf a row of as many numbers (or `null`), and the slots in the order in which they
 *  came. */
export type ExampleRule = <L extends Leaf>(
  operations: Axiswise<L>,
  examples: Examples<L>,
) => { readonly updates: readonly (L | null)[]; readonly slots?: readonly (readonly (L | null)[])[] }

/** Runs a rule on the gradients of single examples: a tree of updates like the parameters, and the trees of slots. The
 *  same on tensors and on the arrays of the reference. */
export const examplewise =
  (name: string, axes: ExampleAxes, rule: ExampleRule) =>
  (updates: unknown, params: unknown, slots: readonly unknown[] = []): readonly unknown[] => {
    const skeleton = skeletonOf(params, 'params')
    const read = (tree: unknown, where: string) =>
      leavesOf<Leaf>(skeleton, tree, { where, nullable: true, alike: false })
    const given = read(updates, 'grads')
    const placed = given.map((leaf, i) =>
      leaf === null ? null : axesOf(name, leaf, shapeAt(skeleton, i), axes, pathAt(skeleton, i)),
    )
    const count = sameCount(name, placed, skeleton.paths)
    const run = <L extends Leaf>(O: Axiswise<L>): readonly (readonly (Leaf | null)[])[] => {
      const rows = placed.map((place) => (place === null ? null : matrixOf<L>(O, place)))
      const made = rule(O, { rows, count, slots: slots.map((tree, s) => read(tree, `slot ${s}`) as (L | null)[]) })
      const shaped = (list: readonly (L | null)[]) =>
        list.map((leaf, i) => {
          const shape = shapeAt(skeleton, i)
          return leaf === null ? null : O.reshape(leaf, shape)
        })
      // an aggregate without slots makes none
      return [shaped(made.updates), ...(made.slots ?? []).map(shaped)]
    }
    const lists = given.some((leaf) => leaf !== null && isArrayLeaf(leaf))
      ? run(axiswiseArrays)
      : tidied(() => run(axiswiseTensors))
    return lists.map((list) => buildTree(skeleton, list))
  }

/** Where the examples and the rest of a gradient lie. */
interface Place {
  readonly leaf: Leaf
  readonly examples: readonly number[]
  readonly rest: readonly number[]
  readonly count: number
}

const axesOf = (name: string, leaf: Leaf, shape: readonly number[], axes: ExampleAxes, path: string): Place => {
  const examples = [axes].flat().map((axis) => (axis < 0 ? axis + leaf.shape.length : axis))
  const rest = leaf.shape.map((_, axis) => axis).filter((axis) => !examples.includes(axis))
  const left = rest.map((axis) => leaf.shape[axis])
  if (
    leaf.dtype !== 'float32' ||
    examples.some((axis) => leaf.shape[axis] === undefined) ||
    left.length !== shape.length ||
    left.some((n, i) => n !== shape[i])
  )
    throw new TreeMismatch({
      where: 'grads',
      path,
      expected: `float32 gradients of single examples, for ${name}: [${shape.join(', ')}], with axes of examples beside it at ${[axes].flat().join(', ')}`,
      found: spell(leaf),
      hint: 'Stack one gradient for each example, or leave this part out where gradients are of the whole batch.',
    })
  return { leaf, examples, rest, count: sizeOf(examples.map((axis) => axisLength(leaf, axis))) }
}

const sameCount = (name: string, placed: readonly (Place | null)[], paths: readonly string[]): number => {
  const first = placed.findIndex((place) => place !== null)
  const count = placed[first]?.count ?? 0 // no leaf has a gradient
  placed.forEach((place, i) => {
    if (place !== null && (place.count !== count || place.count === 0))
      throw new TypeError(
        `${name}: ${paths[i] || 'the root'} has ${place.count} examples, expected ${count === 0 ? 'at least one' : `${count}, as ${paths[first] || 'the root'} has`}. Pass the gradients of the same examples for every leaf.`,
      )
  })
  return count
}

const matrixOf = <L extends Leaf>(O: Axiswise<L>, { leaf: given, examples, rest, count }: Place): L => {
  const leaf = given as L // all leaves are of one kind
  const order = [...examples, ...rest]
  const inOrder = order.every((axis, i) => axis === i) ? leaf : O.transpose(leaf, order)
  return O.reshape(inOrder, [count, sizeOf(rest.map((axis) => axisLength(leaf, axis)))])
}
