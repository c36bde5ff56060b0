import { wrongArgument } from '../scalars/wrongArgument.js'
import { must } from '../scalars/must.js'
import { interpret } from './interpret.js'
import { sizeOf } from '../tree/sizeOf.js'
import type { LeafOperations } from './lifted.js'
import { binary, elementwise, meanings, type One, type Two } from './operations.js'
import type { Leaf } from '../tree/Tree.js'
import type { Executor } from './Work.js'

/** A leaf of the reference interpreters: float64 values, whatever they stand for. */
export interface ArrayLeaf {
  readonly shape: readonly number[]
  readonly dtype: 'float32'
  readonly values: Float64Array
}

/** An array leaf of a shape, from its values in row-major order. */
export const arrayLeaf = (values: ArrayLike<number>, shape: readonly number[]): ArrayLeaf => {
  for (const [name, given] of Object.entries({ values, shape }))
    if (!Array.isArray(given) && !ArrayBuffer.isView(given))
      throw wrongArgument(`arrayLeaf: ${name}`, 'an array of numbers', given, 'Pass e.g. arrayLeaf([0.5, -1], [2]).')
  return { shape, dtype: 'float32', values: Float64Array.from(values) }
}

/** Whether a leaf is of the reference interpreters; else it is a tensor. */
export const isArrayLeaf = (leaf: Leaf): leaf is ArrayLeaf => 'values' in leaf

/** The interpreters without a backend: float64, and the same rounded to float32 after each operation. */
export const referenceExecutor = (precision: 'float64' | 'float32'): Executor<ArrayLeaf> => {
  const round = precision === 'float64' ? (x: number) => x : Math.fround
  return interpret<ArrayLeaf>(operationsOf(round))
}

const operationsOf = (round: (x: number) => number): LeafOperations<ArrayLeaf> => {
  const at = (a: ArrayLeaf | number, i: number): number =>
    typeof a === 'number' ? a : must(a.values[a.values.length === 1 ? 0 : i], 'element of an array leaf')
  // Operands have the shape of the leaf, or are one number for it: the longer shape is the leaf's, and nothing wins
  // over one number.
  const shapeOf = (...all: readonly (ArrayLeaf | number)[]): readonly number[] =>
    all.reduce<readonly number[]>(
      (shape, a) => (typeof a !== 'number' && a.shape.length > shape.length ? a.shape : shape),
      [],
    )
  const fill = (shape: readonly number[], f: (i: number) => number): ArrayLeaf => {
    const values = new Float64Array(sizeOf(shape))
    for (let i = 0; i < values.length; i++) values[i] = f(i)
    return { shape, dtype: 'float32', values }
  }
  const meant =
    (op: One | Two) =>
    (a: ArrayLeaf | number, b: ArrayLeaf | number = a): ArrayLeaf =>
      fill(shapeOf(a, b), (i) => round(Number(meanings[op](at(a, i), at(b, i)))))
  return {
    round,
    operations: elementwise(meant, meant),
    where: (c, a, b) => fill(shapeOf(c, a, b), (i) => (at(c, i) === 1 ? at(a, i) : at(b, i))),
    sum: (a, size) => {
      let total = 0
      for (const x of a.values) total += x
      return fill([], () => round(a.values.length === size ? total : total * size))
    },
    norm: (all) => {
      let total = 0
      for (const { leaf, size } of all)
        if (typeof leaf === 'number') total += leaf ** 2 * size
        else {
          const times = leaf.values.length === size ? 1 : size
          for (const x of leaf.values) total += x * x * times
        }
      return fill([], () => round(Math.sqrt(total)))
    },
    largest: (a) => fill([], () => a.values.reduce((most, x) => binary.max(most, x), Number.NEGATIVE_INFINITY)),
    spread: (a, shape) => fill(shape, (i) => at(a, i)),
  }
}
