import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { adadelta } from '../optimizers/adadelta.js'
import { adafactor } from '../optimizers/adafactor.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { fromage } from '../optimizers/fromage.js'
import { lars } from '../optimizers/lars.js'
import { novograd } from '../optimizers/novograd.js'
import { optimisticAdamV2 } from '../optimizers/optimisticAdamV2.js'
import { sgd } from '../optimizers/sgd.js'
import type { Schedule } from '../scalars/Schedule.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { equations } from '../transformation/equations.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../transformation/Transformation.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Tree } from '../tree/Tree.js'
import { treeSet } from '../tree/treeSet.js'
import { applyIfFinite } from './applyIfFinite.js'
import { chain } from './chain.js'
import { flatten } from './flatten.js'
import { injectHyperparams } from './injectHyperparams.js'
import { lookahead } from './lookahead.js'
import { masked } from './masked.js'
import { multiSteps, type MultiStepsOptions } from './multiSteps.js'
import { partition } from './partition.js'
import { skipNotFinite } from './skipUpdates.js'
import { hide } from './transformations.js'

interface Decayed extends Rated {
  readonly weightDecay: number | Schedule
}

interface Rated {
  readonly learningRate: number | Schedule
}

const rate: Schedule = (count) => 0.5 / (1 + count)
const numbers = (value: unknown): readonly (readonly number[])[] => tensorsOf(value).map((t) => [...t.dataSync()])
const params = () => ({ a: tf.tensor1d([1, -2]), b: tf.scalar(0.5) })
const gradsAt = (i: number) => ({ a: tf.tensor1d([0.3 * i + 0.1, 1]), b: tf.scalar(i - 2.5) })

/** What each of some steps makes; every tensor that the steps have made is gone afterwards. */
const trajectory = (tx: AnyTransformation) => {
  const before = tf.memory().numTensors
  const optimizer = hide(tx as Transformation<Opaque>) // as in a table of optimizers
  const start: Tree = params()
  let now = { params: start, state: optimizer.init(start) }
  const seen = Array.from({ length: 6 }, (_, i) => {
    const grads = gradsAt(i)
    const next = step(optimizer)(grads, now.state, now.params)
    disposeExcept([now, grads], next)
    now = next
    return numbers(now.params)
  })
  disposeExcept(now, [])
  expect(tf.memory().numTensors).toBe(before)
  return seen
}

describe('a hyperparameter that may be a schedule changes without anything being made', () => {
  test('a scheduled one: one program, one constructor, one reading of the rule', () => {
    const work = { made: 0, read: 0 }
    const counted = (given: Rated) => {
      work.made++
      const watched = equation({ name: 'watched' })((_A) => ({ update }) => {
        work.read++
        return { update }
      })
      return chain(watched, adam(given))
    }
    const tx = injectHyperparams(counted)({ learningRate: rate })
    const start = params()
    const grads = gradsAt(1)
    const occasion = { updates: grads, params: start, extra: undefined }
    let now = step(tx)(grads, tx.init(start), start)
    const program = tx.anatomy.plan(now.state, occasion)
    const before = { ...work }
    expect(before.read).toBeGreaterThan(0)
    for (let i = 1; i < 50; i++) {
      now = step(tx)(grads, now.state, now.params)
      expect(now.state.hyperparams).toEqual({ learningRate: rate(i) })
      expect(tx.anatomy.plan(now.state, occasion)).toBe(program)
    }
    expect(work).toEqual({ made: before.made, read: before.read })
  })

  test('a number that is written into the state, while one that is no schedule stays', () => {
    let made = 0
    const tx = injectHyperparams((given: Rated & { readonly b1?: number }) => {
      made++
      return adam(given)
    })({ learningRate: 1, b1: 0.5 })
    const start = params()
    const grads = gradsAt(1)
    let now = step(tx)(grads, tx.init(start), start)
    const before = made
    for (let i = 1; i < 50; i++)
      now = step(tx)(grads, treeSet(now.state, ['hyperparams', 'learningRate'], 1 / i), now.params)
    expect(made).toBe(before)
    const { state } = step(tx)(grads, treeSet(now.state, ['hyperparams', 'b1'], 0.75), now.params)
    expect(made).toBe(before + 1)
    expect(state.hyperparams).toEqual({ learningRate: 1 / 49, b1: 0.75 })
  })
})

