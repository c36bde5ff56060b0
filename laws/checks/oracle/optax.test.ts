import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { step } from '../../../src/transformation/step.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { tensorsOf } from '../../../src/tree/tensorsOf.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { backendName } from '../backend.js'
import {
  builtCase,
  flatNumbers,
  mapNumbers,
  ofScale,
  optaxCases,
  shapeOf,
  type Nested,
  type OptaxCase,
} from './optaxCases.js'

const leaf = (values: Nested): tf.Tensor => tf.tensor([...flatNumbers(values)], [...shapeOf(values)], 'float32')

/** Reading back is what costs on WebGL: there the first steps and the last tell. */
const watched = backendName === 'webgl' ? [0, 1, 5, 11] : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]

/** What more options of equations do is the same on every backend; what looks along axes runs each backend's own
 *  operations. */
const wanted = ({ kind, title }: OptaxCase): boolean =>
  backendName !== 'webgl' || kind !== 'more' || /sm3|adafactor|factored|adaptive|centralize/i.test(title)

const tolerance = ({ chain: [first] }: OptaxCase): number =>
  first?.name === 'sgd' || first?.name === 'adam' ? 1e-6 : 6e-6

describe(`optax in float64, by ${backendName}`, () => {
  it.each(optaxCases.filter(wanted).map((run) => [run.title, run] as const))('%s', (_, run) => {
    const before = tf.memory().numTensors
    const tx = builtCase(run)
    const params = mapNumbers(leaf)(run.params) as Tree // nested records of tensors
    let now = { params, state: tx.init(params) }
    const errors = run.grads.flatMap((numbers, i) => {
      const grads = mapNumbers(leaf)(numbers) as Tree // as above
      const next = step(tx)(grads, now.state, now.params, { value: run.values?.[i] ?? 0 })
      disposeExcept([now, grads], next)
      now = next
      const found = watched.includes(i) ? tensorsOf(now.params).flatMap((x) => [...x.dataSync()]) : []
      return watched.includes(i) ? [ofScale(found, flatNumbers(run.trajectory[i] ?? {}))] : []
    })
    disposeExcept(now, [])
    expect(Math.max(...errors)).toBeLessThan(tolerance(run))
    expect(errors).toHaveLength(watched.filter((i) => i < run.grads.length).length)
    expect(tf.memory().numTensors).toBe(before)
  })
})
