import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { transformations } from '../../laws/arbitraries/transformations.js'
import { backendName } from '../../laws/checks/backend.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { byPath } from '../combinators/byPath.js'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { sgd } from '../optimizers/sgd.js'
import { visitState } from '../state/visitState.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { AnyTransformation, StateLambda } from '../transformation/Transformation.js'
import { zeros, perLeaf, perTree } from '../equation/Slot.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { skeletonOf } from '../tree/Skeleton.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { scale } from '../transforms/scale.js'
import { scaleByLbfgs } from '../transforms/scaleByLbfgs.js'
import { trace } from '../transforms/trace.js'
import { formatPlan } from './formatPlan.js'
import { migrate } from './migrate.js'
import { planMigration } from './planMigration.js'
import type { PlanLine } from './StatePlan.js'

const rate = { learningRate: 0.1 }
const start = () => ({ w: tf.tensor1d([1, -2]), deep: [{ b: tf.scalar(3) }] as const })
const runs = backendName === 'webgl' ? 2 : 15

/** What a state holds under the names of a file: numbers, and the bits of tensors. */
const held = ({ anatomy }: AnyTransformation, params: unknown, state: unknown): ReadonlyMap<string, unknown> => {
  const { numbers, tensors } = visitState<tf.Tensor>(anatomy.shape, skeletonOf(params, 'params'), state)
  return new Map<string, unknown>([
    ...numbers,
    ...[...tensors].map(
      ([name, tensor]) => [name, [...new Int32Array(Float32Array.from(tensor.dataSync()).buffer)]] as const,
    ),
  ])
}
const all = (line: PlanLine): boolean => line.kind !== 'ambiguous'

test('of a chain with itself every line is the same, and so is the state, in tensors of its own', () => {
  fc.assert(
    fc.property(transformations, (tx) => {
      const before = tf.memory().numTensors
      const params = start()
      const first = { params, state: tx.init(params) }
      const now = step(tx)(params, first.state, params)
      const plan = planMigration(tx, tx)(now, now.params)
      expect(plan.lines.filter(({ kind }) => kind !== 'same')).toEqual([])
      expect(plan.exact).toBe(true)
      const next = migrate(tx, tx)(now, now.params)
      expect(held(tx, now.params, next)).toEqual(held(tx, now.params, now.state))
      expect(tensorsOf(next).filter((tensor) => tensorsOf(now).includes(tensor))).toEqual([])
      disposeExcept([first, now, next], [])
      expect(tf.memory().numTensors).toBe(before)
    }),
    { numRuns: runs },
  )
})

test('there and back keeps what stays the same both ways', () => {
  fc.assert(
    fc.property(transformations, transformations, (a, b) => {
      const before = tf.memory().numTensors
      const params = start()
      const first = { params, state: a.init(params) }
      const now = step(a)(params, first.state, params)
      const there = planMigration(a, b)(now, now.params)
      // every tensor of both is on a line; where several counted alike, one line has the number of all
      const from = [...held(a, now.params, now.state).keys()]
      const told = there.lines.flatMap((line) => ('from' in line ? line.from.split(' or ') : []))
      expect(from.filter((name) => name.includes('/') && !told.includes(name))).toEqual([])
      if (!there.lines.some(({ kind }) => kind === 'ambiguous')) {
        const middle = migrate(a, b, { accept: all })(now, now.params)
        const back = planMigration(b, a)({ params: now.params, state: middle }, now.params)
        if (!back.lines.some(({ kind }) => kind === 'ambiguous')) {
          const state = migrate(b, a, { accept: all })({ params: now.params, state: middle }, now.params)
          const [old, next] = [held(a, now.params, now.state), held(a, now.params, state)]
          expect([...next.keys()]).toEqual([...old.keys()])
          const kept = (lines: readonly PlanLine[]) =>
            new Map(
              lines.flatMap((line) => (line.kind === 'same' || line.kind === 'moved' ? [[line.to, line.from]] : [])),
            )
          const [thither, hither] = [kept(there.lines), kept(back.lines)]
          for (const [name, by] of hither) if (thither.get(by) === name) expect(next.get(name)).toEqual(old.get(name))
          disposeExcept(state, [])
        }
        disposeExcept(middle, [])
      }
      disposeExcept([first, now], [])
      expect(tf.memory().numTensors).toBe(before)
    }),
    { numRuns: runs },
  )
})

