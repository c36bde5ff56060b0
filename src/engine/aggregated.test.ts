import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { applyIfFinite } from '../combinators/applyIfFinite.js'
import { cautious } from '../combinators/cautious.js'
import { chain } from '../combinators/chain.js'
import { flush } from '../combinators/flush.js'
import { lookahead } from '../combinators/lookahead.js'
import { masked } from '../combinators/masked.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { partition } from '../combinators/partition.js'
import { skipNotFinite } from '../combinators/skipUpdates.js'
import { hide } from '../combinators/transformations.js'
import { addMeanVarianceToOpt } from '../microbatching/addMeanVarianceToOpt.js'
import { averagePerElementUpdates } from '../microbatching/averagePerElementUpdates.js'
import { microVmap } from '../microbatching/microVmap.js'
import { adam } from '../optimizers/adam.js'
import { dpsgd } from '../optimizers/dpsgd.js'
import { sgd } from '../optimizers/sgd.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { applyUpdates } from '../transformation/applyUpdates.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { differentiallyPrivateAggregate } from '../transforms/differentiallyPrivateAggregate.js'
import { perExampleGlobalNormClip } from '../transforms/perExampleGlobalNormClip.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'

type Any = Transformation<Opaque>

const start = () => ({ w: tf.tensor2d([[1, -2]]), b: tf.scalar(0.5), none: tf.zeros([0]) })
/** Three examples. */
const stacked = (t: number) => ({
  w: tf.tensor3d([t, 1, -1, t, 0.5, 2], [3, 1, 2]),
  b: tf.tensor1d([1, t, -t]),
  none: tf.zeros([3, 0]),
})
const meanOf = (grads: ReturnType<typeof stacked>) =>
  tf.tidy(() => ({ w: tf.mean(grads.w, 0), b: tf.mean(grads.b, 0), none: tf.zeros([0]) }))
const numbers = (value: unknown) => tensorsOf(value).map((tensor) => [...tensor.dataSync()])

/** Four steps; everything that is made and not in use is counted after each. */
const run = (tx: Any, gradsOf: (t: number) => object, donate: boolean) => {
  const base = tf.memory().numTensors
  const params = start()
  let now = { params, state: tx.init(params) }
  const over: number[] = []
  for (let t = 0; t < 4; t++) {
    const grads = gradsOf(t)
    const given = numbers(grads)
    const next = step(tx, { donate })(grads as never, now.state, now.params) // of other shapes than the parameters
    const inUse = new Set(tensorsOf(donate ? [next, grads] : [now, next, grads]))
    over.push(tf.memory().numTensors - base - inUse.size)
    expect(numbers(grads)).toEqual(given)
    disposeExcept(donate ? grads : [now, grads], next)
    now = next
  }
  expect(over).toEqual([0, 0, 0, 0])
  const found = numbers(now.params)
  disposeExcept(now, null)
  expect(tf.memory().numTensors).toBe(base)
  return found
}

const behind: Readonly<Record<string, () => Any>> = {
  nothing: () => hide(chain()),
  adam: () => hide(adam({ learningRate: 0.1 })),
  'what is no equation': () =>
    hide(plain({ name: 'passing', init: () => ({}), update: (updates, state) => [updates, state] })),
  'micro-batches': () => hide(multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 0.5, momentum: 0.5 }))),
  'a fork': () =>
    hide(
      multiSteps({ everyKSchedule: 1, shouldSkipUpdateFn: skipNotFinite })(sgd({ learningRate: 0.5, momentum: 0.5 })),
    ),
  'a trial': () => hide(applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(adam({ learningRate: 0.1 }))),
  'a kept update': () =>
    hide(cautious()(chain(behind['what is no equation']?.() ?? chain(), adam({ learningRate: 0.1 })))),
}

