import * as tf from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf, whole } from '../../laws/checks/part.js'
import { chain } from '../combinators/chain.js'
import { byPath } from '../combinators/byPath.js'
import { copied, zeros } from '../equation/Slot.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { counting } from '../transformation/equation.js'
import { step } from '../transformation/step.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { minimize } from './minimize.js'
import { NoGradients } from './NoGradients.js'
import { valueAndGrad } from './valueAndGrad.js'

const numRuns = backendName === 'webgl' ? 2 : casesOf(30)

const sgd = (rate: number) =>
  equation({ name: 'sgd', options: { rate } })((A) => ({ update }) => ({ update: A.mul(A.lit(-rate), update) }))
/** Momentum, a moving average and a count, all of them visible in the state. */
const momentum = (rate: number) =>
  chain(
    equation({ name: 'momentum', slots: { mu: zeros }, host: counting })((A) => ({ update, mu }) => {
      const next = A.add(A.mul(A.lit(0.5), mu), update)
      return { update: A.mul(A.lit(-rate), next), mu: next }
    }),
    equation({ name: 'average', slots: { average: copied }, observes: true })((A) => ({ update, param, average }) => {
      const next = A.add(param, update)
      return { update, average: A.sub(average, A.mul(A.lit(0.5), A.sub(average, next))) }
    }),
  )
/** Takes a rate from outside with each step. */
const rated = equation({
  name: 'rated',
  host: { init: { seen: 0 }, next: ({ seen }, { rate }: { readonly rate: number }) => ({ seen: seen + rate }) },
  scalars: (_: { readonly seen: number }, { rate }: { readonly rate: number }) => ({ r: rate }),
})((A) => ({ update }, { r }) => ({ update: A.neg(A.mul(r, update)) }))

const numbers = (tree: unknown): readonly number[] => tensorsOf(tree).flatMap((tensor) => [...tensor.dataSync()])
const tensors = (): number => tf.memory().numTensors
const dispose = (...values: readonly unknown[]): void => {
  for (const tensor of tensorsOf(values)) tensor.dispose()
}

