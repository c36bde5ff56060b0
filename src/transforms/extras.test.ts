import { inPasses } from '../../laws/checks/agreeInPasses.js'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/index.js'
import { chain, conditionallyMask, conditionallyTransform, hide, masked } from '../combinators/index.js'
import { polyakSgd, sgd } from '../optimizers/index.js'
import { minimize } from '../training/minimize.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { scaleByBacktrackingLinesearch } from './scaleByBacktrackingLinesearch.js'
import { scaleByPolyak } from './scaleByPolyak.js'
import { scaleByZoomLinesearch } from './scaleByZoomLinesearch.js'

const params = () => ({ w: tf.tensor1d([1, -2]) })
const loss = ({ w }: { readonly w: tf.Tensor }): tf.Scalar => tf.sum(tf.mul(w, w))
const grads = () => ({ w: tf.tensor1d([2, -4]) })

type Loose = Transformation<Opaque, never>
const loose = (tx: unknown): Loose => tx as Loose // as JavaScript sees it
const told = (tx: Loose, extra: unknown): readonly string[] => {
  const p = params()
  const g = grads()
  const state = tx.init(p)
  const before = tf.memory().numTensors
  const messages = [() => tx.update(g, state, p, extra as never), () => step(tx)(g, state, p, extra as never)].map(
    (act) => {
      try {
        act()
        return 'nothing was thrown'
      } catch (error) {
        return String(error)
      }
    },
  )
  expect(tf.memory().numTensors).toBe(before)
  return messages
}

const search = () => ({ value: 5, grad: grads(), valueFn: loss })
const searching: Readonly<Record<string, Loose>> = {
  scaleByBacktrackingLinesearch: loose(scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 5 })),
  scaleByZoomLinesearch: loose(scaleByZoomLinesearch({ maxLinesearchSteps: 5 })),
}
const valued: Readonly<Record<string, Loose>> = {
  ...searching,
  scaleByPolyak: loose(polyakSgd()),
}

describe('an extra that is missing or wrong is told by transformation and name', () => {
  for (const [name, tx] of Object.entries(valued)) {
    const names = name === 'scaleByPolyak' ? 'value' : 'value, grad, valueFn'
    test(`${name}: value`, () => {
      for (const message of told(tx, undefined))
        expect(message).toContain(`TypeError: ${name}: needs { ${names} } as the argument after params, found nothing.`)
      for (const message of told(tx, { Value: 5 })) expect(message).toContain('Did you mean value where it says Value?')
      for (const [sort, shown, value] of [
        ['RangeError', 'NaN', Number.NaN],
        ['RangeError', '-Infinity', Number.NEGATIVE_INFINITY],
        ['TypeError', "'5'", '5'],
        ['TypeError', '5n', 5n],
        ['TypeError', 'null', null],
        ['TypeError', 'a Tensor', tf.tensor1d([5, 5])],
        ['TypeError', 'a Tensor', tf.scalar(5, 'int32')],
        ['TypeError', 'a Tensor', tf.scalar(Number.NaN)],
        ['TypeError', 'a Promise', Promise.resolve(5)],
      ] as const)
        for (const message of told(tx, { ...search(), value }))
          expect(message).toContain(
            `${sort}: ${name}: value must be the loss at the present parameters, a finite number or a float32 tensor of one, found ${shown}.`,
          )
    })

    test(`${name}: a tensor of one number is the number`, () => {
      const p = params()
      const given = search()
      const [byNumber] = tx.update(grads(), tx.init(p), p, given as never)
      for (const value of [tf.scalar(5), tf.tensor1d([5])]) {
        const [byTensor] = tx.update(grads(), tx.init(p), p, { ...given, value } as never)
        expect([...(byTensor.w as tf.Tensor).dataSync()]).toEqual([...(byNumber.w as tf.Tensor).dataSync()])
        expect(value.isDisposed).toBe(false)
      }
    })
  }

  for (const [name, tx] of Object.entries(searching))
    test(`${name}: grad and valueFn`, () => {
      for (const message of told(tx, { ...search(), grad: undefined }))
        expect(message).toContain('grad is the gradient of the loss there, a tree like the parameters.')
      for (const message of told(tx, { ...search(), grad: { v: null } }))
        expect(message).toContain('grad: at w, expected')
      for (const message of told(tx, { ...search(), valueFn: 5 }))
        expect(message).toContain(`${name}: valueFn must be the loss, a function of parameters, found 5.`)
      for (const [shown, value] of [
        ['5', 5],
        ['undefined', undefined],
        ['a Promise', Promise.resolve(5)],
      ] as const)
        for (const message of told(tx, { ...search(), valueFn: () => value }))
          expect(message).toContain(`${name}: valueFn(…) must be a float32 tensor of one number, found ${shown}.`)
    })

  test('through masks and chains', () => {
    for (const message of told(loose(masked({ mask: true })(scaleByZoomLinesearch({ maxLinesearchSteps: 5 }))), {}))
      expect(message).toContain('scaleByZoomLinesearch: needs { value, grad')
    for (const message of told(loose(masked({ mask: true })(chain(scaleByPolyak()))), { loss: 5 }))
      expect(message).toContain('scaleByPolyak: needs { value } as the argument after params, found { loss: 5 }.')
  })

  test('the number of updates of an average', () => {
    const tx = loose(withMovingAverage({ numUpdates: 'given', start: 3 })(sgd({ learningRate: 1 })))
    for (const message of told(tx, undefined))
      expect(message).toContain('withMovingAverage: needs { numUpdates } as the argument after params, found nothing.')
    for (const wrong of [-1, Number.NaN, '7', 7n])
      for (const message of told(tx, { numUpdates: wrong }))
        expect(message).toContain('withMovingAverage: numUpdates must be a finite number ≥ 0, found')
  })

  for (const [name, make] of [
    ['conditionallyMask', conditionallyMask],
    ['conditionallyTransform', conditionallyTransform],
  ] as const)
    test(`${name}: what a condition reads`, () => {
      const tx = loose(
        make({ shouldTransformFn: (_step: number, { size }: { readonly size: number }) => size < 10 })(
          sgd({ learningRate: 1 }),
        ),
      )
      for (const [found, extra] of [
        ['nothing', undefined],
        ['{ Size: 1 }', { Size: 1 }],
      ] as const)
        for (const message of told(tx, extra))
          expect(message).toContain(
            `TypeError: ${name}: shouldTransformFn reads size, which was not handed in, found ${found}. Pass { size } as the argument after params`,
          )
      const asking = hide(
        make({ shouldTransformFn: (_step: number, extra: { readonly size?: number }) => !('size' in extra) })(
          sgd({ learningRate: 1 }),
        ),
      )
      const p = params()
      expect(step(asking)(grads(), asking.init(p), p).params.w.dataSync()[0]).toBe(-1)
    })
})

test('what minimize evaluates can be handed on as it is', () => {
  const train = minimize(polyakSgd({ maxLearningRate: 1 }), loss, { extra: ({ value }) => ({ value }) })
  const p = params()
  const { params: next } = train({ params: p, state: polyakSgd().init(p) })
  expect(inPasses().equals([...next.w.dataSync()], [0.5, -1])).toBe(true)
})