describe('the steps are those of the constructor itself, bitwise', () => {
  const cases: Readonly<Record<string, readonly [injected: AnyTransformation, own: AnyTransformation]>> = {
    adadelta: [
      injectHyperparams((given: Decayed) => adadelta(given))({ learningRate: rate, weightDecay: 0.1 }),
      adadelta({ learningRate: rate, weightDecay: 0.1 }),
    ],
    adafactor: [
      injectHyperparams((given: Rated & { readonly weightDecayRate: number | Schedule }) => adafactor(given))({
        learningRate: rate,
        weightDecayRate: rate,
      }),
      adafactor({ learningRate: rate, weightDecayRate: rate }),
    ],
    adamw: [
      injectHyperparams(adamw)({ learningRate: rate, weightDecay: rate }),
      adamw({ learningRate: rate, weightDecay: rate }),
    ],
    fromage: [injectHyperparams(fromage)({ learningRate: rate }), fromage({ learningRate: rate })],
    lars: [
      injectHyperparams(lars)({ learningRate: rate, weightDecay: rate }),
      lars({ learningRate: rate, weightDecay: rate }),
    ],
    novograd: [
      injectHyperparams(novograd)({ learningRate: 0.1, weightDecay: rate }),
      novograd({ learningRate: 0.1, weightDecay: rate }),
    ],
    optimisticAdamV2: [
      injectHyperparams(optimisticAdamV2)({ learningRate: 0.1, alpha: rate, beta: rate }),
      optimisticAdamV2({ learningRate: 0.1, alpha: rate, beta: rate }),
    ],
  }

  test.each(Object.entries(cases))('%s', (_name, [injected, own]) => {
    expect(trajectory(injected)).toEqual(trajectory(own))
  })

  const passed = plain({ name: 'passed', init: () => ({}), update: (u, s) => [u, s] })
  /** Wrappers, and the rate of the constructor's own where the wrapper stands inside and counts less. */
  const wrappers: Readonly<
    Record<string, readonly [wrap: (tx: AnyTransformation) => AnyTransformation, around?: number | Schedule]>
  > = {
    masked: [(tx) => masked({ mask: { a: true, b: false } })(tx)],
    partition: [
      (tx) => partition({ transforms: { x: tx, y: sgd({ learningRate: 1 }) }, paramLabels: { a: 'x', b: 'y' } }),
    ],
    multiSteps: [
      (tx) => multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn: skipNotFinite })(tx),
      (count) => rate(2 * count + 1),
    ],
    'applyIfFinite on the host': [(tx) => applyIfFinite({ maxConsecutiveErrors: 1 })(tx)],
    'applyIfFinite on the device': [(tx) => applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(tx)],
    lookahead: [(tx) => lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(tx)],
    flatten: [(tx) => flatten(tx)],
    'a chain with what is no equation': [
      (tx) => chain(tx, passed, tx, passed, applyIfFinite({ maxConsecutiveErrors: 1 })(tx)),
    ],
  }
  for (const [name, [wrap, around = rate]] of Object.entries(wrappers)) {
    test(`inside of ${name}`, () => {
      const injected = wrap(injectHyperparams(adamw)({ learningRate: rate, weightDecay: 0.1 }))
      expect(trajectory(injected)).toEqual(trajectory(wrap(adamw({ learningRate: rate, weightDecay: 0.1 }))))
    })

    test(`around ${name}`, () => {
      let made = 0
      const injected = injectHyperparams((given: Rated) => {
        made++
        return wrap(adamw(given))
      })({ learningRate: rate })
      const after = made
      expect(trajectory(injected)).toEqual(trajectory(wrap(adamw({ learningRate: around }))))
      expect(made).toBe(after + 1)
    })
  }

  test('inside of lookahead that starts again, which starts the wrapper again too', () => {
    const wrap = (tx: AnyTransformation) => lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(tx)
    expect(trajectory(wrap(injectHyperparams(adamw)({ learningRate: rate })))).toEqual(
      trajectory(wrap(adamw({ learningRate: rate }))),
    )
  })

  test('one in another: both are read, each from its own record', () => {
    const both = (given: Rated) => chain(sgd(given), injectHyperparams(adam)({ learningRate: given.learningRate }))
    const tx = injectHyperparams(both)({ learningRate: rate })
    expect(trajectory(tx)).toEqual(trajectory(chain(sgd({ learningRate: rate }), adam({ learningRate: rate }))))
    const twice = chain(tx, injectHyperparams(sgd)({ learningRate: 2 }), tx)
    const own = () => chain(sgd({ learningRate: rate }), adam({ learningRate: rate }))
    expect(trajectory(twice)).toEqual(trajectory(chain(own(), sgd({ learningRate: 2 }), own())))
  })

  test('a plan that reads one: how many steps are gathered, also where the updates decide', () => {
    const gathered = (given: MultiStepsOptions) => multiSteps(given)(sgd({ learningRate: 1 }))
    const options = { everyKSchedule: 2, shouldSkipUpdateFn: skipNotFinite }
    const tx = injectHyperparams(gathered)(options)
    expect(trajectory(tx)).toEqual(trajectory(gathered(options)))
    expect(equations(tx)).toContain("goes on as the updates decide, so where notFinite' = 0")
    const start = params()
    const once = treeSet(tx.init(start), ['hyperparams', 'everyKSchedule'], 1)
    expect(numbers(tx.update(gradsAt(0), once, start)[0])).toEqual(
      numbers({ a: tf.tensor1d([-0.1, -1]), b: tf.scalar(2.5) }),
    )
  })
})

