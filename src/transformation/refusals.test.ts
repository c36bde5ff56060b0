import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { averaged, averages, namesOfAverages, swapped, withMovingAverage } from '../averaging/index.js'
import * as combinators from '../combinators/index.js'
import { adam, amsgrad, lbfgs, sgd } from '../optimizers/index.js'
import { fit } from '../training/fit.js'
import { minimize } from '../training/minimize.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scaleByFactoredRms } from '../transforms/scaleByFactoredRms.js'
import { describe as described } from './describe.js'
import { equations } from './equations.js'
import { grown } from './grown.js'
import { plain } from './plain.js'
import { reference } from './reference.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { getSlot, slotNames, variables } from './slots.js'
import { step } from './step.js'
import type { Opaque, Transformation } from './Transformation.js'
import type { Stateless } from './types.js'

const {
  applyIfFinite,
  chain,
  conditionallyMask,
  conditionallyTransform,
  flatten,
  flush,
  hide,
  injectHyperparams,
  lookahead,
  masked,
  multiSteps,
  namedChain,
  partition,
  selectiveTransform,
  treeMapParams,
} = combinators

describe('what is no transformation is told where it was passed', () => {
  const wrong = (value: unknown) => value as Transformation<Opaque> // as JavaScript may
  const wrappers = {
    'masked: what it wraps': masked({ mask: true }),
    'multiSteps: what it wraps': multiSteps({ everyKSchedule: 2 }),
    'lookahead: what it wraps': lookahead({ syncPeriod: 2, slowStepSize: 0.5 }),
    'selectiveTransform: what it wraps': selectiveTransform({ freezeMask: false }),
    'applyIfFinite: what it wraps': applyIfFinite({ maxConsecutiveErrors: 1 }),
    'conditionallyMask: what it wraps': conditionallyMask({ shouldTransformFn: () => true }),
    'conditionallyTransform: what it wraps': conditionallyTransform({ shouldTransformFn: () => true }),
    'withMovingAverage: what it wraps': withMovingAverage(),
    'flatten: what it wraps': flatten,
    'chain: part 1': (tx: Transformation<Opaque>) => chain(sgd({ learningRate: 1 }), tx),
    'namedChain: clip': (tx: Transformation<Opaque>) => namedChain({ clip: tx }),
    'partition: transforms.a': (tx: Transformation<Opaque>) => partition({ transforms: { a: tx }, paramLabels: 'a' }),
    'injectHyperparams: what the constructor returns': (tx: Transformation<Opaque>) =>
      injectHyperparams(({ rate }: { readonly rate: number }) => (rate > 0 ? tx : sgd({ learningRate: rate })))({
        rate: 1,
      } as never),
    'lbfgs: linesearch': (tx: Transformation<Opaque>) => lbfgs({ linesearch: tx }),
    'step: the optimizer': (tx: Transformation<Opaque>) => step(tx),
    'describe: the optimizer': (tx: Transformation<Opaque>) => described(tx),
    'equations: the optimizer': (tx: Transformation<Opaque>) => equations(tx),
    'reference: the optimizer': (tx: Transformation<Opaque>) => reference(tx, 'float32'),
    'slotNames: the optimizer': (tx: Transformation<Opaque>) => slotNames(tx),
    'averages: the optimizer': (tx: Transformation<Opaque>) => averages(tx),
    'namesOfAverages: the optimizer': (tx: Transformation<Opaque>) => namesOfAverages(tx),
    'flush: the optimizer': (tx: Transformation<Opaque>) => flush(tx),
    'grown: the optimizer': (tx: Transformation<Opaque>) => grown(tx),
    'treeMapParams: the optimizer': (tx: Transformation<Opaque>) => treeMapParams(tx, (slot) => slot),
  }
  for (const [where, wrap] of Object.entries<(tx: Transformation<Opaque>) => unknown>(wrappers))
    test(where, () => {
      expect(() => wrap(wrong(clipByGlobalNorm))).toThrow(
        new TypeError(`${where} is a function, call it: clipByGlobalNorm({ … }).`),
      )
      expect(() => wrap(wrong(masked({ mask: true })))).toThrow(
        `${where} is a function: call it with what it needs, as in masked({ mask })(adam({ … })).`,
      )
      for (const [shown, value] of [
        ['null', null],
        ['a Tensor', tf.scalar(1)],
        ['{}', {}],
        ["'adam'", 'adam'],
      ] as const)
        expect(() => wrap(wrong(value))).toThrow(`${where} must be a transformation, found ${shown}.`)
      expect(() => wrap(wrong([sgd({ learningRate: 1 })]))).toThrow('pass its parts one by one, as in chain(...parts).')
    })

  test('a constructor that was called is no constructor', () => {
    expect(() => injectHyperparams(adam({ learningRate: 1 }) as never)({} as never)).toThrow(
      'injectHyperparams: needs a constructor, found',
    )
  })
})

