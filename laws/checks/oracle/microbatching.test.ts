/// <reference types="vite/client" />
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { Accumulations } from '../../../src/microbatching/Accumulator.js'
import { microbatch } from '../../../src/microbatching/microbatch.js'
import { microGrad } from '../../../src/microbatching/microGrad.js'
import { microVmap } from '../../../src/microbatching/microVmap.js'
import { reshapeBatchAxis } from '../../../src/microbatching/reshapeBatchAxis.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { treeNorm } from '../../../src/tensors/treeNorm.js'
import { backendName } from '../backend.js'
import text from './microbatching.json?raw'
import {
  apart,
  largest,
  numbersIn,
  sortedNumbers,
  sortedValues,
  tensorOf,
  type Written,
  type WrittenTree,
} from './written.js'

/** A microbatched function of the real optax. */
interface MicrobatchingCase {
  readonly fun: 'reshapeBatchAxis' | 'microbatch' | 'microVmap' | 'microGrad'
  readonly of?: string
  readonly x: Written
  readonly y?: Written
  readonly params?: Written
  readonly microbatchSize: number | null
  readonly axis?: number
  readonly accumulator?: Accumulations
  readonly numRealMicrobatches?: number
  readonly transform?: string
  readonly value?: WrittenTree
  readonly gradients?: Written
  readonly values?: Written
  readonly metricValues?: Written
  readonly throws?: boolean
}

// The file is this repository's own; a case that is not one fails the test that reads it.
const { cases } = JSON.parse(text) as { readonly cases: readonly MicrobatchingCase[] }

const functions: Readonly<Record<string, (x: tf.Tensor) => Tree>> = {
  '{ total: sum of x^2, column: sum over rows }': (x) => ({ total: tf.sum(tf.square(x)), column: tf.sum(x, 0) }),
  '{ total: sum of x^2, rows: sum of each row }': (x) => ({ total: tf.sum(tf.square(x)), rows: tf.sum(x, 1) }),
  'sum over rows': (x) => tf.sum(x, 0),
  'sum of squares of a row': (x) => tf.sum(tf.square(x)),
}

type Grads = tf.Tensor | null
const transforms: Readonly<Record<string, ((g: Grads) => Tree) | undefined>> = {
  none: (g) => g,
  "clip each example's gradient to norm 0.5": (g) =>
    g === null ? g : tf.mul(g, tf.minimum(1, tf.div(0.5, tf.norm(g)))),
  '[g, g^2]': (g) => (g === null ? g : [tf.clone(g), tf.square(g)]),
}

/** ½ mean (x·w − y)² */
const loss = (w: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
  const error = tf.sub(tf.sum(tf.mul(x, w), -1), y)
  return tf.mul(0.5, tf.mean(tf.mul(error, error)))
}

const run = (one: MicrobatchingCase): unknown => {
  const { fun, microbatchSize, accumulator, numRealMicrobatches, axis } = one
  const x = tensorOf(one.x)
  const options = {
    microbatchSize,
    ...(accumulator === undefined ? {} : { accumulator }),
    ...(numRealMicrobatches === undefined ? {} : { numRealMicrobatches }),
  }
  if (fun === 'reshapeBatchAxis')
    return reshapeBatchAxis(x, { microbatchSize: microbatchSize ?? 0, ...(axis === undefined ? {} : { axis }) })
  const f = functions[one.of ?? 'sum over rows']
  if (fun === 'microbatch' && f !== undefined) return microbatch(f, { ...options, argnums: 0 })(x)
  if (fun === 'microVmap' && f !== undefined) return microVmap(f, options)(x)
  const transformFn = transforms[one.transform ?? '']
  if (transformFn === undefined || one.params === undefined || one.y === undefined) throw new Error(`no case of ${fun}`)
  const metricsFn = (g: Grads) => treeNorm(g)
  const { grads, values, metrics } = microGrad(loss, { ...options, batchArgnums: [1, 2], transformFn, metricsFn })(
    tensorOf(one.params),
    x,
    tensorOf(one.y),
  )
  return { gradients: grads, metricValues: metrics, values }
}

describe(`microbatching of optax in float64, by ${backendName}`, () => {
  it.each(
    cases.map((one, i) => [`${i} ${one.fun} ${one.microbatchSize} ${JSON.stringify(one.accumulator)}`, one] as const),
  )('%s', (_, one) => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      if (one.throws === true) {
        expect(() => run(one)).toThrow(/must be a multiple of microbatchSize, found 6 and/)
        return
      }
      const wanted =
        one.value === undefined
          ? [one.gradients ?? [], one.metricValues ?? [], one.values ?? []].flatMap(numbersIn)
          : sortedNumbers(one.value)
      expect(apart(sortedValues(run(one)), wanted) / Math.max(1, largest(wanted))).toBeLessThan(2e-6)
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('has all of its cases', () => {
    expect(cases).toHaveLength(57)
  })
})
