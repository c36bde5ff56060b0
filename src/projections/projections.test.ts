import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { treeNorm } from '../tensors/treeNorm.js'
import { treeSub } from '../tensors/treeSub.js'
import { treeSum } from '../tensors/treeSum.js'
import * as projections from './index.js'

type Params = { readonly w: tf.Tensor; readonly b: readonly [tf.Tensor, null] }
const tree = (values: readonly number[]): Params => ({
  w: tf.tensor2d(values.slice(0, 4), [2, 2]),
  b: [tf.scalar(values[4] ?? 0), null],
})
const numbers = (x: unknown): readonly number[] => tensorsOf(x).flatMap((leaf) => [...leaf.dataSync()])
const number = (x: tf.Tensor): number => x.dataSync()[0] ?? Number.NaN
const direction = () => tree([1, -2, 0.5, 0, 3])
const corners = { lower: () => tree([-1, 0, -1, 0.5, -3]), upper: () => tree([1, 0, 2, 0.5, 2]) }

/** Every projection on a tree, and how far a tree is outside of its set. */
const sets: Readonly<
  Record<
    keyof typeof projections,
    { readonly to: (x: Params) => Params; readonly off: (x: readonly number[]) => number }
  >
> = {
  projectionNonNegative: {
    to: (x) => projections.projectionNonNegative(x),
    off: (x) => Math.max(0, ...x.map((y) => -y)),
  },
  projectionBox: {
    to: (x) => projections.projectionBox(x, { lower: corners.lower(), upper: corners.upper() }),
    off: (x) => Math.abs((x[1] ?? 1) + Math.abs((x[3] ?? 1) - 0.5)) + Math.max(0, (x[4] ?? 9) - 2, -3 - (x[4] ?? -9)),
  },
  projectionHypercube: {
    to: (x) => projections.projectionHypercube(x, { scale: 2 }),
    off: (x) => Math.max(0, ...x.map((y) => Math.max(-y, y - 2))),
  },
  projectionLinfBall: {
    to: (x) => projections.projectionLinfBall(x, { scale: 0.5 }),
    off: (x) => Math.max(0, ...x.map((y) => Math.abs(y) - 0.5)),
  },
  projectionSimplex: {
    to: (x) => projections.projectionSimplex(x, { scale: 3 }),
    off: (x) => Math.max(Math.abs(x.reduce((sum, y) => sum + y, 0) - 3), ...x.map((y) => -y)),
  },
  projectionL1Sphere: {
    to: (x) => projections.projectionL1Sphere(x, { scale: 2 }),
    off: (x) => Math.abs(x.reduce((sum, y) => sum + Math.abs(y), 0) - 2),
  },
  projectionL1Ball: {
    to: (x) => projections.projectionL1Ball(x, { scale: 2 }),
    off: (x) => Math.max(0, x.reduce((sum, y) => sum + Math.abs(y), 0) - 2),
  },
  projectionL2Sphere: {
    to: (x) => projections.projectionL2Sphere(x, { scale: 2 }),
    off: (x) => Math.abs(Math.hypot(...x) - 2),
  },
  projectionL2Ball: {
    to: (x) => projections.projectionL2Ball(x, { scale: 2 }),
    off: (x) => Math.max(0, Math.hypot(...x) - 2),
  },
  projectionVector: {
    to: (x) => projections.projectionVector(x, { a: direction() }),
    off: (x) => Math.abs((x[0] ?? 9) * -2 - (x[1] ?? 9)) + Math.abs((x[0] ?? 9) * 3 - (x[4] ?? 9)),
  },
  projectionHyperplane: {
    to: (x) => projections.projectionHyperplane(x, { a: direction(), b: 1 }),
    off: (x) => Math.abs(dot(x) - 1),
  },
  projectionHalfspace: {
    to: (x) => projections.projectionHalfspace(x, { a: direction(), b: 1 }),
    off: (x) => Math.max(0, dot(x) - 1),
  },
}
const dot = (x: readonly number[]): number =>
  [1, -2, 0.5, 0, 3].reduce((sum, a, i) => sum + a * (x[i] ?? Number.NaN), 0)

const list = Object.entries(sets)
const values = fc.array(fc.oneof(fc.constantFrom(0, -0, 1, -1, 0.5, 30), fc.double({ min: -8, max: 8, noNaN: true })), {
  minLength: 5,
  maxLength: 5,
})
const runs = { numRuns: backendName === 'webgl' ? 2 : casesOf(40) }

it('the table has every projection', () => {
  expect(Object.keys(sets).toSorted()).toEqual(Object.keys(projections).toSorted())
  expect(list).toHaveLength(12)
})