describe('gradients of single examples, averaged first', () => {
  test.each(Object.entries(behind))('%s sees their mean, and nothing is left', (_, after) => {
    const whole = run(
      after(),
      (t) => {
        const grads = stacked(t)
        const mean = meanOf(grads)
        disposeExcept(grads, mean)
        return mean
      },
      false,
    )
    for (const donate of [false, true]) {
      const found = run(hide(chain(averagePerElementUpdates(), after())), stacked, donate)
      found.flat().forEach((x, i) => {
        expect(Math.abs(x - (whole.flat()[i] ?? Number.NaN))).toBeLessThan(2e-6)
      })
      run(hide(addMeanVarianceToOpt({ accumulationSteps: 3 })(after())), stacked, donate)
    }
  })

  test.each([
    ['an average around', (tx: Any) => hide(withMovingAverage({ decay: 0.5 })(tx))],
    ['lookahead around', (tx: Any) => hide(lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(tx))],
  ] as const)('%s them is like one around the rest', (_, around) => {
    const adams = () => adam({ learningRate: 0.1 })
    const wide = run(around(hide(chain(averagePerElementUpdates(), adams()))), stacked, false)
    expect(run(hide(chain(averagePerElementUpdates(), around(hide(adams())))), stacked, false)).toEqual(wide)
  })

  test('other axes, and leaves without a gradient', () => {
    tf.tidy(() => {
      const params = start()
      const tx = averagePerElementUpdates({ perEltAxis: [0, -1] })
      const grads = { w: tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 2, 2]), b: null, none: null }
      const [updates] = tx.update(grads, tx.init(params), params)
      expect(updates.w?.arraySync()).toEqual([[3.5, 5.5]])
      expect(updates.b).toBeNull()
      const nothing = { w: null, b: null, none: null }
      const dp = dpsgd({ learningRate: 1, l2NormClip: 1, noiseMultiplier: 1 })
      const still = step(dp)(nothing, dp.init(params), params)
      expect(still.params.w).toBe(params.w)
      expect(still.state[0].count).toBe(0)
    })
  })

  test('what has gathered behind them goes on', () => {
    tf.tidy(() => {
      const tx = chain(averagePerElementUpdates(), multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 1 })))
      const params = { w: tf.scalar(1) }
      const one = step(tx)({ w: tf.tensor1d([2, 4]) }, tx.init(params), params)
      expect(one.params.w.dataSync()[0]).toBe(1)
      expect(flush(tx)(one.state, one.params).params.w.dataSync()[0]).toBe(-2)
    })
  })

  test('microVmap makes them', () => {
    tf.tidy(() => {
      const params = { w: tf.tensor1d([1, 2]) }
      const loss = ({ w }: typeof params, x: tf.Tensor) => tf.sum(tf.square(tf.mul(w, x)))
      const x = tf.tensor2d([
        [1, 0],
        [2, 1],
        [0, 3],
      ])
      const grads = microVmap((row: tf.Tensor) => valueAndGrad(loss)(params, row).grads)(x)
      const tx = chain(averagePerElementUpdates(), sgd({ learningRate: 1 }))
      const [updates] = tx.update(grads, tx.init(params), params)
      const mean = valueAndGrad((p: typeof params) => tf.div(tf.sum(tf.square(tf.mul(p.w, x))), 3))(params)
      const wanted = numbers(mean.grads).flat()
      numbers(updates)
        .flat()
        .forEach((u, i) => expect(Math.abs(u + (wanted[i] ?? Number.NaN))).toBeLessThan(1e-6))
    })
  })
})

describe('differentially private descent', () => {
  test('takes them, or the sum of clipped ones: the same numbers and the same noise', () => {
    tf.tidy(() => {
      for (const noiseMultiplier of [0, 1.5]) {
        const options = { learningRate: 0.5, l2NormClip: 0.7, noiseMultiplier, key: 3, momentum: 0.5 }
        const [all, sums] = [dpsgd(options), dpsgd({ ...options, batchSize: 3 })]
        let one = { params: start(), state: all.init(start()) }
        let other = one
        for (let t = 0; t < 3; t++) {
          const grads = stacked(t)
          one = step(all)(grads, one.state, one.params)
          const [sum] = perExampleGlobalNormClip(grads, { l2NormClip: 0.7 })
          other = step(sums)(sum, other.state, other.params)
        }
        const [found, wanted] = [numbers(one.params).flat(), numbers(other.params).flat()]
        found.forEach((x, i) => expect(Math.abs(x - (wanted[i] ?? Number.NaN))).toBeLessThan(1e-6))
      }
    })
  })

  test.each([false, true])('leaves nothing, donated %s', (donate) => {
    const make = (noiseMultiplier: number): Any =>
      hide(
        chain(differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier, key: 1 }), adam({ learningRate: 0.1 })),
      )
    run(make(0), stacked, donate)
    expect(run(make(1), stacked, donate)).toEqual(run(make(1), stacked, !donate))
  })
})

