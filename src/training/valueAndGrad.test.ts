import * as tf from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { byPath } from '../combinators/byPath.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { BadLoss } from './BadLoss.js'
import { grad } from './grad.js'
import { MissingGradient } from './MissingGradient.js'
import { NoGradients } from './NoGradients.js'
import { NoVariables } from './NoVariables.js'
import { valueAndGrad } from './valueAndGrad.js'

const numRuns = backendName === 'webgl' ? 3 : casesOf(50)

interface Pair {
  readonly [key: string]: tf.Tensor
  readonly a: tf.Tensor
  readonly b: tf.Tensor
}
const pair = (): Pair => ({ a: tf.tensor1d([1, 2]), b: tf.tensor1d([3, 4]) })
/** 5 Σa + 3 Σb, as in TensorFlow's optimizer_test.py. */
const linear = ({ a, b }: Pair): tf.Tensor => tf.add(tf.mul(5, tf.sum(a)), tf.mul(3, tf.sum(b)))

const tensors = (): number => tf.memory().numTensors
const numbers = (tensor: tf.Tensor | null): readonly number[] | null =>
  tensor === null ? null : [...tensor.dataSync()]

/** What `f` leaves behind, once what it made has been disposed. */
const leftBehind = (f: () => unknown): number => {
  const before = tensors()
  for (const tensor of new Set(tensorsOf(f()))) tensor.dispose()
  return tensors() - before
}
const thrown = (f: () => unknown): unknown => {
  try {
    f()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
/** The error that `f` throws; fails when it leaves a tensor behind. */
const cleanly = (f: () => unknown): unknown => {
  const before = tensors()
  const error = thrown(f)
  expect(tensors() - before).toBe(0)
  return error
}

describe('valueAndGrad', () => {
  test('gives the value and the gradient of every leaf, and nothing else', () => {
    const params = pair()
    const before = tensors()
    const { value, grads } = valueAndGrad(linear)(params)
    expect(tensors() - before).toBe(3)
    expect(numbers(value)).toEqual([36])
    expect(value.shape).toEqual([])
    expect(numbers(grads.a)).toEqual([5, 5])
    expect(numbers(grads.b)).toEqual([3, 3])
    tf.dispose([value, grads.a, grads.b].flatMap((x) => x ?? []))
    expect(tensors() - before).toBe(0)
    expect(numbers(params.a)).toEqual([1, 2])
  })

  test('takes further arguments, and nested trees with null and arrays', () => {
    const params = {
      layers: [
        { w: tf.scalar(2), none: null },
        { w: tf.scalar(3), none: null },
      ] as const,
    }
    const f = (p: typeof params, x: tf.Tensor, power: number): tf.Tensor =>
      tf.pow(tf.mul(tf.mul(p.layers[0].w, p.layers[1].w), x), power)
    const x = tf.scalar(0.5)
    const { value, grads } = valueAndGrad(f)(params, x, 2)
    expect(numbers(value)?.[0]).toBeCloseTo(9, 4)
    expect(numbers(grads.layers[0].w)?.[0]).toBeCloseTo(9, 4)
    expect(numbers(grads.layers[1].w)?.[0]).toBeCloseTo(6, 4)
    expect(grads.layers[1].none).toBe(null)
    tf.dispose([value, ...tensorsOf(grads)])
  })

  test('a leaf that the loss does not touch gets null', () => {
    const { value, grads } = valueAndGrad(({ a }: Pair) => tf.sum(a))(pair())
    expect([numbers(grads.a), grads.b]).toEqual([[1, 1], null])
    tf.dispose([value, ...tensorsOf(grads)])
  })

  test('a leaf that the mask hides gets null', () => {
    const params = pair()
    for (const mask of [{ a: false, b: true }, byPath((path) => path === 'b')]) {
      const { value, grads } = valueAndGrad(linear, { mask })(params)
      expect([grads.a, numbers(grads.b)]).toEqual([null, [3, 3]])
      tf.dispose([value, ...tensorsOf(grads)])
    }
  })

  test('a hidden leaf need not be float32', () => {
    const params = { w: tf.scalar(2), count: tf.scalar(3, 'int32') }
    const f = ({ w, count }: typeof params): tf.Tensor => tf.mul(w, tf.cast(count, 'float32'))
    const { value, grads } = valueAndGrad(f, { mask: { w: true, count: false } })(params)
    expect([numbers(grads.w), grads.count]).toEqual([[3], null])
    tf.dispose([value, ...tensorsOf(grads)])
    const error = cleanly(() => valueAndGrad(f)(params))
    expect(error).toBeInstanceOf(TreeMismatch)
    expect(error).toMatchObject({ path: 'count', message: expect.stringContaining('mask') })
  })

  test("TensorFlow's grad_loss: 5 · [42, −42], one cotangent for each part", () => {
    const params = { x: tf.scalar(1), y: tf.scalar(2) }
    const f = ({ x, y }: typeof params): tf.Tensor => tf.add(tf.mul(5, x), tf.mul(3, y))
    for (const [c, wanted] of [
      [42, [210, 126]],
      [-42, [-210, -126]],
    ] as const) {
      const grads = grad(f, { cotangent: c })(params)
      expect([grads.x, grads.y].flatMap(numbers)).toEqual(wanted)
      tf.dispose([...tensorsOf(grads)])
    }
  })

  test('L19: linear in the cotangent, number or tensor, and the value does not change', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -64, max: 64 }),
        fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 5 }),
        (c, xs) => {
          const before = tensors()
          tf.tidy(() => {
            const params = { w: tf.tensor1d(xs) }
            const f = ({ w }: typeof params): tf.Tensor => tf.sum(tf.mul(w, w))
            const plain = valueAndGrad(f)(params)
            for (const cotangent of [c / 4, tf.scalar(c / 4)]) {
              const scaled = valueAndGrad(f, { cotangent })(params)
              expect(numbers(scaled.value)).toEqual(numbers(plain.value))
              const wanted = (numbers(plain.grads.w) ?? []).map((g) => g * (c / 4) + 0)
              expect((numbers(scaled.grads.w) ?? []).map((g) => g + 0)).toEqual(wanted)
            }
          })
          expect(tensors()).toBe(before)
        },
      ),
      { numRuns },
    )
  })

  test('aux lives on, with tensors of its own', () => {
    const params = pair()
    const label = tf.scalar(7)
    const f = (
      p: Pair,
    ): readonly [
      tf.Tensor,
      {
        readonly doubled: tf.Tensor
        readonly parts: readonly tf.Tensor[]
        readonly name: string
        readonly count: number
      },
    ] => [linear(p), { doubled: tf.mul(p.a, 2), parts: [p.b, label], name: 'here', count: 2 }]
    const before = tensors()
    const { value, grads, aux } = valueAndGrad(f, { hasAux: true })(params)
    expect(tensors() - before).toBe(6)
    expect([numbers(aux.doubled), aux.parts.map(numbers), aux.name, aux.count]).toEqual([
      [2, 4],
      [[3, 4], [7]],
      'here',
      2,
    ])
    tf.dispose([value, ...tensorsOf(grads), ...tensorsOf(aux)])
    expect(tensors() - before).toBe(0)
    expect([numbers(params.b), numbers(label)]).toEqual([[3, 4], [7]])
  })

  test('inside tf.tidy everything is tidied, aux too, and the caller keeps its own', () => {
    const params = pair()
    const before = tensors()
    const sum = tf.tidy(() => {
      const kept = tf.scalar(1)
      const { value, grads, aux } = valueAndGrad(
        (p: Pair) => [linear(p), { kept, a: p.a, fresh: tf.neg(p.a) }] as const,
        { hasAux: true },
      )(params)
      return tf.addN([value, tf.sum(tf.mul(grads.a ?? 0, aux.fresh)), tf.sum(aux.kept)])
    })
    expect(numbers(sum)).toEqual([36 - 15 + 1])
    expect(tensors() - before).toBe(1)
    sum.dispose()
    expect(numbers(params.a)).toEqual([1, 2])
  })

  test('what the loss returns unchanged is copied: a parameter, a constant', () => {
    const params = { x: tf.scalar(3), y: tf.scalar(4) }
    const itself = valueAndGrad((p: typeof params) => p.x)(params)
    expect([numbers(itself.value), numbers(itself.grads.x), itself.grads.y]).toEqual([[3], [1], null])
    expect(itself.value).not.toBe(params.x)
    tf.dispose([itself.value, ...tensorsOf(itself.grads)])
    const seed = tf.scalar(-2)
    const seeded = grad((p: typeof params) => p.x, { cotangent: seed })(params)
    tf.dispose([...tensorsOf(seeded)])
    expect([numbers(params.x), numbers(seed)]).toEqual([[3], [-2]])
  })

  test('a bare tensor is a tree, and a variable is a leaf', () => {
    const square = (w: tf.Tensor): tf.Tensor => tf.sum(tf.square(w))
    const before = tensors()
    const x = tf.variable(tf.tensor1d([1, -2]))
    const { value, grads } = valueAndGrad(square)(x)
    expect([numbers(value), numbers(grads)]).toEqual([[5], [2, -4]])
    tf.dispose([value, ...tensorsOf(grads)])
    x.dispose()
    expect(tensors() - before).toBeLessThanOrEqual(1)
  })

  test('one tensor at two paths is two leaves', () => {
    const w = tf.scalar(3)
    const { value, grads } = valueAndGrad(({ a, b }: { readonly a: tf.Tensor; readonly b: tf.Tensor }) =>
      tf.mul(tf.square(a), b),
    )({ a: w, b: w })
    expect([numbers(value), numbers(grads.a), numbers(grads.b)]).toEqual([[27], [18], [9]])
    expect(
      leftBehind(() =>
        valueAndGrad(({ a, b }: { readonly a: tf.Tensor; readonly b: tf.Tensor }) => tf.mul(a, b))({ a: w, b: w }),
      ),
    ).toBe(0)
    tf.dispose([value, ...tensorsOf(grads)])
  })

  test('inside another gradient: d²/dx² x³ = 6x', () => {
    const cube = ({ x }: { readonly x: tf.Tensor }): tf.Tensor => tf.mul(x, tf.square(x))
    const slope = (p: { readonly x: tf.Tensor }): tf.Tensor => tf.sum(grad(cube)(p).x ?? 0)
    const params = { x: tf.scalar(2) }
    const before = tensors()
    const { value, grads } = valueAndGrad(slope)(params)
    expect([numbers(value)?.[0], numbers(grads.x)?.[0]].map((n) => Math.round((n ?? 0) * 1e4) / 1e4)).toEqual([12, 12])
    tf.dispose([value, ...tensorsOf(grads)])
    expect(tensors() - before).toBe(0)
  })

  test('the same gradients as tfjs', () => {
    const params = {
      w: tf.tensor2d([
        [1, -2],
        [0.5, 3],
      ]),
      b: tf.tensor1d([0.25, -1]),
    }
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    const f = (w: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mean(tf.tanh(tf.add(tf.matMul(x, w as tf.Tensor2D), b)))
    const [w, b] = tf.grads(f)([params.w, params.b])
    const mine = grad((p: typeof params) => f(p.w, p.b))(params)
    expect([numbers(mine.w), numbers(mine.b)]).toEqual([numbers(w ?? null), numbers(b ?? null)])
    tf.dispose([w, b, ...tensorsOf(mine)].flatMap((t) => t ?? []))
  })

  test('leaves nothing behind, with or without aux', () => {
    const params = pair()
    expect(leftBehind(() => valueAndGrad(linear)(params))).toBe(0)
    expect(leftBehind(() => grad(linear)(params))).toBe(0)
    expect(
      leftBehind(() =>
        valueAndGrad((p: Pair) => [linear(p), { a: p.a, twice: tf.add(p.a, p.a) }] as const, { hasAux: true })(params),
      ),
    ).toBe(0)
  })
})

