import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { tensorsOf } from '../src/tree/tensorsOf.js'
import type { Tree } from '../src/tree/Tree.js'
import { exactly, within } from './Agreement.js'
import { everyShape, trees } from './arbitraries/trees.js'
import { law } from './Law.js'
import { mapNumbers, type Numbers, numbersFrom, numbersIn, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { columnsOf } from './zipped.js'

/** Makes, of the gradient of a loss, an estimate of its Hessian's diagonal at parameters, by a key that it draws from. */
export type HessianDiagonal = (gradFn: (params: Tree) => Tree) => (params: Tree, key: number) => unknown

const keys = Array.from({ length: 64 }, (_, key) => key)
const sixteenths = fc.integer({ min: -16, max: 16 }).map((k) => k / 16)
const places = trees({ values: sixteenths, nulls: false })

/** The laws of an estimate of the diagonal of a Hessian, asked of quadratics: what `sophia` and its like divide by.
 *
 *  @example await checkLaws(hessianDiagonalLaws((gradFn) => hutchinsonDiagHessian({ gradFn }))) */
export const hessianDiagonalLaws = (estimate: HessianDiagonal): Suite => {
  /** At a place, for the gradient of a quadratic, the estimate by each of some keys. */
  const of = (spec: TreeSpec, gradient: Gradient, some: readonly number[]): readonly (readonly number[])[] => {
    const asked = estimate((params) => onNumbers(gradient)(params))
    return some.map((key) => tidily(() => valuesIn(numbersFrom(asked(tensorsFrom(spec), key)) as TreeSpec))) // a tree alike
  }
  return {
    name: 'diagonal of a Hessian',
    laws: [
      law(within(2e-3))(
        {
          name: 'a diagonal is found at once',
          equation: '∇f = h·p + c ⇒ e(p, key) = h, by any key',
          reason: 'the signs cancel: z·h·z = h',
          bug: 'a difference divided by ε and not by 2ε;  the gradient in the place of its change',
        },
        [places, fc.array(sixteenths, { minLength: 3, maxLength: 3 }), fc.nat({ max: 1000 })],
        (p, [a = 0, b = 0, c = 0], key) => {
          const h = (i: number): number => (i % 2 === 0 ? a : b) + i / 8
          const [found = []] = of(p, (x, i) => h(i) * x + c, [key])
          return { left: [found, 1], right: [found.map((_, i) => h(i)), 1] }
        },
      ),
      law(exactly)(
        {
          name: 'unbiased',
          equation: `Hᵢⱼ = w off the diagonal ⇒ |mean of e over ${keys.length} keys − Hᵢᵢ| ≤ 6·s/√${keys.length}, and s > 0`,
          reason:
            'what stands beside the diagonal comes with random signs, and averages out. By chance this fails once in 2·10⁸ elements',
          bug: 'one sign for a leaf, or the same for each leaf: sums of rows in the place of the diagonal;  signs of 0 and 1',
          share: 0.3,
          presumes: ['a diagonal is found at once'],
        },
        [places, fc.constantFrom(0.5, -1, 2)],
        (p, w) => {
          fc.pre(valuesIn(p).length > 1)
          const drawn = of(p, (x, i, all) => (1 + i / 4) * x + w * (all.reduce((sum, y) => sum + y, 0) - x), keys)
          const far = columnsOf(drawn).flatMap((column, i) => {
            const mean = column.reduce((sum, y) => sum + y, 0) / keys.length
            const spread = Math.sqrt(column.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (keys.length - 1))
            const fits = spread > 0.1 && Math.abs(mean - (1 + i / 4)) <= (6 * spread) / Math.sqrt(keys.length) + 2e-3
            return fits ? [] : [{ element: i, mean, diagonal: 1 + i / 4, spread }]
          })
          return { left: far, right: [] }
        },
      ),
      law(exactly)(
        {
          name: 'a function of the key',
          equation: 'e(p, key) is the same each time, and p stays as it was',
          reason: 'a run that is resumed goes on as it would have',
          bug: 'Math.random, or a count of calls, for the key',
          share: 0.5,
        },
        [places, fc.nat({ max: 1000 })],
        (p, key) => {
          const gradient: Gradient = (x, _, all) => x + all.reduce((sum, y) => sum + y, 0)
          const [first, , again] = of(p, gradient, [key, key + 1, key])
          return { left: again, right: first }
        },
      ),
      law(exactly)(
        {
          name: 'its own form',
          equation: 'e(p) is a tree like p, null where there is no gradient; p stays, and no tensor is left',
          reason: 'it is handed in with a step',
          bug: 'two gradients for each estimate that nobody disposed of',
          share: 0.5,
        },
        [trees({ values: sixteenths, shapes: everyShape }), fc.boolean()],
        (spec, missing) => {
          // the first leaf may be without a gradient
          const likewise = (f: (leaf: Numbers) => Numbers) => {
            let met = 0
            return mapNumbers((leaf) => (met++ === 0 && missing ? null : f(leaf)))
          }
          const before = tf.memory().numTensors
          const params = tensorsFrom(spec)
          const made = estimate((at) => tensorsFrom(likewise((leaf) => leaf)(numbersFrom(at) as TreeSpec)))(params, 1)
          const tensors = tensorsOf([params, made])
          const left = tf.memory().numTensors - before - tensors.length
          const found = { form: formOf(numbersFrom(made) as TreeSpec), left, params: numbersFrom(params) } // as above
          tf.dispose([...tensors])
          const form = likewise(({ shape }) => ({ shape, values: [] }))(spec)
          return { left: found, right: { form, left: 0, params: spec } }
        },
      ),
    ],
  }
}

/** The gradient's element at a place, from the parameter there, where it is, and all parameters. */
type Gradient = (x: number, i: number, all: readonly number[]) => number

const onNumbers =
  (gradient: Gradient) =>
  (params: Tree): Tree => {
    const spec = numbersFrom(params) as TreeSpec // parameters read back
    const all = valuesIn(spec)
    let i = 0
    return tensorsFrom(
      mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => gradient(x, i++, all)) }))(spec),
    )
  }

const formOf = mapNumbers(({ shape }) => ({ shape, values: [] }))
const valuesIn = (spec: TreeSpec): readonly number[] => numbersIn(spec).flatMap(({ values }) => values)
