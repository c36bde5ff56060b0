import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F } from 'fp-ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { decodeSafetensors } from '../checkpoint/decodeSafetensors.js'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { restore } from '../checkpoint/restore.js'
import { save } from '../checkpoint/save.js'
import { byPath } from '../combinators/byPath.js'
import { byPattern } from '../combinators/byPattern.js'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { partition } from '../combinators/partition.js'
import { microbatch } from '../microbatching/microbatch.js'
import { planMigration } from '../migration/planMigration.js'
import { adamw } from '../optimizers/adamw.js'
import { sgd } from '../optimizers/sgd.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { step } from '../transformation/step.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { disposeExcept } from './disposeExcept.js'
import { pathsOf } from './pathsOf.js'
import { tensorsOf } from './tensorsOf.js'
import type { Tree } from './Tree.js'
import { treeGet } from './treeGet.js'
import { treeSet } from './treeSet.js'
import { zipTree } from './zipTree.js'

let before = 0
beforeEach(() => {
  before = tf.memory().numTensors
})
afterEach(() => {
  // oxlint-disable-next-line vitest/no-standalone-expect -- after each test
  expect(tf.memory().numTensors).toBe(before)
})

const optimizer = F.pipe(
  chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 0.1 })),
  withMovingAverage({ decay: 0.5 }),
)
const flat = () => ({ 'dense/kernel': tf.tensor2d([[1, -2]]), 'dense/bias': tf.tensor1d([3]), 'out/0/w': tf.scalar(4) })
const nested = () => {
  const { 'dense/kernel': kernel, 'dense/bias': bias, 'out/0/w': w } = flat()
  return { dense: { bias, kernel }, out: { 0: { w } } }
}
/** Some keys are paths, some are not, in another order. */
const mixed = () => {
  const { dense, out } = nested()
  return { out, 'dense/bias': dense.bias, dense: { kernel: dense.kernel } }
}
const forms: Readonly<Record<string, () => Readonly<Record<string, Tree>>>> = { flat, nested, mixed }
const pairs = Object.keys(forms).flatMap((a) => Object.keys(forms).map((b) => [a, b] as const))
const made = (form: string): Readonly<Record<string, Tree>> => forms[form]?.() ?? {}
const paths = ['dense/kernel', 'dense/bias', 'out/0/w']

/** The numbers of each leaf by its path. */
const numbers = (tree: Tree) =>
  Object.fromEntries(pathsOf(tree).map((path, i) => [path, [...(tensorsOf(tree)[i]?.dataSync() ?? [])]]))

