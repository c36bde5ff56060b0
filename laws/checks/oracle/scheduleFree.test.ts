import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { scheduleFreeEvalParams } from '../../../src/averaging/scheduleFreeEvalParams.js'
import { step } from '../../../src/transformation/step.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { backendName } from '../backend.js'
import { flatNumbers, mapNumbers, type Nested, type Numbers, ofScale, shapeOf } from './optaxCases.js'
import { scheduleFreeRuns } from './scheduleFreeCases.js'

const leaf = (values: Nested): tf.Tensor => tf.tensor([...flatNumbers(values)], [...shapeOf(values)], 'float32')
// records of tensors
const tree = (numbers: Numbers): Tree => mapNumbers(leaf)(numbers) as Tree
/** The numbers of a tree of tensors, in the order of the names of another. */
const numbersLike = (like: Numbers | Nested, found: unknown): readonly number[] =>
  typeof like === 'number' || Array.isArray(like)
    ? [...(found as tf.Tensor).dataSync()]
    : Object.entries(like).flatMap(
        ([key, child]) => numbersLike(child, (found as Readonly<Record<string, unknown>>)[key]), // of the same structure
      )

describe(`schedule-free in float64, by ${backendName}`, () => {
  it.each(scheduleFreeRuns.map((run) => [run.title, run] as const))('%s', (_, run) => {
    const before = tf.memory().numTensors
    const tx = run.tx() as Transformation<Opaque> // what it needs is handed to it
    const params = tree(run.params)
    let now = { params, state: tx.init(params) }
    const errors = run.trajectory.flatMap((wanted, i) => {
      const grads = tree(run.grads(i, {}))
      const next = step(tx)(grads, now.state, now.params)
      disposeExcept([now, grads], next)
      now = next
      if (backendName === 'webgl' && i > 0 && i < run.trajectory.length - 1) return []
      const x = scheduleFreeEvalParams(now.state as { readonly z: Tree; readonly b1: number }, now.params) // the state of scheduleFree
      const evaluated = numbersLike(run.evalParams[i] ?? {}, x)
      disposeExcept(x, [])
      return [
        ofScale(numbersLike(wanted, now.params), flatNumbers(wanted)),
        ofScale(evaluated, flatNumbers(run.evalParams[i] ?? {})),
      ]
    })
    disposeExcept(now, [])
    expect(errors.length).toBeGreaterThan(3)
    expect(Math.max(...errors)).toBeLessThan(run.rounded)
    expect(tf.memory().numTensors).toBe(before)
  })
})
