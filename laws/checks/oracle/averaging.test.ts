import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { scheduleFreeEvalParams } from '../../../src/averaging/scheduleFreeEvalParams.js'
import { at } from '../../../src/state/paths.js'
import { step } from '../../../src/transformation/step.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { backendName } from '../backend.js'
import { averagingCases } from './averagingCases.js'
import { flatNumbers, mapNumbers, type Nested, type Numbers, ofScale, shapeOf } from './optaxCases.js'

const leaf = (values: Nested): tf.Tensor => tf.tensor([...flatNumbers(values)], [...shapeOf(values)], 'float32')
// flat records of tensors
const tree = (numbers: Numbers): Tree => mapNumbers(leaf)(numbers) as Tree

/** The numbers of a flat record of tensors, in the order of the names of another. */
const numbersLike = (like: Numbers, found: unknown): readonly number[] =>
  Object.keys(like).flatMap((key) => [...((found as Readonly<Record<string, tf.Tensor>>)[key]?.dataSync() ?? [])])

const averageLike = (
  like: Numbers,
  path: readonly string[],
  { params, state }: { readonly params: Tree; readonly state: unknown },
): readonly number[] => {
  if (path[0] !== 'x') return numbersLike(like, at(state, path))
  const x = scheduleFreeEvalParams<Tree>(state as { readonly z: Tree; readonly b1: number }, params) // the state of scheduleFree
  const found = numbersLike(like, x)
  disposeExcept(x, [])
  return found
}

/** Reading back is what costs on WebGL. */
const watched = (t: number, last: number): boolean => backendName !== 'webgl' || t === last || t % 4 === 1

describe(`averages in float64, by ${backendName}`, () => {
  it.each(averagingCases.map((run) => [run.title, run] as const))('%s', (_, run) => {
    const before = tf.memory().numTensors
    const advance = step(run.tx)
    const initial = tree(run.initial)
    let now = { params: initial, state: run.tx.init(initial) }
    const errors: number[] = []
    run.steps.forEach(({ grads, params, extra = {}, average, after }, t) => {
      const [incoming, here] = [tree(grads), params === undefined ? now.params : tree(params)]
      const next = advance(incoming, now.state, here, extra)
      disposeExcept([now, incoming, here], next)
      now = next
      if (!watched(t, run.steps.length - 1)) return
      if (average !== undefined) errors.push(ofScale(averageLike(average, run.at, now), flatNumbers(average)))
      if (after !== undefined) errors.push(ofScale(numbersLike(after, now.params), flatNumbers(after)))
    })
    disposeExcept(now, [])
    expect(errors.length).toBeGreaterThan(0)
    expect(Math.max(...errors)).toBeLessThan(run.tolerance.float32)
    expect(tf.memory().numTensors).toBe(before)
  })
})
