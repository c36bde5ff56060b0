import fc from 'fast-check'
import type { Arithmetic } from '../../../src/equation/Arithmetic.js'
import { perLeaf, perTree, zeros } from '../../../src/equation/Slot.js'
import { checkedEquation as equation } from '../../../src/transformation/checkedEquation.js'

/** A random equation: each number takes two earlier values. All operations keep values small and are smooth enough to
 *  compare. */
export interface Recipe {
  readonly body: readonly (readonly [op: number, a: number, b: number])[]
  readonly results: readonly number[]
}

const operations = 15

export const recipe = fc.record<Recipe>({
  body: fc.array(fc.tuple(fc.nat(operations - 1), fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 8 }),
  results: fc.array(fc.nat(99), { minLength: 3, maxLength: 3 }),
})

const combined = <A, B>(A: Arithmetic<A, B>, op: number, a: A, b: A): A => {
  const one = A.lit(1)
  const mean = (x: A): A => A.div(A.leafSum(x), A.max(A.leafSize(), one))
  switch (op) {
    case 0:
      return A.tanh(A.add(a, b))
    case 1:
      return A.mul(a, b)
    case 2:
      return A.max(a, b)
    case 3:
      return A.min(a, b)
    case 4:
      return A.sub(A.abs(a), A.abs(b))
    case 5:
      return A.sqrt(A.add(A.abs(a), one))
    case 6:
      return A.div(a, A.add(one, A.abs(b)))
    case 7:
      return A.exp(A.neg(A.abs(a)))
    case 8:
      return A.log(A.add(A.abs(b), one))
    case 9:
      return A.pow(A.add(one, A.abs(a)), A.tanh(b))
    case 10:
      return mean(a)
    case 11:
      return A.leafMax(A.abs(a))
    case 12:
      return A.div(A.treeSum(a), A.add(one, A.treeSum(A.abs(b))))
    case 13:
      return A.where(A.and(A.isFinite(a), A.not(A.isNaN(b))), A.mul(A.lit(0.5), a), b)
    default:
      return A.mul(A.sign(A.add(A.abs(a), one)), b)
  }
}

/** The recipe as a transformation with slots of every reach. */
export const equationOf = ({ body, results }: Recipe, k: number) =>
  equation({ name: `random${k}`, slots: { element: zeros, leaf: perLeaf(0.5), tree: perTree(0.25) } })(
    (A) =>
      ({ update, param, element, leaf, tree }) => {
        const values = [update, param, element, leaf, tree]
        const pick = (i: number) => values[i % values.length] ?? update
        for (const [op, a, b] of body) values.push(combined(A, op, pick(a), pick(b)))
        const [x = update, y = update, z = update] = results.map((i) => pick(values.length - 1 - (i % 3)))
        return {
          update: A.tanh(x),
          element: A.tanh(A.add(y, element)),
          leaf: A.tanh(A.leafMax(z)),
          tree: A.div(A.treeSum(z), A.add(A.lit(1), A.treeSum(A.add(A.abs(z), A.abs(y))))),
        }
      },
  )