test('two equations of one name keep what each has, and a leaf that was turned keeps nothing', () => {
  const params = { w: tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]) }
  const turned = { w: tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]) }
  const from = chain(trace({ decay: 0.9 }), trace({ decay: 0.5 }))
  const now = step(from)(params, from.init(params), params)
  const next = migrate(from, from)(now, now.params)
  expect(tensorsOf(next).map((x) => [...x.dataSync()])).toEqual(tensorsOf(now.state).map((x) => [...x.dataSync()]))
  const other = chain(scale({ stepSize: 2 }), trace({ decay: 0.9 }), trace({ decay: 0.5 }))
  expect(planMigration(from, other)(now, params).lines).toEqual([
    { kind: 'moved', from: 'w/0.trace', to: 'w/1.trace' },
    { kind: 'moved', from: 'w/1.trace', to: 'w/2.trace' },
  ])
  expect(planMigration(from, from)(now, turned).lines.map(({ kind }) => kind)).toEqual(['shape', 'shape'])
  disposeExcept([params, turned, now, next], [])
})

test('a refusal names each line with the word that would accept it, and makes nothing', () => {
  const params = start()
  const [from, to] = [sgd({ ...rate, momentum: 0.9 }), adam(rate)]
  const now = { params, state: from.init(params) }
  const before = tf.memory().numTensors
  expect(() => migrate(from, to, { accept: ['dropped'] })(now, params)).toThrow(
    [
      'migrate: 5 of 8 lines of the plan are not accepted:',
      "  started    0.count at 0: there was no scaleByAdam (accept: 'started')",
      "  started    w/0.mu at zeros: there was no scaleByAdam (accept: 'started')",
      "  started    deep/0/b/0.mu at zeros: there was no scaleByAdam (accept: 'started')",
      "  started    w/0.nu at zeros: there was no scaleByAdam (accept: 'started')",
      "  started    deep/0/b/0.nu at zeros: there was no scaleByAdam (accept: 'started')",
      "If that is what should become of them, pass accept: ['started'].",
    ].join('\n'),
  )
  expect(() => migrate(from, to)(now, params)).toThrow("pass accept: ['started', 'dropped'].")
  expect(tf.memory().numTensors).toBe(before)
  expect(formatPlan(planMigration(from, to)(now, params))).toContain(
    "1 same, 5 started, 2 dropped\n  started    0.count at 0: there was no scaleByAdam (accept: 'started')",
  )
  disposeExcept(now, [])
})

test('a late leaf is told that the count goes on; an average of it starts at the new parameter', () => {
  const params = start()
  const optimizer = withMovingAverage({ decay: 0.5 })(adam(rate))
  const now = step(optimizer)(params, optimizer.init(params), params)
  const wider = { ...now.params, head: tf.tensor1d([7, 8]) }
  const { lines } = planMigration(optimizer, optimizer)(now, wider)
  expect(lines.filter(({ kind }) => kind !== 'same')).toEqual([
    {
      kind: 'started',
      to: 'head/inner.0.mu',
      at: 'zeros',
      why: 'a new leaf; count of scaleByAdam goes on and takes it for an old one',
    },
    {
      kind: 'started',
      to: 'head/inner.0.nu',
      at: 'zeros',
      why: 'a new leaf; count of scaleByAdam goes on and takes it for an old one',
    },
    {
      kind: 'started',
      to: 'head/ExponentialMovingAverage',
      at: 'the parameter',
      why: 'a new leaf; count of average ExponentialMovingAverage goes on and takes it for an old one',
    },
  ])
  const state = migrate(optimizer, optimizer, { accept: ['started'] })(now, wider)
  expect([...state.average.head.dataSync()]).toEqual([7, 8])
  expect(state.average.head).not.toBe(wider.head)
  disposeExcept([params, now, wider, state], [])
})

test('what is no equation goes as a whole, or starts as its init makes it, with nothing left over', () => {
  const before = tf.memory().numTensors
  const params = start()
  const lbfgs = scaleByLbfgs({ memorySize: 1 })
  const first = lbfgs.init(params)
  const [updates, state] = lbfgs.update(params, first, params)
  const narrower = { w: params.w }
  const { lines } = planMigration(lbfgs, lbfgs)({ params, state }, narrower)
  expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(['started', 'dropped']))
  expect(lines.filter((line) => line.kind === 'started' && line.at === 'as init makes it').length).toBeGreaterThan(3)
  const next = migrate(lbfgs, lbfgs, { accept: all })({ params, state }, narrower)
  const fresh = lbfgs.init(narrower)
  expect(held(lbfgs, narrower, next)).toEqual(held(lbfgs, narrower, fresh))
  disposeExcept([params, first, updates, state, next, fresh], [])
  expect(tf.memory().numTensors).toBe(before)
})

