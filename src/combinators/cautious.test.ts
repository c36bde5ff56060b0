import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { sgd } from '../optimizers/sgd.js'
import { equations } from '../transformation/equations.js'
import { step } from '../transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../transformation/Transformation.js'
import { scale } from '../transforms/scale.js'
import { scaleByAdam } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { setToZero } from '../transforms/setToZero.js'
import { stateless } from '../transforms/stateless.js'
import { statelessWithTreeMap } from '../transforms/statelessWithTreeMap.js'
import { trace } from '../transforms/trace.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { applyIfFinite, cautious, chain, flatten, hide, lookahead, masked, multiSteps, partition } from './index.js'

const start = () => ({ w: tf.tensor1d([1, -2, 3, 4]), b: tf.tensor1d([0.5, -0.5]) })
const gradients = [
  { w: [1, 2, -1, 0.5], b: [1, -1] },
  { w: [-0.25, 1, 2, 0.5], b: [-3, -1] },
  { w: [0.5, -4, -1, -2], b: [1, 2] },
] as const

/** Momentum of decay ½ and its mask, in double. */
const expected = (updates: readonly (readonly number[])[]): readonly number[] => {
  let m: readonly number[] = updates[0]?.map(() => 0) ?? []
  let out: readonly number[] = []
  for (const g of updates) {
    m = m.map((x, i) => x / 2 + (g[i] ?? 0))
    const keep = m.map((x, i) => Number(x * (g[i] ?? 0) > 0))
    const mean = keep.reduce((a, b) => a + b, 0) / keep.length
    out = m.map((x, i) => (x * (keep[i] ?? 0)) / Math.max(mean, 1e-3))
  }
  return out
}

const momentum = () => trace({ decay: 0.5 })
const through = () => stateless({ f: (updates) => updates })
const doubled = () => statelessWithTreeMap({ f: (g) => tf.mul(g, 1) })

/** What stands between the gradient and its mask: nothing, what is no equation, forks, a trial. */
const inner: Readonly<Record<string, () => Transformation<Opaque>>> = {
  'an equation': () => hide(momentum()),
  'what is no equation': () => hide(chain(momentum(), doubled())),
  'what passes on': () => hide(chain(through(), momentum(), through())),
  'a vector of all': () => hide(chain(momentum(), flatten(scale({ stepSize: 1 })))),
  'a fork': () => hide(applyIfFinite({ maxConsecutiveErrors: 3 })(momentum())),
  'a trial': () => hide(applyIfFinite({ maxConsecutiveErrors: 3, decide: 'device' })(momentum())),
  'a fork in a fork': () =>
    hide(applyIfFinite({ maxConsecutiveErrors: 3 })(applyIfFinite({ maxConsecutiveErrors: 3 })(momentum()))),
  'one micro-batch': () => hide(multiSteps({ everyKSchedule: 1 })(momentum())),
}

/** Nothing stays behind. */
const counted = (act: () => void): void => {
  const before = tf.memory().numTensors
  tf.engine().startScope()
  act()
  tf.engine().endScope()
  expect(tf.memory().numTensors).toBe(before)
}

describe.each(Object.entries(inner))('between the gradient and its mask: %s', (_, make) => {
  test.each([false, true])('the mask is that of the gradient as it came, donated: %s', (donate) => {
    counted(() => {
      const tx = cautious()(make())
      let now = { params: start(), state: tx.init(start()) }
      gradients.forEach(({ w, b }, i) => {
        const grads = { w: tf.tensor1d([...w]), b: tf.tensor1d([...b]) }
        const before = { w: [...now.params.w.dataSync()], b: [...now.params.b.dataSync()] }
        const made = tf.memory().numTensors
        const known = new Set(tensorsOf([now, grads]))
        const next = step(tx, { donate })(grads, now.state, now.params)
        const fresh = tensorsOf(next).filter((x) => !known.has(x)).length
        if (!donate) expect(tf.memory().numTensors - made).toBe(fresh)
        now = next
        for (const key of ['w', 'b'] as const) {
          const wanted = expected(gradients.slice(0, i + 1).map((all) => all[key]))
          now.params[key].dataSync().forEach((x, k) => {
            expect(x - (before[key][k] ?? 0)).toBeCloseTo(wanted[k] ?? Number.NaN, 5)
          })
        }
        expect([...grads.w.dataSync()]).toEqual([...w])
      })
    })
  })
})

test('a whole optimizer points downhill', () => {
  counted(() => {
    const down = cautious({ downhill: true })(chain(momentum(), scale({ stepSize: -1 })))
    const up = chain(cautious()(momentum()), scale({ stepSize: -1 }))
    const run = (tx: Transformation<Opaque>) => {
      let now = { params: start(), state: tx.init(start()) }
      for (const { w, b } of gradients)
        now = step(tx)({ w: tf.tensor1d([...w]), b: tf.tensor1d([...b]) }, now.state, now.params)
      return [...now.params.w.dataSync(), ...now.params.b.dataSync()]
    }
    expect(run(hide(down))).toEqual(run(hide(up)))
  })
})

