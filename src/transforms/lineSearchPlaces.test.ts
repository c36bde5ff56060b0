import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { applyIfFinite } from '../combinators/applyIfFinite.js'
import { chain } from '../combinators/chain.js'
import { conditionallyTransform } from '../combinators/conditionallyTransform.js'
import { flatten } from '../combinators/flatten.js'
import { injectHyperparams } from '../combinators/injectHyperparams.js'
import { lookahead } from '../combinators/lookahead.js'
import { masked } from '../combinators/masked.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { namedChain } from '../combinators/namedChain.js'
import { partition } from '../combinators/partition.js'
import { selectiveTransform } from '../combinators/selectiveTransform.js'
import { lbfgs } from '../optimizers/lbfgs.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { LineSearch } from './lineSearch.js'
import { scaleByBacktrackingLinesearch } from './scaleByBacktrackingLinesearch.js'
import { scaleByZoomLinesearch } from './scaleByZoomLinesearch.js'

beforeEach(() => {
  tf.engine().startScope()
})
afterEach(() => {
  tf.engine().endScope()
})

// a type, not an interface: trees are records by index
type Params = { readonly w: tf.Tensor; readonly v: { readonly k: tf.Tensor } }

const start = (): Params => ({ w: tf.tensor1d([1, -2]), v: { k: tf.tensor2d([[0.5], [1.5]]) } })

/** Its two leaves pull at each other, so that it tells which of them the search was shown. */
const loss = ({ w, v: { k } }: Params): tf.Scalar =>
  tf.tidy(() => {
    const flat = tf.reshape(k, [2])
    const apart = tf.sum(tf.add(tf.square(tf.square(w)), tf.mul(3, tf.square(tf.sub(flat, 1)))))
    return tf.add(apart, tf.sum(tf.mul(w, flat)))
  })

type Any = Transformation<Opaque, LineSearch>
type Now<P> = { readonly params: P; readonly state: unknown }

/** Some steps on a loss. */
const walked = <P extends object>(tx: Any, f: (params: P) => tf.Scalar, params: P, steps = 3): Now<P> => {
  let now: Now<P> = { params, state: tx.init(params as never) }
  for (let i = 0; i < steps; i++) {
    const { value, grads } = valueAndGrad(f as never)(now.params as never)
    const extra = { value: value.dataSync()[0] ?? Number.NaN, grad: grads, valueFn: f }
    // trees of one loss, whose types say nothing more here
    now = step(tx)(grads as never, now.state, now.params as never, extra as never)
  }
  return now
}

const numbers = (tree: unknown): readonly number[] => tensorsOf(tree).flatMap((x) => [...x.dataSync()])

const searches: Readonly<Record<string, () => Any>> = {
  backtracking: () =>
    chain(sgd({ learningRate: 1 }), scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 15 })) as unknown as Any,
  zoom: () => chain(sgd({ learningRate: 1 }), scaleByZoomLinesearch({ maxLinesearchSteps: 15 })) as unknown as Any,
  'lbfgs with zoom': () => lbfgs() as unknown as Any,
  'lbfgs with backtracking': () =>
    lbfgs({ linesearch: scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 15 }) }) as unknown as Any,
}

const any = (tx: unknown): Any => tx as Any // combinators of searches, whose states are not looked at here