test('gradients of a class of their own are told what they are', () => {
  const params = { w: tf.scalar(1) }
  const optimizer = sgd({ learningRate: 1 })
  const state = optimizer.init(params)
  for (const [of, grads] of [
    ['Promise', Promise.resolve(params)],
    // as Node's hooks mark one
    ['Promise', Object.assign(Promise.resolve(params), { [Symbol('async_id_symbol')]: 1 })],
    ['Map', new Map([['w', params.w]])],
  ] as const)
    expect(() => step(optimizer)(grads as never, state, params)).toThrow(
      `grads: at the root, expected a record with the keys "w", found an object of class ${of} with the keys (none).`,
    )
})

describe('what is no state is told, with its place, before anything runs', () => {
  const params = { w: tf.tensor1d([1, 2]) }
  const grads = { w: tf.tensor1d([1, 1]) }
  const optimizers: Readonly<Record<string, Transformation<Opaque>>> = {
    chained: hide(adam({ learningRate: 0.1 })),
    averaged: hide(withMovingAverage()(sgd({ learningRate: 0.1 }))),
    accumulated: hide(multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 0.1, momentum: 0.9 }))),
    guarded: hide(applyIfFinite({ maxConsecutiveErrors: 1 })(adam({ learningRate: 0.1 }))),
  }
  for (const [name, tx] of Object.entries(optimizers))
    test(name, () => {
      const state = tx.init(params)
      const before = tf.memory().numTensors
      for (const [found, given] of [
        ['nothing', undefined],
        ['null', null],
        ['the number 3', 3],
      ] as const)
        for (const act of [
          () => tx.update(grads, given, params),
          () => step(tx)(grads, given, params),
          () => variables(tx)(params, given),
          () => getSlot(tx)('w', 'average')(params, given),
        ]) {
          expect(act).toThrow(TypeError)
          expect(act).toThrow('state: expected the state that init or the last step returned, ')
          expect(act).toThrow(`found ${found}.`)
        }
      expect(tf.memory().numTensors).toBe(before)
      expect(step(tx)(grads, state, params)).toHaveProperty('params.w')
    })

  test('inside, by path', () => {
    const tx = hide(withMovingAverage()(adam({ learningRate: 0.1 })))
    expect(() => tx.update(grads, { inner: [{}], average: params, count: 0 }, params)).toThrow(
      'state: at inner, expected an array of 2, found an array of 1. Pass the state that init or the last step returned.',
    )
    expect(() => tx.update(grads, { inner: [undefined, { count: 0 }], average: params, count: 0 }, params)).toThrow(
      'state: at inner.0, expected a record with mu, nu, count, found nothing.',
    )
    expect(() =>
      tx.update(grads, { inner: [{ count: 0, mu: params, nu: params }, {}], average: params, count: 0 }, params),
    ).toThrow('state: at inner.1.count, expected what init made there, found nothing.')
    for (const [count, found] of [
      ['0', 'the string "0"'],
      [null, 'null'],
    ] as const)
      expect(() =>
        tx.update(
          grads,
          { inner: [{ count: 0, mu: params, nu: params }, { count }], average: params, count: 0 },
          params,
        ),
      ).toThrow(`state: at inner.1.count, expected what init made there, found ${found}.`)
    for (const count of [Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY])
      expect(() =>
        tx.update(
          grads,
          { inner: [{ count, mu: params, nu: params }, { count: 0 }], average: params, count: 0 },
          params,
        ),
      ).toThrow(`state: at inner.0.count, expected a count, a whole number ≥ 0, found the number ${count}.`)
  })

  test('what nobody reads: a misspelt name, another optimizer', () => {
    const tx = adam({ learningRate: 0.1 })
    const misspelt = [{ count: 0, mu: params, nu: params, cuont: 5 }, { count: 0 }] as const
    expect(() => step(tx)(grads, misspelt, params)).toThrow(
      'state: at 0.cuont, expected nothing, because init made nothing there, found the number 5. Pass the state that',
    )
    const other = amsgrad({ learningRate: 0.1 }).init(params)
    expect(() => step(tx)(grads, other, params)).toThrow(
      'state: at 0.nuMax, expected nothing, because init made nothing there, found a record with the keys "w".',
    )
    disposeExcept(other, [])
    const injected = combinators.injectHyperparams(sgd)({ learningRate: 0.1 })
    const state = injected.init(params)
    const foreign = { ...state, hyperparams: { ...state.hyperparams, learning_rate: 1 } }
    expect(() => step(injected)(grads, foreign, params)).toThrow(
      'state: at hyperparams.learning_rate, expected nothing',
    )
  })

  test('parameters and state together', () => {
    const train = minimize(sgd({ learningRate: 1 }), (p: typeof params) => tf.sum(p.w))
    for (const given of [undefined, null, params])
      expect(() => train(given as never)).toThrow('minimize: expected { params, state }, found')
    const run = fit(sgd({ learningRate: 1 }), (p: typeof params, batch: number) => tf.sum(tf.mul(p.w, batch)))
    expect(() => run(params as never, [1])).toThrow('fit: expected { params, state }, found')
    expect(() => swapped(undefined as never)).toThrow('swapped: expected { params, state }, found nothing.')
    for (const state of [undefined, {}, [{}]]) {
      expect(() => averaged(state as never)).toThrow('averaged: the state must have an average at its top')
      expect(() => swapped({ params, state } as never)).toThrow('swapped: the state must have an average at its top')
    }
  })
})

