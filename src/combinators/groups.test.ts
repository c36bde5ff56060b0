import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { describe } from '../transformation/describe.js'
import { step } from '../transformation/step.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { byPath } from './byPath.js'
import { byPattern } from './byPattern.js'
import { chain } from './chain.js'
import { freeze } from './freeze.js'
import { masked } from './masked.js'
import { matching } from './matching.js'
import { partition } from './partition.js'
import { selectiveTransform } from './selectiveTransform.js'

const newParams = () => ({
  embed: {
    table: tf.tensor2d([
      [1, 2],
      [3, 4],
    ]),
  },
  dense: { kernel: tf.tensor1d([5, 6, 7]), bias: tf.scalar(8) },
})
const newGrads = (i: number) => ({
  embed: {
    table: tf.tensor2d([
      [0.5, -1],
      [i, 2],
    ]),
  },
  dense: { kernel: tf.tensor1d([1, -2, i]), bias: tf.scalar(0.25 * i) },
})

const numbers = (value: unknown): readonly (readonly number[])[] => tensorsOf(value).map((t) => [...t.dataSync()])

const caught = (f: () => unknown): unknown => {
  try {
    return f()
  } catch (error) {
    return error
  }
}

test('a partition of disjoint masks is a chain of masked transformations, bitwise, and leaks nothing', () => {
  const before = tf.memory().numTensors
  const isDense = matching('dense/**')
  const groups = partition({
    transforms: {
      slow: chain(clipByGlobalNorm({ maxNorm: 1 }), sgd({ learningRate: 0.1, momentum: 0.5 })),
      fast: adam({ learningRate: 0.1 }),
    },
    paramLabels: byPattern({ slow: 'embed/*', fast: ['dense/kernel', '**/bias'] }),
  })
  const links = chain(
    masked({ mask: byPath((path) => !isDense(path)) })(
      chain(clipByGlobalNorm({ maxNorm: 1 }), sgd({ learningRate: 0.1, momentum: 0.5 })),
    ),
    masked({ mask: byPath(isDense) })(adam({ learningRate: 0.1 })),
  )
  const params = newParams()
  let a = { params, state: groups.init(params) }
  let b = { params, state: links.init(params) }
  expect(a.state.slow[1][0].trace.dense.kernel).toBe(null)
  expect(a.state.fast[0].mu.embed.table).toBe(null)
  for (let i = 0; i < 4; i++) {
    const grads = newGrads(i)
    const [nextA, nextB] = [step(groups)(grads, a.state, a.params), step(links)(grads, b.state, b.params)]
    disposeExcept([a, b, grads], [nextA, nextB, params])
    a = nextA
    b = nextB
    expect(numbers(a.params)).toEqual(numbers(b.params))
    expect(numbers([a.state.slow, a.state.fast])).toEqual(numbers(b.state))
  }
  expect(a.state.fast[0].count).toBe(4)
  disposeExcept([a, b, params], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('a partition with one label is that transformation', () => {
  const params = newParams()
  const alone = adam({ learningRate: 0.1 })
  const grouped = partition({ transforms: { all: alone }, paramLabels: 'all' })
  const grads = newGrads(3)
  const a = step(alone)(grads, alone.init(params), params)
  const b = step(grouped)(grads, grouped.init(params), params)
  expect(numbers(b.params)).toEqual(numbers(a.params))
  expect(numbers(b.state.all)).toEqual(numbers(a.state))
  disposeExcept([a, b, params, grads], [])
})

test('norms are over the group', () => {
  const params = { a: tf.scalar(0), b: tf.scalar(0) }
  const grads = { a: tf.scalar(3), b: tf.scalar(4) }
  const tx = partition({
    transforms: { x: clipByGlobalNorm({ maxNorm: 1 }), y: clipByGlobalNorm({ maxNorm: 100 }) },
    paramLabels: { a: 'x', b: 'y' },
  })
  const [updates] = tx.update(grads, tx.init(params), params)
  expect(numbers(updates)).toEqual([[1], [4]])
})

test('labels must be total, known and used, and errors name the paths', () => {
  const params = newParams()
  const transforms = { slow: sgd({ learningRate: 0.1 }), fast: sgd({ learningRate: 1 }) }
  const failing = (paramLabels: unknown) =>
    // what a caller without types may pass
    caught(() => partition({ transforms, paramLabels: paramLabels as 'slow' }).init(params)) as TreeMismatch
  expect(failing({ embed: 'slow' })).toBeInstanceOf(TreeMismatch)
  expect(failing({ embed: 'slow' }).path).toBe('dense')
  expect(failing({ embed: 'slow', dense: { kernel: 'fast', bias: 'fst' } }).message).toContain('"fst" at dense/bias')
  expect(failing({ embed: 'slow', dense: { kernel: 'fast' } }).path).toBe('dense/bias')
  expect(failing({ embed: 'slow', dense: true }).path).toBe('dense')
  expect(failing('slow').message).toContain('none for "fast"')
  expect(failing(byPattern({ slow: 'embed/**', fast: 'dense/*' }))).not.toBeInstanceOf(Error)
  expect(failing(byPattern({ slow: 'embed/**', fast: 'dense/k*' })).message).toContain('none at dense/bias')
  expect(failing(byPattern({ slow: ['embed/**', '**/bias'], fast: 'dense/*' })).message).toContain(
    '"slow", "fast" at dense/bias',
  )
  expect(failing(byPattern({ slow: 'embedding/**' }, 'fast')).message).toContain('"embedding/**"')
  expect(() => partition({ transforms: { '1': sgd({ learningRate: 1 }) }, paramLabels: '1' })).toThrow(TypeError)
})

test('patterns: one star stays within a key, two cross keys, other characters mean themselves', () => {
  expect(matching('a/*')('a/b')).toBe(true)
  expect(matching('a/*')('a/b/c')).toBe(false)
  expect(matching('a/**')('a/b/c')).toBe(true)
  expect(matching('**/c')('c')).toBe(true)
  expect(matching('**/c')('a/b/c')).toBe(true)
  expect(matching('**/c')('a/b/xc')).toBe(false)
  expect(matching('a/**/c')('a/c')).toBe(true)
  expect(matching('a.c')('abc')).toBe(false)
  expect(matching('k*l')('kernel')).toBe(true)
  expect(() => matching('/a')).toThrow(TypeError)
  const key = fc.stringMatching(/^[a-z.+(]{1,4}$/)
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), (keys) => {
      const path = keys.join('/')
      return (
        matching('**')(path) &&
        matching(path)(path) &&
        matching(keys.map(() => '*').join('/'))(path) &&
        !matching(`${path}/*`)(path)
      )
    }),
    { numRuns: backendName === 'webgl' ? 5 : casesOf(100) },
  )
})

test('frozen parameters stay the same tensors; nothing is kept for them', () => {
  const params = newParams()
  const grads = newGrads(2)
  const frozen = { embed: true, dense: false }
  const late = chain(adam({ learningRate: 0.1 }), freeze({ mask: frozen }))
  const never = selectiveTransform({ freezeMask: frozen })(adam({ learningRate: 0.1 }))
  const a = step(late)(grads, late.init(params), params)
  const b = step(never)(grads, never.init(params), params)
  const plain = step(adam({ learningRate: 0.1 }))(grads, adam({ learningRate: 0.1 }).init(params), params)
  for (const now of [a, b]) {
    expect(now.params.embed.table).toBe(params.embed.table)
    expect(numbers(now.params.dense)).toEqual(numbers(plain.params.dense))
  }
  expect(b.state[0].mu.embed.table).toBe(null)
  expect(b.state[0].mu.dense.bias).not.toBe(null)
  expect(numbers(never.update(grads, never.init(params), params)[0].embed.table)).toEqual([[0, 0, 0, 0]])
  expect(describe(never, params).options['passes']).toEqual(['embed/table'])
})

test('a partition inside a mask, inside a partition', () => {
  const params = newParams()
  const grads = newGrads(2)
  const inner = partition({
    transforms: { x: sgd({ learningRate: 1 }), y: sgd({ learningRate: 0.5 }) },
    paramLabels: byPattern({ x: '**/kernel' }, 'y'),
  })
  const tx = partition({
    transforms: { a: inner, b: sgd({ learningRate: 0 }) },
    paramLabels: { embed: 'b', dense: 'a' },
  })
  const { params: after, state } = step(tx)(grads, tx.init(params), params)
  expect(numbers(after)).toEqual([[1, 2, 3, 4], [4, 8, 5], [7.75]])
  expect(state.a.x[1].count).toBe(1)
})
