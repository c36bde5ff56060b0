import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Tree } from '../tree/Tree.js'
import { scale } from '../transforms/scale.js'
import { plain } from './plain.js'
import { step } from './step.js'
import type { Opaque, StateLambda, Transformation } from './Transformation.js'

type Update = (updates: Tree, state: Kept, params: Tree) => readonly [Tree, Kept]
interface Keeping extends StateLambda {
  readonly State: Kept
}
interface Kept {
  readonly m: Tree
}

const zeros = mapTree((leaf) => tf.zerosLike(leaf))
const doubled = mapTree((leaf) => tf.mul(leaf, 2))

/** What an author of a plain transformation may return: one tensor in several places, or what it was given. */
const ways: Readonly<Record<string, Update>> = {
  'an update that is also in the state': (u) => {
    const m = doubled(u)
    return [m, { m }]
  },
  'the parameters as updates': (_u, s, p) => [p, s],
  'the parameters as updates and in the state': (_u, _s, p) => [p, { m: p }],
  'the gradients in the state': (u) => [u, { m: u }],
  'the gradients in the state, other updates': (u) => [doubled(u), { m: u }],
  'the old state as updates, a new state': (u, s) => [s.m, { m: doubled(u) }],
  'the old state as updates, and kept': (_u, s) => [s.m, s],
  'one tensor as both updates': (u) => {
    const { a } = u as { readonly a: tf.Tensor } // the tree below
    const one = tf.mul(a, 2)
    return [{ a: one, b: one }, { m: { a: one, b: one } }]
  },
}

const surroundings: Readonly<Record<string, (tx: Transformation<Opaque>) => Transformation<Opaque>>> = {
  alone: (tx) => tx,
  'after an equation': (tx) => chain(scale({ stepSize: 0.5 }), tx) as unknown as Transformation<Opaque>,
  'before an equation': (tx) => chain(tx, scale({ stepSize: 0.5 })) as unknown as Transformation<Opaque>,
  'twice, under a mask': (tx) =>
    masked({ mask: { a: true, b: false } })(chain(tx, tx)) as unknown as Transformation<Opaque>,
}

const values = (value: unknown) => tensorsOf(value).map((t) => [...t.dataSync()])
const leaves = (x: number): { readonly a: tf.Tensor; readonly b: tf.Tensor } => ({
  a: tf.tensor1d([x, 2]),
  b: tf.tensor1d([3, -x]),
})

for (const [way, update] of Object.entries(ways))
  for (const [where, within] of Object.entries(surroundings)) {
    const optimizer = within(
      plain<Keeping>({ name: 'sharing', init: (p) => ({ m: zeros(p) }), update }) as unknown as Transformation<Opaque>,
    )
    if (where.includes('mask') && way.includes('both')) continue // reads a leaf that the mask hides

    test(`${way}, ${where}: nothing of the user's is disposed, and each tensor can be disposed alone`, () => {
      const before = tf.memory().numTensors
      const results = [false, true].map((donate) => {
        const start = leaves(1)
        let now: { params: typeof start; state: unknown } = {
          params: donate ? mapTree((leaf) => tf.clone(leaf))(start) : start,
          state: optimizer.init(start),
        }
        for (let i = 0; i < 3; i++) {
          const grads = leaves(i + 4)
          const next = step(optimizer, { donate })(grads, now.state, now.params)
          if (!donate) {
            for (const tensor of tensorsOf([grads, now])) expect(tensor.isDisposed).toBe(false)
            disposeExcept(now, [next, start])
          }
          expect(tensorsOf(grads).every((tensor) => !tensor.isDisposed)).toBe(true)
          disposeExcept(grads, [])
          for (const tensor of tensorsOf(next)) expect(tensor.isDisposed).toBe(false)
          now = next
        }
        const found = values([now.params, now.state])
        disposeExcept([now, start], [])
        return found
      })
      expect(results[1]).toEqual(results[0])
      expect(tf.memory().numTensors).toBe(before)
    })

    test(`${way}, ${where}: updates can be disposed without the state`, () => {
      const before = tf.memory().numTensors
      const params = leaves(1)
      let state: unknown = optimizer.init(params)
      for (let i = 0; i < 3; i++) {
        const grads = leaves(i + 4)
        const [updates, next] = optimizer.update(grads, state, params)
        expect(tensorsOf([grads, params]).every((tensor) => !tensor.isDisposed)).toBe(true)
        disposeExcept([updates, grads], params)
        disposeExcept(state, next)
        for (const tensor of tensorsOf([params, next])) expect(tensor.isDisposed).toBe(false)
        state = next
      }
      disposeExcept([params, state], [])
      expect(tf.memory().numTensors).toBe(before)
    })
  }

test('a state that begins as the parameters is a copy of them', () => {
  const before = tf.memory().numTensors
  const start = plain({ name: 'start', init: (p) => ({ p, q: p }), update: (u, s) => [u, s] })
  const params = leaves(1)
  const state = start.init(params)
  disposeExcept(params, [])
  expect(values(state)).toEqual([
    [1, 2],
    [3, -1],
    [1, 2],
    [3, -1],
  ])
  disposeExcept(state, [])
  expect(tf.memory().numTensors).toBe(before)
})