describe('gradients', () => {
  test('are called so by step, and updates by update', () => {
    const params = { w: tf.tensor1d([1, 2]) }
    for (const tx of [
      hide(sgd({ learningRate: 1 })),
      hide(applyIfFinite({ maxConsecutiveErrors: 1 })(sgd({ learningRate: 1 }))),
      hide(scaleByFactoredRms()),
    ]) {
      const state = tx.init(params)
      expect(() => step(tx)({ w: tf.scalar(1) }, state, params)).toThrow(
        /^grads: at w, expected a tensor of shape \[2\]/,
      )
      expect(() => tx.update({ w: tf.scalar(1) }, state, params)).toThrow(/^updates: at w, expected/)
    }
  })

  test('of leaves that are not float32 are refused by path, before anything runs', () => {
    for (const leaf of [tf.tensor1d([1, 2], 'int32'), tf.tensor1d([true], 'bool')]) {
      const params = { w: tf.scalar(1), list: [leaf] }
      for (const tx of [
        hide(adam({ learningRate: 1 })),
        hide(sgd({ learningRate: 1 })),
        hide(multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 1 }))),
        hide(applyIfFinite({ maxConsecutiveErrors: 1 })(adam({ learningRate: 1 }))),
      ]) {
        const state = tx.init(params)
        const before = tf.memory().numTensors
        expect(() => step(tx)({ w: tf.scalar(1), list: [leaf] }, state, params)).toThrow(
          `grads: at list/0, expected null, because a parameter of dtype ${leaf.dtype} is not trained, found a tensor of`,
        )
        // of the dtype that a gradient would have, it is told the same
        const gradient = tf.zeros(leaf.shape)
        expect(() => step(tx)({ w: tf.scalar(1), list: [gradient] }, state, params)).toThrow(
          `grads: at list/0, expected null, because a parameter of dtype ${leaf.dtype} is not trained, found a tensor of`,
        )
        expect(tf.memory().numTensors).toBe(before + 3)
      }
    }
  })

  test('nor are they made on the way: what is no equation is refused by name, with nothing left behind', () => {
    const params = { w: tf.scalar(1), n: tf.scalar(4, 'int32') }
    const grads = { w: tf.scalar(1), n: null }
    const of = (dtype: 'int32' | 'float32') =>
      plain<Stateless>({
        name: 'countUp',
        init: () => ({}),
        update: (_updates, state) => [{ w: tf.scalar(-1), n: tf.scalar(1, dtype) }, state],
      })
    for (const tx of [
      hide(of('int32')),
      hide(of('float32')),
      hide(combinators.chain(of('int32'), sgd({ learningRate: 0.1 }))),
    ])
      for (const donate of [false, true]) {
        const state = tx.init(params)
        const before = tf.memory().numTensors
        expect(() => step(tx, { donate })(grads, state, params)).toThrow(
          'the updates of countUp: at n, expected null, because a parameter of dtype int32 is not trained, found a tensor of',
        )
        expect(tf.memory().numTensors).toBe(before)
        expect([...params.n.dataSync(), ...params.w.dataSync()]).toEqual([4, 1])
      }
  })
})
