import { sizeOf } from '../../tree/sizeOf.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { transformations } from '../../../laws/arbitraries/transformations.js'
import { equationOf, recipe } from '../../../laws/checks/engine/randomEquation.js'
import { leavesIn, offBy } from '../../../laws/checks/engine/offBy.js'
import { layouts, numbersIn } from '../../../laws/checks/engine/webglLayouts.js'
import { whole } from '../../../laws/checks/part.js'
import { withMovingAverage } from '../../averaging/withMovingAverage.js'
import { chain } from '../../combinators/chain.js'
import { arrayLeaf, type ArrayLeaf } from '../../equation/reference.js'
import { reference } from '../../transformation/reference.js'
import { step } from '../../transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../../transformation/Transformation.js'
import { tensorsOf } from '../../tree/tensorsOf.js'
import { chooseExecutor } from '../chooseExecutor.js'

const steps = whole ? 12 : 3

const shape = fc.constantFrom<readonly number[]>([], [1], [5], [3, 3], [2, 3, 5], [64, 2], [2, 1, 3, 2, 3], [0], [9001])

const run = fc.record({
  sizes: fc.array(shape, { minLength: 1, maxLength: whole ? 4 : 3 }),
  layout: fc.nat(Object.keys(layouts).length - 1),
  seed: fc.nat(),
})

type Run = typeof run extends fc.Arbitrary<infer R> ? R : never

/** Some steps on random numbers; the leaves' gradients take turns in the layouts. */
const trained = (tx: AnyTransformation, { sizes, layout, seed }: Run, least = 0): number => {
  let s = seed
  const numbers = (size: readonly number[]) =>
    Float32Array.from({ length: sizeOf(size) }, () => (s = (Math.imul(s, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1)
  const places = Object.values(layouts)
  const start = sizes.map(numbers)
  // The first leaf has no gradient if there are several: another class of leaves.
  const grads = Array.from({ length: steps }, () =>
    sizes.map((size, i) =>
      i === 0 && sizes.length > 2 ? null : (places[(layout + i) % places.length]?.(numbers(size), size) ?? null),
    ),
  )
  const arrays = grads.map((list) => list.map((t, i) => t && arrayLeaf(numbersIn(t), sizes[i] ?? [])))
  const exactly = (precision: 'float64' | 'float32') => {
    const oracle = reference(tx, precision)
    const params: unknown = start.map((values, i) => arrayLeaf(values, sizes[i] ?? []))
    return leavesIn<ArrayLeaf>(
      arrays.reduce((now, g) => oracle.step(g, now.state, now.params), { params, state: oracle.init(params) }),
    )
  }
  const wanted = exactly('float64')
  // Where correct rounding alone goes astray, no machine can be asked for more.
  const isWellConditioned =
    offBy(
      exactly('float32').map(({ values }) => values),
      wanted,
      least,
    ) <= 2.5e-7
  if (!isWellConditioned) tensorsOf(grads).forEach((t) => t.dispose())
  fc.pre(isWellConditioned)
  const any = tx as Transformation<Opaque> // only passed on: its state's type is not needed
  const advance = step(any)
  const found = tf.tidy(() => {
    const params: readonly tf.Tensor[] = start.map((values, i) => tf.tensor(values, [...(sizes[i] ?? [])]))
    const end = grads.reduce((now, g) => advance(g, now.state, now.params), { params, state: any.init(params) })
    return tensorsOf([end.params, end.state]).map((t) => t.dataSync())
  })
  tensorsOf(grads).forEach((t) => t.dispose())
  return offBy(found, wanted, least)
}

/** By default one at a time: a program of two takes as long to compile as all else here. */
const equations = fc
  .array(recipe, { minLength: 1, maxLength: whole ? 2 : 1 })
  .map((recipes) => chain(...(recipes.map(equationOf) as [ReturnType<typeof equationOf>]))) // one at least

test.each<{ readonly of: string; readonly txs: fc.Arbitrary<AnyTransformation>; readonly least: number }>([
  // Their numbers are of the order of 1; a sum of them may cancel.
  { of: 'random equations', txs: equations, least: 1 },
  { of: 'the library with a moving average', txs: transformations.map(withMovingAverage({ decay: 0.9 })), least: 0 },
])(`chains of $of, ${steps} steps, gradients in every layout: within 1e-6 of scale of float64`, ({ txs, least }) => {
  expect(chooseExecutor().name).toBe('webgl')
  const start = tf.memory().numTensors
  fc.assert(
    fc.property(txs, run, (tx, given) => {
      expect(trained(tx, given, least)).toBeLessThanOrEqual(1e-6)
      expect(tf.memory().numTensors).toBe(start)
    }),
    { numRuns: whole ? 16 : 1 },
  )
})