describe.each(list)('%s', (name, { to, off }) => {
  it('ends in its set, stays there, and brings nothing further apart', () => {
    fc.assert(
      fc.property(values, values, (a, b) =>
        tf.tidy(() => {
          const [x, y] = [tree(a), tree(b)]
          const [px, py] = [to(x), to(y)]
          const size = 1 + Math.hypot(...numbers(x))
          expect(off(numbers(px))).toBeLessThan(2e-6 * size)
          const again = numbers(to(px))
          numbers(px).forEach((value, i) => expect(Math.abs(value - (again[i] ?? 0))).toBeLessThan(4e-6 * size))
          if (name.endsWith('Sphere')) return
          const before = number(treeNorm(treeSub(x, y) as Params))
          expect(number(treeNorm(treeSub(px, py) as Params))).toBeLessThanOrEqual(before + 4e-6 * size)
        }),
      ),
      runs,
    )
  })

  it('makes its result and nothing else, and touches nothing', () => {
    const x = tree([4, -3, 2, 0, -1])
    const counted = tf.memory().numTensors
    tf.tidy(() => {
      to(x)
      return tf.scalar(0)
    }).dispose()
    expect(tf.memory().numTensors).toBe(counted)
    expect(numbers(x)).toEqual([4, -3, 2, 0, -1])
    if (!/Box|Vector|Hyperplane|Halfspace/.test(name)) {
      const made = to(x)
      expect(tf.memory().numTensors).toBe(counted + 2)
      expect(made.b[1]).toBe(null)
      expect([made.w.shape, made.b[0].shape]).toEqual([[2, 2], []])
      tf.dispose([made.w, made.b[0]])
    }
    tf.dispose([x.w, x.b[0]])
  })

  it('has no NaN at zero, in value and gradient', () => {
    tf.tidy(() => {
      const zero = tree([0, 0, 0, 0, 0])
      expect(numbers(to(zero)).every(Number.isFinite)).toBe(true)
      const { grads } = valueAndGrad((x: Params) => treeSum(to(x)))(zero)
      expect(numbers(grads).every(Number.isFinite)).toBe(true)
    })
  })

  it('lets no NaN pass unseen', () => {
    tf.tidy(() => {
      expect(numbers(to(tree([Number.NaN, 1, 2, 3, 4]))).some(Number.isNaN)).toBe(true)
    })
  })

  it('refuses integers, and takes leaves without elements', () => {
    tf.tidy(() => {
      const whole = { w: tf.zeros([2, 2], 'int32'), b: [tf.scalar(1), null] } as const
      expect(() => to(whole)).toThrow(TreeMismatch)
      expect(() => to(whole)).toThrow(/expected a float32 tensor, found .*int32/)
      if (/Box|Vector|Hyperplane|Halfspace/.test(name)) return
      const empty = to({ w: tf.zeros([0, 2]), b: [tf.scalar(1), null] })
      expect(empty.w.shape).toEqual([0, 2])
      expect(off(numbers(empty.b[0]))).toBeLessThan(2e-6)
      expect(to({ w: tf.zeros([0]), b: [tf.zeros([0]), null] }).w.shape).toEqual([0])
    })
  })
})

describe('what optax does otherwise', () => {
  const w = (...all: readonly number[]) => ({ w: tf.tensor1d([...all]) })

  it('zeros go to a sphere', () => {
    tf.tidy(() => {
      expect(numbers(projections.projectionL1Sphere(w(0, 0), { scale: 3 }))).toEqual([1.5, 1.5])
      expect(numbers(projections.projectionL1Sphere(w(-0.25, 0)))).toEqual([-0.625, 0.375])
      const [a, b] = numbers(projections.projectionL2Sphere(w(0, 0)))
      expect([a, b]).toEqual([Math.fround(Math.SQRT1_2), Math.fround(Math.SQRT1_2)])
    })
  })

  it('directions of zeros move nothing', () => {
    tf.tidy(() => {
      const x = w(1, 2)
      expect(numbers(projections.projectionHyperplane(x, { a: w(0, 0), b: 3 }))).toEqual([1, 2])
      expect(numbers(projections.projectionHalfspace(x, { a: w(0, 0), b: -3 }))).toEqual([1, 2])
      expect(numbers(projections.projectionVector(x, { a: w(0, 0) }))).toEqual([0, 0])
    })
  })

  it('what is vast, and far outside, keeps its digits', () => {
    tf.tidy(() => {
      const far = numbers(projections.projectionSimplex(w(1e4, -1e4, 9999), { scale: 1e-3 }))
      expect(Math.abs((far[0] ?? 0) - 1e-3)).toBeLessThan(1e-9)
      const ball = numbers(projections.projectionL2Ball(w(3e30, -4e30), { scale: 5 }))
      expect(ball.map((x) => Math.round(x * 1e5) / 1e5)).toEqual([3, -4])
      const plane = numbers(projections.projectionHyperplane(w(3, 4), { a: w(1e25, 1e25), b: 1e25 }))
      plane.forEach((x, i) => expect(x).toBeCloseTo(i === 0 ? 0 : 1, 5))
      const many = projections.projectionSimplex({ w: tf.ones([20_000]) })
      expect(numbers(many).every((x) => Math.abs(x * 20_000 - 1) < 1e-4)).toBe(true)
    })
  })

  it('what is inside stays, bitwise', () => {
    tf.tidy(() => {
      const x = w(0.1, -0.2)
      expect(numbers(projections.projectionL2Ball(x))).toEqual(numbers(x))
      expect(numbers(projections.projectionL1Ball(x))).toEqual(numbers(x))
    })
  })

  it('bounds are checked, and joined by path', () => {
    tf.tidy(() => {
      const x = w(1, 2)
      expect(() => projections.projectionBox(x, { lower: 2, upper: 1 })).toThrow(
        /lower must be at most upper, found 2 and 1/,
      )
      expect(() => projections.projectionBox(x, { lower: Number.NaN, upper: 1 })).toThrow(/found NaN/)
      expect(() => projections.projectionBox(x, { lower: w(1), upper: 1 })).toThrow(
        /projectionBox: lower: at w, expected/,
      )
      expect(() => projections.projectionHalfspace(x, { a: x, b: Number.POSITIVE_INFINITY })).toThrow(
        /b must be a finite number/,
      )
      expect(numbers(projections.projectionBox(x, { lower: w(1.5, 0), upper: Number.POSITIVE_INFINITY }))).toEqual([
        1.5, 2,
      ])
      const { grads } = valueAndGrad(({ lower }: { readonly lower: tf.Tensor }) =>
        treeSum(projections.projectionBox(x, { lower: { w: lower }, upper: 9 })),
      )({ lower: tf.tensor1d([1.5, 0]) })
      expect(numbers(grads)).toEqual([1, 0])
    })
  })
})