test('without a word it is read off what is wrapped: also two groups, a wrapper, and a sign turned twice', () => {
  const rate = scaleByLearningRate({ learningRate: 0.1 })
  const groups = partition({
    transforms: { one: sgd({ learningRate: 0.1 }), two: setToZero() },
    paramLabels: { w: 'one', b: 'two' },
  })
  const turned: readonly (readonly [AnyTransformation, boolean])[] = [
    [momentum(), false],
    [chain(momentum(), rate), true],
    [chain(momentum(), rate, scale({ stepSize: -1 })), false],
    [scaleByLearningRate({ learningRate: 0.1, flipSign: false }), false],
    [groups, true],
    [multiSteps({ everyKSchedule: 2 })(sgd({ learningRate: 0.1 })), true],
    [withMovingAverage({ decay: 0.9 })(momentum()), false],
  ]
  for (const [inner, downhill] of turned)
    expect(cautious()(inner).anatomy.description.options).toEqual({ floor: 1e-3, downhill })
  expect(cautious({ downhill: false })(groups).anatomy.description.options['downhill']).toBe(false)
})

test('nested, and twice in a chain, each looks at its own gradient', () => {
  counted(() => {
    const one = cautious()
    const turned = cautious({ downhill: false })(scale({ stepSize: -1 }))
    const params = start()
    const grads = { w: tf.tensor1d([1, 2, -1, 0.5]), b: tf.tensor1d([1, -1]) }
    const apply = (tx: Transformation<Opaque>) => [
      ...(tensorsOf(tx.update(grads, tx.init(params), params)[0])[0]?.dataSync() ?? []),
    ]
    // turned against the gradient, nothing is left
    expect(apply(hide(turned))).toEqual([0, 0, 0, 0])
    // the outer one sees −g come in and −g·½ come out; the inner one the same
    const nested = chain(scale({ stepSize: -1 }), one(chain(scale({ stepSize: 0.5 }), one(scale({ stepSize: 1 })))))
    expect(apply(hide(nested))).toEqual([-0.5, -1, 0.5, -0.25])
    const halves = one(scale({ stepSize: 0.5 }))
    expect(apply(hide(chain(halves, scale({ stepSize: -1 }), halves)))).toEqual([-0.25, -0.5, 0.25, -0.125])
  })
})

test('a leaf whose update comes out later than its gradient is masked, also far away', () => {
  counted(() => {
    for (const wrap of [
      (tx: Transformation<Opaque>) => tx,
      (tx: Transformation<Opaque>) => hide(applyIfFinite({ maxConsecutiveErrors: 1 })(tx)),
    ]) {
      const tx = cautious()(wrap(hide(multiSteps({ everyKSchedule: 2 })(scale({ stepSize: 1 })))))
      const params = start()
      const full = { w: tf.tensor1d([1, 2, -1, 0.5]), b: tf.tensor1d([1, -1]) }
      const once = step(tx)(full, tx.init(params), params)
      const twice = step(tx)({ w: null, b: tf.tensor1d([1, 1]) }, once.state, once.params)
      expect([...twice.params.w.dataSync()]).toEqual([1, -2, 3, 4])
      // the mean of [1, −1] and [1, 1] is [1, 0]: half of it agrees with the last gradient
      expect([...twice.params.b.dataSync()]).toEqual([2.5, -0.5])
    }
  })
})

test('under a mask and when the inner state starts again it is the same rule', () => {
  counted(() => {
    const tx = lookahead({ syncPeriod: 2, slowStepSize: 1, resetState: true })(
      masked({ mask: { w: true, b: false } })(cautious()(momentum())),
    )
    let now = { params: start(), state: tx.init(start()) }
    for (const { w, b } of gradients.slice(0, 2))
      now = step(tx)({ w: tf.tensor1d([...w]), b: tf.tensor1d([...b]) }, now.state, now.params)
    const moved = [1, -2, 3, 4].map(
      (x, i) => x + [1, 2].reduce((sum, n) => sum + (expected(gradients.slice(0, n).map(({ w }) => w))[i] ?? 0), 0),
    )
    now.params.w.dataSync().forEach((x, i) => expect(x).toBeCloseTo(moved[i] ?? Number.NaN, 5))
    expect([...now.params.b.dataSync()]).toEqual([-1.5, -2.5])
  })
})

test('it is printed with what came in', () => {
  expect(equations(cautious()(scaleByAdam()))).toContain('incoming')
  expect(
    equations(cautious()(scaleByAdam()))
      .split('\n')
      .filter((line) => line.startsWith('cautious')),
  ).toHaveLength(1)
})
