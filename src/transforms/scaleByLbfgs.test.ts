import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lbfgs } from '../optimizers/lbfgs.js'
import { step } from '../transformation/step.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { scaleByLbfgs } from './scaleByLbfgs.js'

beforeEach(() => {
  tf.engine().startScope()
})
afterEach(() => {
  tf.engine().endScope()
})

type Vector = { readonly x: tf.Tensor }

const at = (...x: readonly number[]): Vector => ({ x: tf.tensor1d([...x]) })
const read = ({ x }: { readonly x: tf.Tensor | null }): readonly number[] => [...(x?.dataSync() ?? [])]
const finite = (xs: readonly number[]): boolean => xs.every(Number.isFinite)

/** The parameters after steps on a loss, without a search. */
const walked = (loss: (p: Vector) => tf.Scalar, start: Vector, steps: number, rate = 1): readonly number[] => {
  const tx = lbfgs({ linesearch: 'none', learningRate: rate })
  let now = { params: start, state: tx.init(start) }
  for (let i = 0; i < steps; i++) {
    const { grads } = valueAndGrad(loss)(now.params)
    now = step(tx)(grads, now.state, now.params)
  }
  return read(now.params)
}

describe('after converging it stays finite', () => {
  const start = [1, -2, 0.5, 1.5] as const
  const c = [1, 2, 3, 4]
  const losses: Readonly<Record<string, (p: Vector) => tf.Scalar>> = {
    'Σ x² + x⁴': ({ x }) => tf.sum(tf.add(tf.square(x), tf.square(tf.square(x)))),
    'Σ c·x²': ({ x }) => tf.sum(tf.mul(c, tf.square(x))),
    'Σ log cosh x': ({ x }) => tf.sum(tf.sub(tf.add(x, tf.softplus(tf.mul(-2, x))), Math.LN2)),
  }
  for (const [name, loss] of Object.entries(losses))
    for (const rate of [0.5, 1])
      test(`${name} at rate ${rate}`, () => {
        const end = walked(loss, at(...start), 60, rate)
        expect(finite(end)).toBe(true)
        expect(Math.max(...end.map(Math.abs))).toBeLessThan(1e-3)
      })
})

/** Steps on gradients and parameters that are given, whatever they come from. */
const directions = (
  tx: ReturnType<typeof scaleByLbfgs>,
  path: readonly (readonly [params: readonly number[], grads: readonly number[]])[],
) => {
  let state = tx.init(at(...(path[0]?.[0] ?? [])))
  const seen: (readonly number[])[] = []
  for (const [params, grads] of path) {
    const [u, next] = tx.update(at(...grads), state, at(...params))
    state = next
    seen.push(read(u))
  }
  return { seen, state, weights: state.weightsMemory.map((w) => w.dataSync()[0] ?? Number.NaN) }
}

describe('what is no curvature is left out', () => {
  const good = [
    [
      [1.5, 2],
      [2, 3],
    ],
    [
      [1, 1],
      [1, 2],
    ],
    [
      [0.5, 0],
      [0.5, 0],
    ],
  ] as const

  test.each<readonly [name: string, third: readonly [readonly number[], readonly number[]]]>([
    [
      'a negative one',
      [
        [1.5, 0],
        [-0.5, 0.125],
      ],
    ],
    [
      'one of rounding size beside the lengths of step and change',
      [
        [1.5, 0],
        [0.5 + 2 ** -24, 1024],
      ],
    ],
    [
      'none',
      [
        [1.5, 0],
        [0.5, 0.25],
      ],
    ],
    [
      'a subnormal one',
      [
        [0.5, 2 ** -70],
        [0.5, 2 ** -70],
      ],
    ],
    [
      'no step',
      [
        [0.5, 0],
        [0.5, 0.25],
      ],
    ],
    [
      'a gradient that is NaN',
      [
        [1.5, 0],
        [Number.NaN, 0.25],
      ],
    ],
    [
      'a gradient that is infinite',
      [
        [1.5, 0],
        [Number.POSITIVE_INFINITY, 0.25],
      ],
    ],
  ])('%s: the oldest is forgotten instead', (_name, third) => {
    const before = directions(scaleByLbfgs({ memorySize: 3 }), good)
    const after = directions(scaleByLbfgs({ memorySize: 3 }), [...good, third])
    expect(before.weights.map((w) => w > 0)).toEqual([false, true, true])
    expect(after.weights).toEqual([0, 0, before.weights[2]])
    for (const memory of ['diffParamsMemory', 'diffUpdatesMemory'] as const)
      expect(after.state[memory].map((x) => [...x.dataSync()])).toEqual(
        before.state[memory].map((x) => [...x.dataSync()]),
      )
    expect(after.state.count).toBe(4)
    expect(finite(after.seen.at(-1) ?? [])).toBe(finite(third[1]))
  })

  test('one bad gradient is forgotten: the steps after the next are finite and point uphill', () => {
    const { seen } = directions(scaleByLbfgs(), [
      ...good,
      [
        [1, 1],
        [Number.NaN, 1],
      ],
      [
        [1, 1],
        [1, 2],
      ],
      [
        [0.75, 0.5],
        [0.75, 1],
      ],
    ])
    for (const [i, g] of [
      [4, [1, 2]],
      [5, [0.75, 1]],
    ] as const) {
      expect(finite(seen[i] ?? [])).toBe(true)
      expect((seen[i] ?? []).reduce((sum, u, k) => sum + u * (g[k] ?? 0), 0)).toBeGreaterThan(0)
    }
  })

  test('as optax: every curvature but zero is taken', () => {
    const tx = scaleByLbfgs({ memorySize: 3, curvature: 'optax' })
    expect(
      directions(tx, [
        ...good,
        [
          [1.5, 0],
          [-0.5, 0.125],
        ],
      ]).weights[2],
    ).toBe(-1)
    expect(
      directions(tx, [
        ...good,
        [
          [1.5, 0],
          [0.5, 0.25],
        ],
      ]).weights[2],
    ).toBe(0)
  })

  test('steps point uphill wherever gradients are huge or tiny', () => {
    for (const size of [1e-30, 1e-22, 1e-10, 1e10, 1e18]) {
      const scaled = good.map(([p, g]) => [p, g.map((x) => x * size)] as const)
      const { seen } = directions(scaleByLbfgs(), [
        ...scaled,
        [
          [0.25, 1],
          [0.25 * size, 2 * size],
        ],
      ])
      const last = seen[3] ?? []
      expect(last).toHaveLength(2)
      expect(finite(last)).toBe(true)
      expect((last[0] ?? 0) * 0.25 + (last[1] ?? 0) * 2).toBeGreaterThan(0)
    }
  })
})