describe('what is refused', () => {
  const all = averagePerElementUpdates
  const expectRefused = (tx: Any, grads: object, what: RegExp, kind: new (...given: never) => Error): void => {
    const params = start()
    const state = tx.init(params)
    const before = tf.memory().numTensors
    for (const donate of [false, true]) {
      expect(() => step(tx, { donate })(grads as never, state, params)).toThrow(kind)
      expect(() => step(tx, { donate })(grads as never, state, params)).toThrow(what)
    }
    expect(() => tx.update(grads as never, state, params)).toThrow(what)
    expect(tf.memory().numTensors).toBe(before)
    expect(tensorsOf([params, state]).some(({ isDisposed }) => isDisposed)).toBe(false)
    disposeExcept([params, state, grads], null)
  }

  test('anything before it, or a mask around it', () => {
    const places: readonly (readonly [Any, RegExp])[] = [
      [
        hide(chain(sgd({ learningRate: 1 }), all())),
        /averagePerElementUpdates takes gradients of single examples, and scaleBy\w+ comes before it. Pass it first/,
      ],
      [hide(chain(all(), all())), /averagePerElementUpdates comes before it/],
      [
        hide(
          chain(all(), sgd({ learningRate: 1 }), differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 0 })),
        ),
        /averagePerElementUpdates comes before it/,
      ],
      [hide(cautious()(chain(all(), adam({ learningRate: 1 })))), /comes before it/],
      [hide(masked({ mask: { w: true, b: false, none: false } })(all())), /stands under a mask/],
      [
        hide(
          partition({
            transforms: { one: all(), two: sgd({ learningRate: 1 }) },
            paramLabels: { w: 'one', b: 'two', none: 'two' },
          }),
        ),
        /stands under a mask/,
      ],
    ]
    for (const [tx, what] of places) expectRefused(tx, stacked(1), what, TypeError)
  })

  test('wrappers that read the gradients first find them unlike the parameters', () => {
    for (const tx of [
      hide(multiSteps({ everyKSchedule: 2 })(chain(all(), sgd({ learningRate: 1 })))),
      hide(applyIfFinite({ maxConsecutiveErrors: 1 })(chain(all(), sgd({ learningRate: 1 })))),
    ])
      expectRefused(tx, stacked(1), /grads: at w|updates: at w/, TreeMismatch)
  })

  test('gradients without examples, of other shapes, or of other numbers of them', () => {
    expectRefused(
      hide(all()),
      meanOf(stacked(1)),
      /at w, expected float32 gradients of single examples, for averagePerElementUpdates: \[1, 2\]/,
      TreeMismatch,
    )
    expectRefused(
      hide(all()),
      { ...stacked(1), b: tf.zeros([2]) },
      /averagePerElementUpdates: b has 2 examples, expected 3, as w has/,
      TypeError,
    )
    expectRefused(
      hide(all()),
      { w: tf.zeros([0, 1, 2]), b: null, none: null },
      /w has 0 examples, expected at least one/,
      TypeError,
    )
    expectRefused(hide(all()), { ...stacked(1), b: tf.ones([3], 'int32') }, /at b, expected float32/, TreeMismatch)
    expectRefused(hide(all()), { w: stacked(1).w, b: null }, /at none/, TreeMismatch)
    expectRefused(
      hide(dpsgd({ learningRate: 1, l2NormClip: 1, noiseMultiplier: 1 })),
      meanOf(stacked(1)),
      /for differentiallyPrivateAggregate/,
      TreeMismatch,
    )
  })

  test('a variance of one example, and axes that are none', () => {
    const grads = { w: tf.ones([1, 1, 2]), b: tf.ones([1]), none: null }
    expectRefused(
      hide(addMeanVarianceToOpt()(sgd({ learningRate: 1 }))),
      grads,
      /a variance needs two examples/,
      RangeError,
    )
    for (const perEltAxis of [0.5, [], 'first' as never])
      expect(() => all({ perEltAxis })).toThrow(/perEltAxis must be an axis, or an array of axes/)
  })

  test('an update of theirs is applied as any other', () => {
    tf.tidy(() => {
      const params = { w: tf.scalar(1) }
      const tx = chain(all(), sgd({ learningRate: 1 }))
      const [updates] = tx.update({ w: tf.tensor1d([1, 3]) }, tx.init(params), params)
      expect(applyUpdates(params, updates).w.dataSync()[0]).toBe(-1)
    })
  })
})