describe.each(Object.entries(searches))('%s', (_name, search) => {
  const onlyW = { w: true, v: false }

  /** What it does to `w` alone, where `v` rests. */
  const alone = () => {
    const { w, v } = start()
    return numbers(walked(search(), (p: { readonly w: tf.Tensor }) => loss({ w: p.w, v }), { w }).params)
  }

  test('under a mask it is the search on the leaves that it sees, where the others rest', () => {
    const { params } = walked(any(masked({ mask: onlyW, otherwise: 'zero' })(search())), loss, start())
    expect(numbers(params.w)).toEqual(alone())
    expect(numbers(params.w)).not.toEqual(numbers(start().w))
    expect(numbers(params.v)).toEqual(numbers(start().v))
  })

  test('as it is in a partition, under selectiveTransform, under two masks and under a condition', () => {
    const places = [
      partition({ transforms: { a: search(), b: sgd({ learningRate: 0 }) }, paramLabels: { w: 'a', v: 'b' } }),
      selectiveTransform({ freezeMask: { w: false, v: true } })(search()),
      masked({ mask: { w: true, v: false }, otherwise: 'zero' })(masked({ mask: true })(search())),
      masked({ mask: true })(masked({ mask: { w: true, v: { k: false } }, otherwise: 'zero' })(search())),
      masked({ mask: onlyW, otherwise: 'zero' })(conditionallyTransform({ shouldTransformFn: () => true })(search())),
      masked({ mask: onlyW, otherwise: 'zero' })(applyIfFinite({ maxConsecutiveErrors: 2 })(search())),
      masked({ mask: onlyW, otherwise: 'zero' })(
        applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(search()),
      ),
      masked({ mask: onlyW, otherwise: 'zero' })(flatten(search())),
      flatten(search()),
    ]
    const wanted = alone()
    for (const place of places.slice(0, -1)) expect(numbers(walked(any(place), loss, start()).params.w)).toEqual(wanted)
  })

  test('two searches in one partition: the loss falls with both', () => {
    const tx = any(partition({ transforms: { a: search(), b: search() }, paramLabels: { w: 'a', v: 'b' } }))
    const before = loss(start()).dataSync()[0] ?? Number.NaN
    const { params } = walked(tx, loss, start(), 4)
    expect(numbers(params).every(Number.isFinite)).toBe(true)
    expect(loss(params).dataSync()[0]).toBeLessThan(before - 5)
  })

  test('flattened it makes the same steps', () => {
    const [plain, flat] = [search(), any(flatten(search()))].map((tx) => numbers(walked(tx, loss, start()).params))
    expect(flat).toHaveLength(4)
    flat?.forEach((x, i) => expect(Math.abs(x - (plain?.[i] ?? Number.NaN))).toBeLessThan(1e-4))
  })

  test.each<readonly [string, (inner: Any) => unknown]>([
    ['withMovingAverage', (inner) => withMovingAverage({ decay: 0.5 })(inner)],
    [
      'withMovingAverage under a mask',
      (inner) => masked({ mask: onlyW, otherwise: 'zero' })(withMovingAverage({ decay: 0.5 })(inner)),
    ],
    ['applyIfFinite', (inner) => applyIfFinite({ maxConsecutiveErrors: 2 })(inner)],
    ['applyIfFinite on the device', (inner) => applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(inner)],
    ['lookahead', (inner) => lookahead({ syncPeriod: 2, slowStepSize: 0.75 })(inner)],
    [
      'lookahead that starts again',
      (inner) => lookahead({ syncPeriod: 2, slowStepSize: 0.75, resetState: true })(inner),
    ],
    ['multiSteps', (inner) => multiSteps({ everyKSchedule: 2 })(inner)],
    ['namedChain', (inner) => namedChain({ inner, rest: sgd({ learningRate: 1, momentum: 0 }) })],
    ['flatten around a mask', (inner) => flatten(masked({ mask: true })(inner))],
    [
      'lookahead under a mask that starts again',
      (inner) =>
        masked({ mask: onlyW, otherwise: 'zero' })(
          lookahead({ syncPeriod: 2, slowStepSize: 1, resetState: true })(inner),
        ),
    ],
  ])('%s: finite, and nothing is left behind', (name, wrap) => {
    const tx = any(name === 'namedChain' ? namedChain({ inner: search() }) : wrap(search()))
    for (const donate of [false, true]) {
      tf.engine().startScope()
      const params = start()
      const before = tf.memory().numTensors - tensorsOf(params).length
      const first = loss(params).dataSync()[0] ?? Number.NaN
      let state = tx.init(params as never)
      let now = params
      for (let i = 0; i < 4; i++) {
        const { value, grads } = valueAndGrad(loss)(now)
        const extra = { value: value.dataSync()[0] ?? Number.NaN, grad: grads, valueFn: loss }
        const next = step(tx, { donate })(grads as never, state, now as never, extra as never)
        const kept = new Set(tensorsOf(next))
        for (const x of tensorsOf([value, grads, state, now])) if (!kept.has(x) && !x.isDisposed) x.dispose()
        state = next.state
        now = next.params
      }
      expect(numbers([now, state]).every((x) => !Number.isNaN(x))).toBe(true)
      expect(loss(now).dataSync()[0]).toBeLessThan(first)
      expect(tf.memory().numTensors - before).toBe(new Set(tensorsOf([now, state])).size + 2)
      tf.engine().endScope()
    }
  })
})

test('hyperparameters of a search may be injected, under a mask too', () => {
  const inject = injectHyperparams(scaleByBacktrackingLinesearch, { staticArgs: ['maxBacktrackingSteps'] })
  const injected = chain(sgd({ learningRate: 1 }), inject({ maxBacktrackingSteps: 15, slopeRtol: 1e-4 }))
  const under = (tx: unknown) => any(masked({ mask: { w: true, v: false }, otherwise: 'zero' })(any(tx)))
  const wanted = numbers(walked(under(searches['backtracking']?.()), loss, start()).params)
  expect(numbers(walked(under(injected), loss, start()).params)).toEqual(wanted)
})

test('a gradient that does not fit is named, under a mask as elsewhere', () => {
  const tx = masked({ mask: { w: true, v: false } })(scaleByZoomLinesearch({ maxLinesearchSteps: 3 }))
  const params = start()
  const extra = { value: 1, grad: { w: params.w }, valueFn: loss }
  expect(() => tx.update(params, tx.init(params), params, extra)).toThrow('grad: at v, expected the same keys')
})

test('flatten: keys may stand in another order at each step', () => {
  const tx = flatten(sgd({ learningRate: 1, momentum: 0.5 }))
  const [a, b] = [tf.tensor1d([1, 2]), tf.scalar(3)]
  const once = tx.update({ a, b }, tx.init({ a, b }), { a, b })
  const [same] = tx.update({ a, b }, once[1], { a, b })
  const [turned] = tx.update({ b, a }, once[1], { b, a })
  expect(numbers(turned.a)).toEqual(numbers(same.a))
  expect(numbers(turned.b)).toEqual([-4.5])
})