test('leaves without elements and integers have no part in it', () => {
  const params = { x: tf.tensor1d([1, 2]), none: tf.zeros([0, 3]), steps: tf.tensor1d([7], 'int32') }
  const grads = { x: tf.tensor1d([1, 4]), none: tf.zeros([0, 3]), steps: null }
  const tx = scaleByLbfgs()
  let state = tx.init(params)
  const alone = scaleByLbfgs()
  let other = alone.init({ x: params.x })
  for (let i = 0; i < 3; i++) {
    const [u, next] = tx.update(grads, state, params)
    const [v, after] = alone.update({ x: grads.x }, other, { x: params.x })
    state = next
    other = after
    expect(read(u)).toEqual(read(v))
    expect(read(u)).toHaveLength(2)
    expect(u.steps).toBeNull()
    expect(u.none?.shape).toEqual([0, 3])
  }
  const [none] = tx.update({}, tx.init({}), {})
  expect(none).toEqual({})
})

describe('a leaf without a gradient tells nothing of curvature', () => {
  const tree = (a: number | null, b: number | null) => ({
    a: a === null ? null : tf.tensor1d([a]),
    b: b === null ? null : tf.tensor1d([b]),
  })
  const whole = (a: number, b: number) => ({ a: tf.tensor1d([a]), b: tf.tensor1d([b]) })
  type Step = readonly [params: readonly [number, number], grads: readonly [number | null, number | null]]
  /** What it lets out at the last step, and its memory then. */
  const after = (curvature: 'checked' | 'optax', steps: readonly Step[]) => {
    const tx = scaleByLbfgs({ memorySize: 2, curvature })
    let state = tx.init(whole(1, 2))
    let out: readonly number[] = []
    for (const [p, g] of steps) {
      const [u, next] = tx.update(tree(...g), state, whole(...p))
      out = [u.a, u.b].map((x) => x?.dataSync()[0] ?? Number.NaN)
      state = next
    }
    const memory = [...state.diffParamsMemory, ...state.diffUpdatesMemory, ...state.weightsMemory]
    return [out, memory.map((x) => [...x.dataSync()])]
  }
  const [first, second, third]: readonly Step[] = [
    [[1, 2], [4, 2]],
    [[0.5, 1.75], [2, 1.75]],
    [[0.25, 1], [1, 1]],
  ] // prettier-ignore

  test.each(['checked', 'optax'] as const)('where no leaf has one, memory stays: %s', (curvature) => {
    const wanted = after(curvature, [first, second, third] as readonly Step[])
    const none: Step = [[0.5, 1.75], [null, null]] // prettier-ignore
    expect(after(curvature, [first, second, none, third] as readonly Step[])).toEqual(wanted)
    expect(after(curvature, [first, none, second, third] as readonly Step[])).toEqual(wanted)
    expect(after(curvature, [[[1, 2], [null, null]], first, second, third] as readonly Step[])).toEqual(wanted) // prettier-ignore
  })

  test.each(['checked', 'optax'] as const)('a pair spans the steps between, for that leaf: %s', (curvature) => {
    const [, memory] = after(curvature, [
      [[1, 2], [4, 2]],
      [[0.5, 1.75], [2, null]],
      [[0.25, 1.75], [1, 1.75]],
    ] as readonly Step[]) // prettier-ignore
    // s, then y, each oldest first: b moved by −¼ from the first step to the second, and is asked at the third
    expect(memory?.slice(0, 4)).toEqual([
      [-0.5, 0],
      [-0.25, -0.25],
      [-2, 0],
      [-1, -0.25],
    ])
    const [, late] = after(curvature, [
      [[1, 2], [4, null]],
      [[0.5, 2], [2, 2]],
    ] as readonly Step[]) // prettier-ignore
    expect(late?.slice(1, 2)).toEqual([[-0.5, 0]])
  })
})