describe('minimize', () => {
  test("TensorFlow's testCorrectOverride: x = 1.2, loss x², rate 2 → −3.6", () => {
    const optimizer = sgd(2)
    const params = { x: tf.scalar(1.2) }
    const next = minimize(optimizer, ({ x }: typeof params) => tf.square(x))({ params, state: optimizer.init(params) })
    expect(Math.abs((numbers(next.params)[0] ?? 0) + 3.6)).toBeLessThanOrEqual(1e-6)
    expect(numbers(next.value)[0]).toBeCloseTo(1.44, 5)
    dispose(params, next)
  })

  test("TensorFlow's optimizer_test: rate 3, loss 5a + 3b, plain and with grad_loss 42", () => {
    const optimizer = sgd(3)
    const params = { a: tf.tensor1d([1, 2]), b: tf.tensor1d([3, 4]) }
    const loss = ({ a, b }: typeof params): tf.Tensor => tf.add(tf.mul(5, tf.sum(a)), tf.mul(3, tf.sum(b)))
    const now = { params, state: optimizer.init(params) }
    const next = minimize(optimizer, loss)(now)
    expect([numbers(next.params.a), numbers(next.params.b)]).toEqual([
      [-14, -13],
      [-6, -5],
    ])
    const scaled = minimize(optimizer, loss, { cotangent: 42 })(now)
    expect(numbers(scaled.params.a)).toEqual([1 - 3 * 5 * 42, 2 - 3 * 5 * 42])
    const masked = minimize(optimizer, loss, { mask: byPath((path) => path === 'b') })(now)
    expect(masked.params.a).toBe(params.a)
    expect(numbers(masked.params.b)).toEqual([-6, -5])
    dispose(params, next, scaled, masked)
  })

  test('L16: the composition of valueAndGrad and step, bit for bit', () => {
    const dyadic = fc.integer({ min: -64, max: 64 }).map((n) => n / 16)
    fc.assert(
      fc.property(
        fc.array(dyadic, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 }),
        dyadic,
        (xs, steps, c) => {
          const optimizer = momentum(0.25)
          const params = { w: tf.tensor1d(xs), b: tf.scalar(c) }
          const loss = ({ w, b }: typeof params, x: number): tf.Tensor => tf.mean(tf.square(tf.add(tf.mul(w, x), b)))
          const advance = minimize(optimizer, loss)
          const start = { params, state: optimizer.init(params) }
          let mine = start
          let theirs = start
          for (let i = 0; i < steps; i++) {
            const next = advance(mine, i + 1)
            const { value, grads } = valueAndGrad(loss)(theirs.params, i + 1)
            const stepped = step(optimizer)(grads, theirs.state, theirs.params)
            expect(numbers(next.value)).toEqual(numbers(value))
            expect(numbers(next.state)).toEqual(numbers(stepped.state))
            expect(numbers(next.params)).toEqual(numbers(stepped.params))
            mine = next
            theirs = stepped
          }
          expect(mine.state[0].count).toBe(steps)
        },
      ),
      { numRuns },
    )
  })

  test('L17: parameters that the mask hides, and their averages, do not change by a bit', () => {
    const optimizer = momentum(0.1)
    const params = { a: tf.tensor1d([0.1, 1e-30]), b: tf.tensor1d([0.3, -0.7]) }
    let now = { params, state: optimizer.init(params) }
    const before = [numbers(now.params.a), numbers(now.state[1].average.a), numbers(now.state[0].mu.a)]
    const advance = minimize(optimizer, ({ a, b }: typeof params) => tf.sum(tf.mul(a, tf.square(b))), {
      mask: { a: false, b: true },
    })
    for (let i = 0; i < 3; i++) now = advance(now)
    expect([numbers(now.params.a), numbers(now.state[1].average.a), numbers(now.state[0].mu.a)]).toEqual(before)
    expect(numbers(now.params.b)).not.toEqual([0.3, -0.7].map(Math.fround))
  })

  test('leaves exactly the tensors of its result, over many steps', () => {
    const optimizer = momentum(0.01)
    const params = { w: tf.tensor1d([1, 2, 3]), b: tf.scalar(1) }
    const advance = minimize(optimizer, ({ w, b }: typeof params) => tf.add(tf.sum(tf.square(w)), tf.square(b)))
    let now = { params, state: optimizer.init(params) }
    const before = tensors()
    for (let i = 0; i < (backendName === 'webgl' ? 40 : whole ? 1000 : 150); i++) {
      const next = advance(now)
      next.value.dispose()
      dispose(now)
      now = next
      expect(tensors()).toBe(before)
    }
    expect(numbers(now.params).every((x) => Math.abs(x) < 3)).toBe(true)
  })

  test('inputs stay as they are; donated inputs are gone and the numbers the same', () => {
    const optimizer = momentum(0.25)
    const params = { w: tf.tensor1d([1, 2, 3]) }
    const loss = ({ w }: typeof params): tf.Tensor => tf.sum(tf.square(w))
    const now = { params, state: optimizer.init(params) }
    const copy = { params: { w: tf.tensor1d([1, 2, 3]) }, state: optimizer.init({ w: tf.tensor1d([1, 2, 3]) }) }
    const pure = minimize(optimizer, loss)(now)
    expect(numbers(now)).toEqual(numbers(copy))
    const before = tensors()
    const donated = minimize(optimizer, loss, { donate: true })(copy)
    expect(tensors() - before).toBe(1)
    expect(numbers([donated.params, donated.state])).toEqual(numbers([pure.params, pure.state]))
  })

  test('aux comes along', () => {
    const optimizer = sgd(1)
    const params = { w: tf.tensor1d([1, 2]) }
    const before = tensors()
    const next = minimize(
      optimizer,
      (p: typeof params, x: number) => [tf.sum(tf.mul(p.w, x)), { seen: tf.mul(p.w, 10), x }] as const,
      { hasAux: true },
    )({ params, state: optimizer.init(params) }, 3)
    expect([numbers(next.aux.seen), next.aux.x, numbers(next.params)]).toEqual([[10, 20], 3, [-2, -1]])
    dispose(next)
    expect(tensors()).toBe(before)
  })

  test('extra is made from the evaluated loss and the arguments, and what it makes is tidied', () => {
    const params = { w: tf.tensor1d([1, 2]) }
    const before = tensors()
    const advance = minimize(rated, ({ w }: typeof params, scale: number) => tf.mul(tf.sum(w), scale), {
      extra: ({ value, grads }, scale) => {
        const norm = tf.sum(tf.abs(grads.w ?? 0))
        return { rate: (value.dataSync()[0] ?? 0) * scale + (norm.dataSync()[0] ?? 0) }
      },
    })
    const next = advance({ params, state: rated.init(params) }, 2)
    expect(next.state.seen).toBe(3 * 2 * 2 + 4)
    expect(numbers(next.params)).toEqual([1 - 16 * 2, 2 - 16 * 2])
    dispose(next)
    expect(tensors()).toBe(before)
  })

  test('an error leaves nothing behind, wherever it comes from', () => {
    const params = { w: tf.tensor1d([1, 2]) }
    const sum = ({ w }: typeof params): tf.Tensor => tf.sum(w)
    const boom = new Error('boom')
    const before = tensors()
    const now = { params, state: rated.init(params) }
    expect(() =>
      minimize(rated, sum, {
        extra: () => {
          throw boom
        },
      })(now),
    ).toThrow(boom)
    expect(() => minimize(momentum(1), sum)({ params, state: {} as never })).toThrow(
      /^state: expected the state that init/,
    )
    expect(() => minimize(sgd(1), () => tf.mul(tf.scalar(1), 2))({ params, state: sgd(1).init(params) })).toThrow(
      NoGradients,
    )
    // as JavaScript sees it
    const loose = minimize as unknown as (...given: readonly unknown[]) => unknown
    expect(() => loose(sum, sgd(1))).toThrow(
      new TypeError('minimize: the optimizer comes first: minimize(optimizer, loss).'),
    )
    expect(() => loose(momentum, sum)).toThrow('minimize: the optimizer is a function, call it: momentum({ … }).')
    expect(() => minimize(sgd(1), sum, { donat: true } as object)).toThrow(
      /minimize: there is no option donat\. Did you mean donate\?/,
    )
    expect(tensors()).toBe(before)
  })
})
