import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { disposeExcept } from '../tree/disposeExcept.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { scaleByDistanceOverGradients } from './scaleByDistanceOverGradients.js'
import { scaleByDog } from './scaleByDog.js'

const rules: readonly (readonly [string, Transformation<Opaque>])[] = [
  ['scaleByDog, by its heuristic', scaleByDog({ initStep: ['heuristic', 0.01] }) as Transformation<Opaque>],
  ['scaleByDog, by a learning rate', scaleByDog({ initStep: ['learningRate', 0.01] }) as Transformation<Opaque>],
  ['scaleByDog, by a distance', scaleByDog({ initStep: ['distance', 0.01] }) as Transformation<Opaque>],
  ['scaleByDistanceOverGradients', scaleByDistanceOverGradients({ repsRel: 0.01 }) as Transformation<Opaque>],
]

/** Where a leaf is after two gradients, which came after so many steps without one. */
const after = (rule: Transformation<Opaque>, idle: number): readonly number[] => {
  const grad = tf.tensor1d([0.5, -1])
  const params = { w: tf.tensor1d([1, 2]) }
  let now: { readonly params: { readonly w: tf.Tensor1D }; readonly state: unknown } = {
    params,
    state: rule.init(params),
  }
  const first = now
  for (let t = 0; t < idle + 2; t++) {
    const old = now
    now = step(rule)({ w: t < idle ? null : grad }, old.state, old.params)
    if (old !== first) disposeExcept(old, [now, first])
  }
  const found = [...now.params.w.dataSync()]
  disposeExcept([now, first, grad], [])
  return found
}

describe('distances begin at the first gradient, however late it comes', () => {
  test.each(rules)('%s', (_name, rule) => {
    const fresh = after(rule, 0)
    expect(Math.abs((fresh[0] ?? 1) - 1)).toBeGreaterThan(1e-4)
    expect(after(rule, 1)).toEqual(fresh)
    expect(after(rule, 3)).toEqual(fresh)
  })
})