describe('a key with a slash is a path', () => {
  test('params, grads and what comes of them: each tree as it is written, the same numbers', () => {
    const found = pairs.map(([ofParams, ofGrads]) => {
      const [params, grads] = [made(ofParams), made(ofGrads)]
      const state = optimizer.init(params)
      const next = step(optimizer)(grads, state, params)
      expect(Object.keys(next.params)).toEqual(Object.keys(params))
      expect(Object.keys(next.state.average)).toEqual(Object.keys(params))
      const all = [numbers(next.params), numbers(next.state.average), numbers(next.state.inner[1][0].mu)]
      disposeExcept([params, grads, state, next], null)
      return all
    })
    expect(Object.keys(found[0]?.[0] ?? {}).toSorted()).toEqual(paths.toSorted())
    for (const one of found) expect(one).toEqual(found[0])
  })

  test('the gradients of tf.variableGrads, by the names of variables', () => {
    const v = tf.tidy(() => tf.variable(tf.tensor1d([3]), true, 'slashed/bias'))
    const params = { slashed: { bias: tf.tensor1d([3]) } }
    const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(v)))
    const state = sgd({ learningRate: 0.5 }).init(params)
    const given: Readonly<Record<string, Tree>> = params
    const next = step(sgd({ learningRate: 0.5 }))(grads, state, given)
    expect(numbers(next.params)).toEqual({ 'slashed/bias': [0] })
    disposeExcept([params, next, grads, value], null)
    v.dispose()
  })

  test('a loss sees its own keys, and so do its gradients', () => {
    const params = flat()
    const { value, grads } = valueAndGrad((p: typeof params) => tf.sum(tf.square(p['dense/kernel'])))(params)
    expect(Object.keys(grads)).toEqual(paths)
    expect([...(grads['dense/kernel']?.dataSync() ?? [])]).toEqual([2, -4])
    disposeExcept([params, value, grads], null)
  })

  test('masks, labels and patterns, whichever way they are written', () => {
    const moved = (tx: typeof sgdOf) => {
      const [params, grads] = [flat(), flat()]
      const state = tx.init(params)
      const next = step(tx)(grads, state, params)
      const found = numbers(next.params)
      disposeExcept([params, grads, state, next], null)
      return found
    }
    const sgdOf = sgd({ learningRate: 1 })
    const wanted = { 'dense/kernel': [0, 0], 'dense/bias': [0], 'out/0/w': [4] }
    const transforms = { go: sgd({ learningRate: 1 }), stay: sgd({ learningRate: 0 }) }
    const labels = [
      byPattern({ go: 'dense/*' }, 'stay'),
      byPath((path) => (path.startsWith('dense/') ? 'go' : 'stay')),
      { dense: 'go', out: 'stay' },
      { 'dense/kernel': 'go', 'dense/bias': 'go', 'out/0': 'stay' },
      { dense: { kernel: 'go' }, 'dense/bias': 'go', 'out/0/w': 'stay' },
    ] as const
    for (const label of labels) expect(moved(partition({ transforms, paramLabels: label }) as never)).toEqual(wanted)
    const decay = addDecayedWeights({ weightDecay: 1 })
    for (const mask of [
      { dense: true, out: false },
      { 'dense/kernel': true, 'dense/bias': true, out: { 0: false } },
    ])
      expect(moved(chain(masked({ mask })(decay), sgd({ learningRate: 1 })) as never)).toEqual({
        'dense/kernel': [-1, 2],
        'dense/bias': [-3],
        'out/0/w': [0],
      })
  })

  test('files: the same names, and each is restored into any form, with its state', async () => {
    const store = memoryStore()
    const files = []
    for (const form of Object.keys(forms)) {
      const params = made(form)
      const state = optimizer.init(params)
      await save({ store, name: form, optimizer, params, state })
      disposeExcept([params, state], null)
      files.push(form)
    }
    for (const [from, to] of pairs) {
      const params = made(to)
      const like = { params, state: optimizer.init(params) }
      const found = await restore({ store, name: from, optimizer, like })
      expect(Object.keys(found.params)).toEqual(Object.keys(params))
      expect(numbers(found.params)).toEqual(numbers(params))
      expect(numbers(found.state.average)).toEqual(numbers(params))
      disposeExcept([like, found], null)
    }
  })

  test('a migration finds its leaves in another form', () => {
    const [params, next] = [made('flat'), made('nested')]
    const state = optimizer.init(params)
    const { lines } = planMigration(optimizer, optimizer)({ params, state }, next)
    expect(lines.every(({ kind }) => kind === 'same')).toBe(true)
    disposeExcept([params, next, state], null)
  })

  test('trees are joined, got and set by the keys that are written', () => {
    const [a, b] = [made('flat'), made('nested')]
    const sum = zipTree((x, y) => tf.add(x, y))(a, b)
    expect(numbers(sum as Tree)).toMatchObject({ 'dense/bias': [6] })
    const params = flat()
    const bias = tf.tensor1d([7])
    expect(treeGet(params, ['dense/bias'])).toBe(params['dense/bias'])
    expect(treeSet(params, ['dense/bias'], bias)['dense/bias']).toBe(bias)
    expect(() => treeGet(params as Tree, ['dense', 'bias'] as never)).toThrow(
      'there is nothing at dense. At the root there is dense/kernel, dense/bias, out/0/w.',
    )
    disposeExcept([a, b, sum, params, bias], null)
  })

  test('an accumulator for each result of a batch', () => {
    const x = tf.tensor2d([[1], [2]])
    const each = microbatch((rows: tf.Tensor) => ({ 'a/sum': tf.sum(rows), 'a/b': { mean: tf.mean(rows) } }), {
      argnums: 0,
      microbatchSize: 1,
      accumulator: { 'a/sum': 'sum', 'a/b': 'mean' },
    })(x)
    expect(numbers(each)).toEqual({ 'a/sum': [3], 'a/b/mean': [1.5] })
    disposeExcept([x, each], null)
  })
})

