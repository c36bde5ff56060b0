import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adam } from '../../optimizers/adam.js'
import { step } from '../../transformation/step.js'
import { backendOf } from './Backend.js'
import { contextOf } from './Context.js'

const context = () => {
  const backend = backendOf(tf.backend())
  if ('why' in backend) throw new Error(backend.why)
  return contextOf(backend)
}

/** Counts the programs of a context that are made and deleted. */
const counted = (gl: WebGL2RenderingContext) => {
  const counts = { made: 0, deleted: 0 }
  const [create, remove] = [gl.createProgram.bind(gl), gl.deleteProgram.bind(gl)]
  gl.createProgram = () => {
    counts.made++
    return create()
  }
  gl.deleteProgram = (program) => {
    counts.deleted++
    remove(program)
  }
  return {
    counts,
    restore: () => {
      gl.createProgram = create
      gl.deleteProgram = remove
    },
  }
}

const text = (i: number): string =>
  `#version 300 es\nprecision highp float;\nout vec4 color;\nvoid main() { color = vec4(${i}.0); }`

test('programs that were not asked for the longest are deleted, and made anew when they are needed', () => {
  const { gl, program } = context()
  const params = { w: tf.tensor1d([1, 2, 3]) }
  const grads = { w: tf.tensor1d([1, -1, 0.5]) }
  const optimizer = adam({ learningRate: 0.1 })
  const next = step(optimizer)
  const state = optimizer.init(params)
  const first = next(grads, state, params)
  const { counts, restore } = counted(gl)
  try {
    for (let i = 0; i < 300; i++) program(text(i))
    expect(counts.made).toBe(300)
    expect(counts.made - counts.deleted).toBeLessThanOrEqual(256)
    const made = counts.made
    for (let i = 299; i > 200; i--) program(text(i))
    expect(counts.made).toBe(made)
    // The programs of the step are among those that went.
    const again = next(grads, state, params)
    expect(counts.made).toBeGreaterThan(made)
    expect(Array.from(again.params.w.dataSync())).toEqual(Array.from(first.params.w.dataSync()))
    const after = counts.made
    next(grads, state, params)
    expect(counts.made).toBe(after)
  } finally {
    restore()
  }
})

test('programs are the same for all sets of null gradients with the same kinds of leaves', () => {
  const names = Array.from({ length: 6 }, (_, i) => `w${i}`)
  const tree = Object.fromEntries(names.map((name) => [name, tf.tensor2d([[1, 2, 3]])]))
  const optimizer = adam({ learningRate: 0.1 })
  const next = step(optimizer)
  const state = optimizer.init(tree)
  const some = (n: number) =>
    Object.fromEntries(Object.entries(tree).map(([name, leaf], i) => [name, ((n >> i) & 1) === 1 ? leaf : null]))
  next(some(1) as unknown as typeof tree, state, tree) // `null`: no gradient here
  const { counts, restore } = counted(context().gl)
  try {
    for (let n = 2; n < 63; n++) next(some(n) as unknown as typeof tree, state, tree)
    expect(counts).toEqual({ made: 0, deleted: 0 })
  } finally {
    restore()
  }
})