test('numbers for each leaf and for the tree: for one goes with its leaf, for all with its equation', () => {
  const kept = (name: string) =>
    equation({ name, slots: { sum: zeros, most: perLeaf(0), norm: perTree(0) } })(
      (A) =>
        ({ update, sum, most, norm }) => ({
          update,
          sum: A.add(sum, update),
          most: A.max(most, A.leafMax(update)),
          norm: A.add(norm, A.treeSum(update)),
        }),
    )
  const [one, other] = [kept('one'), kept('other')]
  const params = start()
  const now = step(one)(params, one.init(params), params)
  const moved = chain(adam(rate), one)
  const state = migrate(one, moved, { accept: ['started'] })(now, now.params)
  expect(held(one, now.params, state[1])).toEqual(held(one, now.params, now.state))
  const told = migrate(one, other, { slots: { other: 'one' } })(now, now.params)
  expect(held(other, now.params, told)).toEqual(held(one, now.params, now.state))
  const parts = chain(
    masked({ mask: byPath((path) => path === 'w') })(one),
    masked({ mask: byPath((path) => path !== 'w') })(one),
  )
  const split = { params, state: parts.init(params) }
  expect(() => migrate(parts, one)(split, params)).toThrow(
    "ambiguous  /norm <- /0.norm or /1.norm: the leaves of one come from 2 places: there is one for all leaves; say which: slots: { 'one at (root)': 'one at 0' or 'one at 1' }",
  )
  const chosen = migrate(parts, one, { slots: { one: 'one at 1' }, accept: ['dropped'] })(split, params)
  expect(held(one, params, chosen)).toEqual(held(one, params, one.init(params)))
  disposeExcept([params, now, state, told, split, chosen], [])
})

test('another dtype is cast where that is accepted', () => {
  const numbers = { w: tf.tensor1d([1, 2], 'int32') }
  const sum = equation({ name: 'sum', slots: { sum: zeros } })((A) => ({ update, sum: s }) => ({
    update,
    sum: A.add(s, update),
  }))
  const now = { params: numbers, state: { sum: { w: tf.tensor1d([3, 4], 'int32') } } }
  const floats = { w: tf.tensor1d([1, 2]) }
  expect(planMigration(sum, sum)(now, floats).lines).toEqual([
    { kind: 'cast', to: 'w/sum', from: 'w/sum', exact: false },
  ])
  expect(() => migrate(sum, sum)(now, floats)).toThrow("cast       w/sum <- w/sum, rounded (accept: 'cast')")
  const next = migrate(sum, sum, { accept: ['cast'] })(now, floats)
  expect(next.sum.w.dtype).toBe('float32')
  expect([...next.sum.w.dataSync()]).toEqual([3, 4])
  disposeExcept([now, floats, next], [])
})

test('what is misspelt, disposed or no state is refused by name', () => {
  const params = start()
  const [from, to] = [adam(rate), adamw(rate)]
  const now = { params, state: from.init(params) }
  const before = tf.memory().numTensors
  const plan = (options: Parameters<typeof planMigration>[2]) => () => planMigration(from, to, options)(now, params)
  expect(plan({ slots: { scaleByAdom: 'scaleByAdam' } })).toThrow(
    'slots: nothing in the new state is called "scaleByAdom". There is \'scaleByAdam at 0\', ',
  )
  expect(plan({ slots: { scaleByAdam: 'trace' } })).toThrow('slots: nothing in the old state is called "trace".')
  expect(plan({ rename: [['x/**', 'y/**']] })).toThrow(
    'rename: "x/**" fits no leaf that is left to it; the leaves were w, deep/0/b.',
  )
  expect(plan({ rename: [['w', 'deep/0/b']] })).toThrow('rename: both w and deep/0/b would be deep/0/b.')
  expect(plan({ rename: [['deep/*/b', 'deep/b']] })).toThrow('must have the same stars in the same order')
  // @ts-expect-error called by mistake
  expect(() => planMigration(adam, to)).toThrow('planMigration: the old optimizer is a function, call it: adam({ … }).')
  expect(() => planMigration(from, to)({ params, state: {} as never }, params)).toThrow(/state: expected .* array of 2/)
  expect(tf.memory().numTensors).toBe(before)
  now.state[0].mu.w.dispose()
  expect(() => migrate(from, to, { accept: all })(now, params)).toThrow(/state.*disposed/)
  disposeExcept(now, [])
})

test('where an init fails half-way, nothing is left', () => {
  const failing = plain<StateLambda & { readonly State: { readonly x: tf.Tensor } }>({
    name: 'failing',
    init: () => {
      throw new Error('no state for these')
    },
    update: (updates, state) => [updates, state],
  })
  const params = start()
  const from = adam(rate)
  const now = { params, state: from.init(params) }
  const before = tf.memory().numTensors
  expect(() => migrate(from, chain(scaleByLbfgs({ memorySize: 1 }), failing), { accept: all })(now, params)).toThrow(
    'no state for these',
  )
  expect(tf.memory().numTensors).toBe(before)
  disposeExcept(now, [])
})