describe('what is no tree of paths is refused, with both names', () => {
  const one = () => tf.scalar(1)
  test.each<readonly [string, () => Tree, string]>([
    ['flat beside nested', () => ({ 'a/b': one(), a: { b: one() } }), 'both "a/b" and "b" in "a"'],
    ['nested beside flat', () => ({ a: { b: one() }, 'a/b': one() }), 'both "a/b" and "b" in "a"'],
    [
      'deeper',
      () => ({ x: { a: { 'b/c': one() }, 'a/b/c': one() } }),
      'at x, expected one thing at each path, found both "a/b/c" and "b/c" in "a"',
    ],
    ['one goes on', () => ({ a: one(), 'a/b': one() }), 'both "a" and "a/b"'],
    ['one goes on below', () => ({ 'a/b': one(), 'a/b/c': one() }), 'both "b" and "b/c"'],
    ['a list', () => ({ a: [one()], 'a/0': one() }), 'both "a" and "a/0"'],
    ['nothing there', () => ({ a: null, 'a/b': one() }), 'both "a" and "a/b"'],
    ['an empty part', () => ({ 'a//b': one() }), 'something on both sides of each "/"'],
    ['a first part', () => ({ '/a': one() }), 'something on both sides of each "/"'],
    ['a last part', () => ({ 'a/': one() }), 'something on both sides of each "/"'],
    ['a hostile part', () => ({ 'a/__proto__/b': one() }), 'mean nothing to JavaScript itself'],
  ])('%s', (_, tree, words) => {
    const params = tree()
    expect(() => optimizer.init(params)).toThrow(words)
    disposeExcept(params, null)
  })

  test('gradients that name a leaf twice, leave one out, or have one too many', () => {
    const params: Readonly<Record<string, Tree>> = { a: { b: one(), c: one() } }
    const state = optimizer.init(params)
    const act = (grads: Readonly<Record<string, Tree>>) => () => step(optimizer)(grads, state, params)
    const g = one()
    expect(act({ 'a/b': g, 'a/c': g, a: { b: g } })).toThrow('both "a/b" and "b" in "a"')
    expect(act({ 'a/b': g })).toThrow('grads: at a/c, expected the same keys as the parameters, found nothing')
    expect(act({ 'a/b': g, 'a/c': g, 'a/d': g })).toThrow('grads: at a/d, expected nothing')
    expect(act({ 'a/b': g, 'a/c': g, 'x/d': g })).toThrow('grads: at x, expected nothing')
    for (const path of ['__proto__/d', 'a/__proto__/d', 'constructor/prototype/d'])
      expect(act({ 'a/b': g, 'a/c': g, [path]: g })).toThrow('expected nothing, because')
    expect('d' in {}).toBe(false)
    disposeExcept([params, state, g], null)
  })
})

test('names in a file are those of paths, whoever wrote them', async () => {
  const params = { w: tf.scalar(1), 'dense/w': tf.scalar(2) }
  const state = optimizer.init(params)
  const store = memoryStore()
  await save({ store, name: 'x', optimizer, params, state })
  const names = E.getOrElseW(() => null)(decodeSafetensors(await store.read('x')))?.entries.map(({ name }) => name)
  const slots = ['', '/ExponentialMovingAverage', '/inner.1.0.mu', '/inner.1.0.nu']
  expect(names?.toSorted()).toEqual(['w', 'dense/w'].flatMap((leaf) => slots.map((slot) => leaf + slot)).toSorted())
  disposeExcept([params, state], null)
})