describe('what is refused', () => {
  const start = params()

  test('a scheduled value by option, count and value, before anything has moved', () => {
    for (const [tx, message] of [
      [
        hide(injectHyperparams(adam)({ learningRate: (count) => (count < 2 ? 0.1 : Number.NaN) })),
        'adam: learningRate(2) must be a finite number ≥ 0, found NaN.',
      ],
      [
        hide(injectHyperparams(adam)({ learningRate: 0.1, b1: (count) => (count < 2 ? 0.5 : 7) })),
        'adam: b1(2) must be a number in [0, 1), found 7.',
      ],
    ] as const) {
      let now = { params: start, state: tx.init(start) }
      for (let i = 0; i < 2; i++) now = step(tx)(gradsAt(i), now.state, now.params)
      const grads = gradsAt(2)
      const before = tf.memory().numTensors
      expect(() => step(tx, { donate: true })(grads, now.state, now.params)).toThrow(message)
      expect(tf.memory().numTensors).toBe(before)
    }
  })

  test("a number in the state in the constructor's own words, also in a step that does not use it", () => {
    const gathered = (given: Rated) => multiSteps({ everyKSchedule: 2 })(sgd(given))
    for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      const message = `sgd: learningRate must be a finite number ≥ 0, or a schedule (count => number), found ${value}. Pass`
      for (const tx of [
        hide(injectHyperparams(sgd)({ learningRate: 1 })),
        hide(injectHyperparams(gathered)({ learningRate: 1 })),
      ]) {
        const state = tx.init(start) as { readonly hyperparams: { readonly learningRate: number } } // of either
        const wrong = treeSet(state, ['hyperparams', 'learningRate'], value)
        expect(() => tx.update(gradsAt(0), wrong, start)).toThrow(message)
      }
    }
  })

  test('nothing where a constructor takes its numbers for numbers: it is made anew', () => {
    const compared = (given: { readonly learningRate: number }) =>
      given.learningRate > 0.5 ? sgd(given) : sgd({ learningRate: 10 * given.learningRate })
    const tx = injectHyperparams(compared)({ learningRate: 1 })
    const copied = injectHyperparams((given: Rated) => sgd({ ...given }))({ learningRate: 1 })
    const one = tf.scalar(1)
    for (const [value, expected, plainly] of [
      [1, -1, -1],
      [0.25, -2.5, -0.25],
      [2, -2, -2],
    ] as const) {
      const state = treeSet(tx.init(one), ['hyperparams', 'learningRate'], value)
      expect(numbers(tx.update(one, state, one)[0])).toEqual([[expected]])
      const other = treeSet(copied.init(one), ['hyperparams', 'learningRate'], value)
      expect(numbers(copied.update(one, other, one)[0])).toEqual([[plainly]])
    }
  })

  test('what is printed is the same as for the constructor, and then what the wrapper keeps', () => {
    const own = equations(adam({ learningRate: 0.1 }))
      .split('\n')
      .filter((line) => line.startsWith('  '))
    const injected = equations(injectHyperparams(adam)({ learningRate: rate })).split('\n')
    expect(injected.filter((line) => line.startsWith('  '))).toEqual(own)
    expect(injected.filter((line) => !line.startsWith('  '))).toEqual([
      'inner.0 scaleByAdam',
      'inner.1 scaleByLearningRate',
      'hyperparams hyperparams',
      'injectHyperparams',
      'step',
    ])
  })
})
