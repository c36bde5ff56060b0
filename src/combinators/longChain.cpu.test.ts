import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import type { Arithmetic } from '../equation/Arithmetic.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { scale } from '../transforms/scale.js'
import { trace } from '../transforms/trace.js'
import { emitKernel } from '../engine/wasm/emitKernel.js'
import { heapPlanOf } from '../engine/fused/HeapPlan.js'
import { planOf } from '../engine/plan/planOf.js'
import { chain } from './chain.js'

const steps = (optimizer: Transformation<Opaque>): readonly (readonly number[])[] => {
  const params = { w: tf.tensor1d([1, 2, 3]) }
  const grads = { w: tf.tensor1d([0.5, -1, 2]) }
  const next = step(optimizer)
  const one = next(grads, optimizer.init(params), params)
  const two = next(grads, one.state, one.params)
  return [one, two].map(({ params: { w } }) => Array.from(w.dataSync()))
}

test('a chain of 600 parts is one pass, and steps like the product of them', () => {
  const long = chain(...Array.from({ length: 600 }, (_, i) => scale({ stepSize: i % 2 === 0 ? 2 : 0.5 })))
  expect(steps(long as unknown as Transformation<Opaque>)).toEqual([
    [1.5, 1, 5],
    [2, 0, 7],
  ])
})

test('a chain with more slots than a kernel has parameters steps all the same', () => {
  const wide = chain(...Array.from({ length: 600 }, () => trace({ decay: 0 })))
  expect(steps(wide as unknown as Transformation<Opaque>)).toEqual([
    [1.5, 1, 5],
    [2, 0, 7],
  ])
})

/** How many elements are copied by spreading. */
const spread = (f: () => unknown): number => {
  let count = 0
  const { [Symbol.iterator]: iterate } = Array.prototype
  // oxlint-disable-next-line no-extend-native -- counted while the test runs, and put back
  Array.prototype[Symbol.iterator] = function (this: readonly unknown[]) {
    count += this.length
    return iterate.call(this)
  }
  try {
    f()
  } finally {
    // oxlint-disable-next-line no-extend-native -- counted while the test runs, and put back
    Array.prototype[Symbol.iterator] = iterate
  }
  return count
}

test('what is done to emit a kernel grows with its length: no expression is deep', () => {
  const plan = (parts: number) => {
    const one = equation({ name: 'one' })(<A, B>(A: Arithmetic<A, B>) => ({ update }: { readonly update: A }) => ({
      update: A.add(A.mul(update, A.lit(2)), A.lit(1)),
    }))
    const segments = one.anatomy.plan({}, { updates: null, params: null, extra: undefined }).segments
    const stages = Array.from({ length: parts }, () => segments).flatMap((list) =>
      list.flatMap((segment) => (segment.kind === 'stage' ? [segment] : [])),
    )
    const skeleton = { frame: 0, paths: [''], shapes: [[3]], dtypes: ['float32'] } as const
    const leaf = { shape: [3], dtype: 'float32' }
    const { outline } = planOf({
      stages,
      mode: 'update',
      skeleton,
      scalars: stages.map(() => ({})),
      updates: [leaf],
      params: [leaf],
      slots: stages.map(() => ({})),
      donate: false,
    })
    return heapPlanOf(outline)
  }
  const work = (parts: number) => {
    const kernel = plan(parts).classes[0]?.map.kernel
    if (kernel === undefined) throw new Error('no kernel')
    return spread(() => emitKernel(kernel, { simd: true, shared: false }))
  }
  expect(work(400) / work(200)).toBeLessThan(2.5) // 4 where expressions are nested in each other
})
