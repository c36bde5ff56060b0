import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { hide } from '../combinators/transformations.js'
import { arrayLeaf, type ArrayLeaf } from '../equation/reference.js'
import { reference } from '../transformation/reference.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import * as optimizers from './index.js'

const learningRate = 0.1
const [long, short] = [1025, 2]

/** Optimizers that look at matrices, and whether the short side has a matrix in their state; the long one has none.
 *  `from` is where their numbers begin: with the default ε, a turned gradient that is a millionth of its row is noise. */
const rows: Readonly<Record<string, readonly [tx: Transformation<Opaque>, bases: boolean, from?: number]>> = {
  soap: [hide(optimizers.soap({ learningRate, eps: 1e-3, preconditionFrequency: 2 })), true],
  // a few on WebGL
  ...(backendName === 'webgl'
    ? {}
    : { 'soap, the default ε': [hide(optimizers.soap({ learningRate, preconditionFrequency: 2 })), true, 200] }),
  kron: [hide(optimizers.kron({ learningRate, momentum: 0.5 })), true],
  muon: [hide(optimizers.muon({ learningRate })), false],
} // prettier-ignore

/** Ordinary numbers, the same each time. */
const seeded = (seed: number): Float64Array =>
  Float64Array.from({ length: long * short }, (_, i) =>
    Math.fround(Math.sin(1 + i * 12.9898 + seed * 78.233) + 0.25 * Math.cos(i * seed)),
  )

const shapesIn = (state: unknown): readonly string[] => {
  const shapes = new Set<string>()
  JSON.stringify(state, (_, x: unknown) => {
    if (x instanceof tf.Tensor) shapes.add(x.shape.join())
    return x instanceof tf.Tensor ? null : x
  })
  return [...shapes].filter((shape) => shape !== '').toSorted()
}

test.each(Object.entries(rows))('a side above 1024, as in the float64 reference: %s', (_, [tx, bases, from = 0]) => {
  const before = tf.memory().numTensors
  const exact = reference(tx, 'float64')
  for (const shape of [
    [long, short],
    [short, long],
  ] as const) {
    const start = { k: arrayLeaf(seeded(from), shape) }
    const params = { k: tf.tensor(Float32Array.from(seeded(from)), [...shape]) }
    let there: ReturnType<typeof exact.step> = { params: start, state: exact.init(start) }
    let now = { params, state: tx.init(params) }
    const shapes = shapesIn(now.state)
    expect(shapes).not.toContain('1025,1025')
    expect(shapes.includes('2,2')).toBe(bases)
    for (let i = 1; i <= 4; i++) {
      const grads = { k: tf.tensor(Float32Array.from(seeded(from + i)), [...shape]) }
      const next = step(tx)(grads, now.state, now.params)
      disposeExcept([now, grads], next)
      now = next
      there = exact.step({ k: arrayLeaf(seeded(from + i), shape) }, there.state, there.params)
    }
    const [found, { values }] = [now.params.k.dataSync(), (there.params as { readonly k: ArrayLeaf }).k] // as it started
    const moved = values.reduce((most, x, i) => Math.max(most, Math.abs(x - (start.k.values[i] ?? 0))), 0)
    const apart = values.reduce((most, x, i) => Math.max(most, Math.abs(x - (found[i] ?? Number.NaN))), 0)
    expect(moved).toBeGreaterThan(0.01)
    expect(apart).toBeLessThan(6e-6 * Math.max(...values.map(Math.abs)))
    disposeExcept(now, [])
  }
  expect(tf.memory().numTensors).toBe(before)
})