describe('errors of valueAndGrad name the trouble and leave nothing behind', () => {
  test('NoVariables: an empty tree, or all of it hidden', () => {
    expect(cleanly(() => valueAndGrad(() => tf.scalar(1))({ a: null }))).toBeInstanceOf(NoVariables)
    const params = pair()
    const error = cleanly(() => valueAndGrad(linear, { mask: false })(params))
    expect(error).toBeInstanceOf(NoVariables)
    expect(error).toMatchObject({
      hidden: ['a', 'b'],
      message: expect.stringMatching(/no variables to optimize.*a, b/i),
    })
  })

  test('NoGradients: the loss depends on no leaf', () => {
    const params = pair()
    const error = cleanly(() => valueAndGrad(() => tf.mul(tf.scalar(2), 3))(params))
    expect(error).toBeInstanceOf(NoGradients)
    expect(error).toMatchObject({
      watched: ['a', 'b'],
      message: expect.stringContaining('no gradients provided for any variable'),
    })
    expect(
      cleanly(() => valueAndGrad(({ a }: Pair) => tf.sum(a), { mask: { a: false, b: true } })(params)),
    ).toMatchObject({ watched: ['b'] })
    expect(
      cleanly(() => valueAndGrad((p: Pair) => [tf.scalar(2), { a: tf.neg(p.a) }] as const, { hasAux: true })(params)),
    ).toBeInstanceOf(NoGradients)
  })

  test('BadLoss: no scalar, no float, a promise, no tensor, a pair unasked for, no pair', () => {
    const params = pair()
    const bad = (loss: (p: Pair) => unknown, hasAux = false): unknown =>
      // what the types refuse, as plain JavaScript may pass it
      cleanly(() =>
        valueAndGrad(loss as (p: Pair) => readonly [tf.Tensor, unknown], { hasAux: hasAux as true })(params),
      )
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [bad(({ a }) => tf.square(a)), /found a tensor of shape \[2\].*tf\.mean/],
      [bad(({ a }) => tf.cast(tf.sum(a), 'int32')), /dtype int32.*tf\.cast/],
      [bad(async () => 1), /async/],
      [bad(() => 3), /found 3/],
      [bad((p) => [linear(p), 1]), /hasAux: true/],
      [bad((p) => linear(p), true), /pair \[loss, aux\]/],
    ]
    for (const [error, message] of cases) {
      expect(error).toBeInstanceOf(BadLoss)
      expect(error).toMatchObject({ message: expect.stringMatching(message) })
    }
  })

  test('MissingGradient: one operation without, and none registered at all', () => {
    const params = {
      w: tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    }
    const padded = (p: typeof params): tf.Tensor => tf.sum(tf.square(tf.cumprod(p.w)))
    const one = cleanly(() => valueAndGrad(padded)(params))
    expect(one).toBeInstanceOf(MissingGradient)
    expect(one).toMatchObject({ kernel: 'Cumprod', message: expect.stringContaining('tf.customGrad') })
    const registered = ['Add', 'Multiply', 'Sum', 'Identity', 'Square'].flatMap(
      (kernel) => tf.getGradient(kernel) ?? [],
    )
    expect(registered).toHaveLength(5)
    for (const { kernelName } of registered) tf.unregisterGradient(kernelName)
    try {
      const none = cleanly(() => valueAndGrad((p: typeof params) => tf.sum(tf.square(p.w)))(params))
      expect(none).toBeInstanceOf(MissingGradient)
      expect(none).toMatchObject({ message: expect.stringContaining("import 'polyak/gradients'") })
    } finally {
      for (const gradient of registered) tf.registerGradient(gradient)
    }
  })

  test('an error of the loss itself comes through, and aux made before it is gone', () => {
    const params = pair()
    const boom = new Error('boom')
    expect(
      cleanly(() =>
        valueAndGrad((p: Pair) => {
          tf.exp(tf.square(p.a))
          throw boom
        })(params),
      ),
    ).toBe(boom)
    const failing = tf.customGrad((...[x, save]: readonly unknown[]) => {
      // tfjs' type mixes the tensors and the function that saves them
      ;(save as (tensors: readonly tf.Tensor[]) => void)([x as tf.Tensor])
      return {
        value: tf.sum(x as tf.Tensor),
        gradFunc: () => {
          throw boom
        },
      }
    })
    expect(
      cleanly(() =>
        valueAndGrad((p: Pair) => [failing(p.a), { twice: tf.mul(p.a, 2) }] as const, { hasAux: true })(params),
      ),
    ).toBe(boom)
  })

  test('after an error the next gradient is right', () => {
    const params = pair()
    thrown(() => valueAndGrad(({ a }: Pair) => tf.square(a))(params))
    const { value, grads } = valueAndGrad(linear)(params)
    expect([numbers(value), numbers(grads.a)]).toEqual([[36], [5, 5]])
    tf.dispose([value, ...tensorsOf(grads)])
  })

  test('wrong options throw where they are written', () => {
    expect(() => valueAndGrad(linear, { cotangent: Number.NaN })).toThrow(/cotangent must be a finite number/)
    expect(() => valueAndGrad(linear, { cotangent: tf.tensor1d([1]) as tf.Tensor as tf.Scalar })).toThrow(/shape \[\]/)
    expect(() => grad(linear, { maks: true } as object)).toThrow(/grad: there is no option maks/)
    expect(thrown(() => valueAndGrad(linear, { mask: { a: true } })(pair()))).toBeInstanceOf(TreeMismatch)
  })
})

test('one tensor that is the gradient of two leaves comes as two', () => {
  const before = tf.memory().numTensors
  const both = tf.customGrad((a, b) => ({
    value: tf.sum(tf.add(a as tf.Tensor, b as tf.Tensor)), // it is called with tensors
    gradFunc: () => {
      const slope = tf.ones([2])
      return [slope, slope]
    },
  }))
  const params = { a: tf.tensor1d([1, 2]), b: tf.tensor1d([3, 4]) }
  const { value, grads } = valueAndGrad((p: typeof params) => both(p.a, p.b) as tf.Scalar)(params)
  grads.a?.dispose()
  expect([...(grads.b?.dataSync() ?? [])]).toEqual([1, 1])
  tf.dispose([value, grads.b, params.a, params.b].flatMap((x) => x ?? []))
  expect(tf.memory().numTensors).toBe(before)
})
