import { sizeOf } from '../../tree/sizeOf.js'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { describe, expect, test } from 'vitest'
import { chain } from '../../combinators/chain.js'
import type { Executor } from '../../equation/Work.js'
import { perLeaf, perTree, zeros } from '../../equation/Slot.js'
import { arrayLeaf, referenceExecutor, type ArrayLeaf } from '../../equation/reference.js'
import { adamw } from '../../optimizers/adamw.js'
import { initialState } from '../../state/initialState.js'
import { checkedEquation as equation } from '../../transformation/checkedEquation.js'
import type { AnyTransformation } from '../../transformation/Transformation.js'
import { clipByGlobalNorm } from '../../transforms/clipByGlobalNorm.js'
import { leavesIn, offBy } from '../../../laws/checks/engine/offBy.js'
import { layouts, numbersIn, padded } from '../../../laws/checks/engine/webglLayouts.js'
import { part, whole } from '../../../laws/checks/part.js'
import { skeletonOf } from '../../tree/Skeleton.js'
import type { Leaf } from '../../tree/Tree.js'
import { run } from '../run.js'
import { tensorMaker } from '../tensorMaker.js'
import { webglExecutor } from './webglExecutor.js'

// the webgl project guarantees the backend's class
const backend = (): MathBackendWebGL => tf.backend() as MathBackendWebGL

const fused = (): Executor<tf.Tensor> => {
  const found = webglExecutor(tf.backend())
  if ('why' in found) throw new Error(found.why)
  return found.executor
}

const average = equation({
  name: 'average',
  slots: { average: { per: 'element', start: 'param' } as const },
  observes: true,
})((A) => ({ update, param, average }) => ({
  update,
  average: A.sub(average, A.mul(A.lit(0.1), A.sub(average, A.applied(param, update)))),
}))

/** Trust ratios and slots of every reach: collectives of one phase per leaf and per tree, and a second phase. */
const everyReach = equation({
  name: 'everyReach',
  slots: { sum: perLeaf(0.5), most: perLeaf(0), norm: perTree(1), trace: zeros },
  host: { init: { count: 0 }, next: ({ count }: { readonly count: number }) => ({ count: count + 1 }) },
  scalars: ({ count }: { readonly count: number }) => ({ rate: 0.1 / (count + 1) }),
})((A) => ({ update: g, param, sum, most, norm, trace }, { rate }) => {
  const ratio = A.div(A.sqrt(A.leafSum(A.mul(param, param))), A.add(A.sqrt(A.leafSum(A.mul(g, g))), A.lit(1)))
  const scaled = A.mul(g, ratio)
  const total = A.treeSum(A.mul(scaled, scaled))
  const largest = A.leafMax(A.abs(scaled))
  const nextTrace = A.add(A.mul(A.lit(0.5), trace), A.div(scaled, A.add(A.lit(1), A.sqrt(total))))
  return {
    update: A.neg(A.mul(rate, A.add(nextTrace, A.mul(sum, A.lit(1e-3))))),
    sum: A.add(A.mul(A.lit(0.5), sum), A.div(A.leafSum(A.abs(g)), A.max(A.leafSize(), A.lit(1)))),
    most: A.where(A.less(most, largest), largest, most),
    norm: A.add(A.mul(A.lit(0.9), norm), A.mul(A.lit(0.1), A.sqrt(total))),
    trace: nextTrace,
  }
})

/** 20 slots: more results than render targets, and an update that reads more textures than there are samplers. */
const manySlots = equation({
  name: 'manySlots',
  slots: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`s${i}`, zeros])),
})((A) => (x) => {
  const of = (name: string) => {
    const value = x[name]
    if (value === undefined) throw new Error(`no ${name}`)
    return value
  }
  const slots = Array.from(
    { length: 20 },
    (_, i) => [`s${i}`, A.add(A.mul(A.lit(i / 20), of(`s${i}`)), of('update'))] as const,
  )
  const sum = slots.reduce((total, [, s]) => A.add(total, A.mul(s, s)), A.lit(0))
  return {
    ...Object.fromEntries(slots),
    update: A.mul(A.lit(-1e-3), A.div(sum, A.add(A.lit(1), A.sqrt(A.treeSum(A.mul(sum, sum)))))),
  }
})

const shapes: readonly (readonly number[])[] = [
  [],
  [13],
  [1],
  [7, 5],
  [3, 3, 3, 5],
  [2, 3, 3, 3, 5],
  [64, 1],
  [2, 3, 4, 6],
  [9001],
  [20011],
  [0],
  [3, 0, 2],
]

const arrayMaker = {
  filled: (shape: readonly number[], value: number): ArrayLeaf =>
    arrayLeaf(new Float64Array(sizeOf(shape)).fill(value), shape),
  copied: (leaf: ArrayLeaf): ArrayLeaf => leaf,
}

const none = (): never => {
  throw new Error('these chains are all equations')
}

/** The transformation with an executor, from its anatomy. */
const onExecutor = <L extends Leaf>(
  tx: AnyTransformation,
  executor: Executor<L>,
  maker: typeof arrayMaker | typeof tensorMaker,
) => {
  const go =
    (mode: 'step' | 'update') =>
    (updates: unknown, state: unknown, params: unknown, donate = false) => {
      const occasion = { updates, params, extra: undefined }
      return run<L>(
        { executor, mode, donate, add: none, release: none, copied: none },
        tx.anatomy.plan(state, occasion),
        occasion,
        state,
      )
    }
  return {
    init: (params: unknown) =>
      // both makers make leaves
      initialState(maker as typeof arrayMaker)(tx.anatomy.shape, skeletonOf(params, 'params'), params),
    step: go('step'),
    update: go('update'),
  }
}

const random = (seed: number) => {
  let s = seed
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return s / 2 ** 31 - 1
  }
}

/** Random numbers of either sign; a lone number keeps its sign, or a sum of them could cancel and its own scale say
 *  nothing. */
const valuesOf = (shape: readonly number[], next: () => number, scale = 1): Float32Array => {
  const size = sizeOf(shape)
  return Float32Array.from({ length: size }, () => scale * (size === 1 ? 0.75 + next() / 4 : next()))
}

const chains: Readonly<Record<string, AnyTransformation>> = {
  'clip, adamw, average': chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 1e-2 }), average),
  'every reach': chain(everyReach, average),
}

/** A step costs a hundred draws, and what may go wrong in a later one shows in the second; of all layouts at once in a
 *  third, too. */
const steps = whole ? 12 : 2

const trial = (
  tx: AnyTransformation,
  place: (values: Float32Array, shape: readonly number[], leaf: number) => tf.Tensor,
  steps: number,
  { donate = false, given = 0, least = 0, sizes = shapes } = {},
) => {
  const next = random(7)
  const before = tf.memory().numTensors - given
  const start = sizes.map((shape) => valuesOf(shape, next))
  const there = onExecutor<ArrayLeaf>(tx, referenceExecutor('float64'), arrayMaker)
  const here = onExecutor<tf.Tensor>(tx, fused(), tensorMaker)
  let exact: readonly [unknown, unknown] = ((p) => [p, there.init(p)] as const)(
    start.map((v, i) => arrayLeaf(v, sizes[i] ?? [])),
  )
  let found: readonly [unknown, unknown] = ((p) => [p, here.init(p)] as const)(
    start.map((v, i) => tf.tensor(v, [...(sizes[i] ?? [])])),
  )
  const count = leavesIn(found).length
  for (let t = 0; t < steps; t++) {
    const grads = sizes.map((shape) => valuesOf(shape, next, 0.3))
    const g = grads.map((v, i) => place(v, sizes[i] ?? [], i))
    exact = there.step(
      grads.map((v, i) =>
        arrayLeaf(place === layouts[padded] ? (g[i] === undefined ? v : numbersIn(g[i])) : v, sizes[i] ?? []),
      ),
      exact[1],
      exact[0],
    )
    const after = here.step(g, found[1], found[0], donate)
    g.forEach((x) => x.dispose())
    const kept = new Set(leavesIn<tf.Tensor>(after))
    if (!donate)
      leavesIn<tf.Tensor>(found).forEach((x) => {
        if (!kept.has(x)) x.dispose()
      })
    else for (const x of leavesIn<tf.Tensor>(found)) expect(x.isDisposed).toBe(!kept.has(x))
    found = after
    expect(tf.memory().numTensors).toBe(before + count)
  }
  const off = offBy(
    leavesIn<tf.Tensor>(found).map((t) => t.dataSync()),
    leavesIn<ArrayLeaf>(exact),
    least,
  )
  leavesIn<tf.Tensor>(found).forEach((x) => x.dispose())
  expect(tf.memory().numTensors).toBe(before)
  return off
}

describe.each(Object.entries(chains))('%s', (name, tx) => {
  // by default two of the layouts, on a quarter of the shapes; the next test has all others at once, on those shapes that
  // the other chain leaves
  const turn = Object.keys(chains).indexOf(name) % 2
  const own = Object.entries(layouts).filter(([layout]) => whole || layout === (turn === 0 ? padded : 'sliced'))
  const ownSizes = shapes.filter((_, i) => whole || (i + Math.floor(i / 2)) % 2 === turn)
  test.each(own)(
    `after ${steps} steps with gradients that are %s: within 1e-6 of scale of float64`,
    (layout, place) => {
      const sizes = shapes.filter((_, i) => whole || (i + Object.keys(layouts).indexOf(layout)) % 4 === 0)
      expect(trial(tx, place, steps, { sizes })).toBeLessThanOrEqual(1e-6)
    },
  )

  test('gradients of every layout at once, donated', () => {
    const all = Object.entries(layouts).flatMap(([name, layout]) => (name === padded ? [] : [layout]))
    expect(
      trial(tx, (v, shape, leaf) => (all[leaf % all.length] as (typeof all)[number])(v, shape), steps + 1, {
        donate: true,
        sizes: ownSizes,
      }),
    ).toBeLessThanOrEqual(1e-6)
  })

  test('gradients that another backend holds', async () => {
    const made: tf.Tensor[] = []
    const next = random(7)
    ownSizes.forEach((shape) => valuesOf(shape, next))
    await tf.setBackend('cpu')
    for (const shape of ownSizes) made.push(tf.tensor(valuesOf(shape, next, 0.3), [...shape]))
    await tf.setBackend('webgl')
    const place = (_v: unknown, _shape: unknown, leaf: number) => made[leaf] as tf.Tensor
    expect(trial(tx, place, 1, { given: made.length, sizes: ownSizes })).toBeLessThanOrEqual(1e-6)
  })
})

test('more results than render targets, more textures than samplers', () => {
  // Slots of one number are sums that may cancel: their scale is the gradients'.
  expect(
    trial(manySlots, layouts['packed'] as (typeof layouts)[string], steps, {
      least: 0.3,
      sizes: whole ? [[], [7, 5], [9001]] : [[7, 5]],
    }),
  ).toBeLessThanOrEqual(1e-6)
  const here = onExecutor<tf.Tensor>(manySlots, fused(), tensorMaker)
  const params = [tf.ones([9, 9])]
  const first = here.step(params, here.init(params), params)
  const { runWebGLProgram } = backend()
  let operations = 0
  backend().runWebGLProgram = (...args) => {
    operations++
    return runWebGLProgram.apply(backend(), args)
  }
  const second = here.step(params, first[1], first[0])
  Reflect.deleteProperty(backend(), 'runWebGLProgram')
  expect(operations).toBe(0) // not the eager interpreter
  leavesIn<tf.Tensor>([params, first, second]).forEach((t) => t.dispose())
})

describe('sums on the device', () => {
  const summed = (per: 'leaf' | 'tree', leaves: readonly tf.Tensor[]): readonly number[] => {
    const tx = equation({ name: 'summed' })((A) => ({ update }) => ({
      update: per === 'leaf' ? A.leafSum(update) : A.treeSum(update),
    }))
    const here = onExecutor<tf.Tensor>(tx, fused(), tensorMaker)
    const [updates] = here.update(leaves, here.init(leaves), leaves)
    const found = leavesIn<tf.Tensor>(updates).map((t) => t.dataSync()[0] ?? Number.NaN)
    leavesIn<tf.Tensor>([updates, leaves]).forEach((t) => t.dispose())
    return found
  }

  test.each([[[64, 2]], [[1000]], [[9001]], [[300, 300]], [[3, 3, 64, 64]], [[1_000_003]]])(
    'of %j equal numbers do not drift: within 2 ulp',
    (shape) => {
      const size = sizeOf(shape)
      for (const x of part([0.938, 0.1, 0.7, 1.3].map(Math.fround), 4))
        for (const per of ['leaf', 'tree'] as const)
          expect(Math.abs((summed(per, [tf.fill(shape, x)])[0] ?? 0) / (size * x) - 1)).toBeLessThanOrEqual(2 ** -22)
    },
  )

  test('of more leaves than two draws of their totals take', () => {
    const leaves = Array.from({ length: 300 }, (_, i) => tf.tensor1d([i, 1, ...(i % 7 === 0 ? [2] : [])]))
    expect(summed('leaf', leaves)).toEqual(leaves.map((_, i) => i + (i % 7 === 0 ? 3 : 1)))
  })

  test('the largest of equal numbers is not taken by their count', () => {
    const tx = equation({ name: 'largest' })((A) => ({ update }) => ({ update: A.leafMax(A.leafSum(update)) }))
    const leaves = [tf.tensor1d([1, 2, 3])]
    const here = onExecutor<tf.Tensor>(tx, fused(), tensorMaker)
    const [updates] = here.update(leaves, here.init(leaves), leaves)
    expect(leavesIn<tf.Tensor>(updates).map((t) => t.dataSync()[0])).toEqual([6])
    leavesIn<tf.Tensor>([updates, leaves]).forEach((t) => t.dispose())
  })

  test('of infinities are infinite, also where a sum overflows; of both infinities there is none', () => {
    for (const size of [9, 20_000]) {
      const sum = (...some: readonly number[]) =>
        summed('tree', [tf.tensor1d(Float32Array.from({ length: size }, (_, i) => some[i] ?? 1))])[0]
      expect([
        sum(2, Infinity),
        sum(-Infinity, 2),
        sum(Infinity, 1, -Infinity),
        sum(Number.NaN),
        sum(3e38, 3e38),
      ]).toEqual([Infinity, -Infinity, Number.NaN, Number.NaN, Infinity])
    }
  })
})

test('leaves without a gradient: their averages move on, the rest is kept', () => {
  const params = { a: tf.tensor1d([1, 2, 3]), b: tf.tensor1d([4]) }
  const tx = chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 1e-2 }), average)
  const here = onExecutor<tf.Tensor>(tx, fused(), tensorMaker)
  const state = here.init(params)
  const grads = { a: tf.tensor1d([1, 1, 1]), b: null }
  const [next, after] = here.step(grads, state, params) as [
    typeof params,
    { readonly 2: { readonly average: typeof params } },
  ] // as the chain says
  expect(next.b).toBe(params.b)
  expect(next.a).not.toBe(params.a)
  expect([...after[2].average.b.dataSync()]).toEqual([4])
  leavesIn<tf.Tensor>([params, state, grads, next, after]).forEach((t) => t.dispose())
})

test('what is written has zeros in its padding, where matrix products of tfjs read', () =>
  tf.tidy(() => {
    const tx = equation({ name: 'grown' })((A) => ({ update }) => ({ update: A.exp(update) }))
    const here = onExecutor<tf.Tensor>(tx, fused(), tensorMaker)
    const params = [tf.ones([3, 3])]
    // the tree of the parameters
    const [next] = here.step([tf.zeros([3, 3])], here.init(params), params) as readonly [readonly tf.Tensor[], unknown]
    const [w] = next
    if (w === undefined) throw new Error('no parameter')
    expect([...tf.matMul(w, w).dataSync()]).toEqual(Array.from({ length: 9 }, () => 12))
  }))

/** What was packed for one shape and is of another now. */
test.each([
  [
    [6, 4],
    [2, 3, 4],
  ],
  [
    [2, 3, 4],
    [6, 4],
  ],
  [
    [5, 3, 3],
    [9, 5],
  ],
  [[7, 1, 1], [7]],
  [
    [3, 1, 5],
    [5, 3],
  ],
])('gradients that were packed as %j are read as %j', (from, to) =>
  tf.tidy(() => {
    const values = Float32Array.from({ length: from.reduce((n, m) => n * m, 1) }, (_, i) => i + 1)
    const packed = tf.tensor(values, from)
    const gradient = tf.reshape(packed, to)
    tf.add(packed, 1) // brings it to the device
    expect(backend().texData.get(gradient.dataId)).toMatchObject({ isPacked: true, shape: from })
    const here = onExecutor<tf.Tensor>(
      equation({ name: 'same' })(() => ({ update }) => ({ update })),
      fused(),
      tensorMaker,
    )
    const params = [tf.zeros(to)]
    const [next] = here.step([gradient], here.init(params), params)
    expect(leavesIn<tf.Tensor>(next).map((x) => [...x.dataSync()])).toEqual([[...values]])
  }),
)

test('a number of a state that is a slice of many rows', () =>
  tf.tidy(() => {
    const tx = equation({ name: 'factor', slots: { n: perTree(1) } })((A) => ({ update, n }) => ({
      update: A.mul(update, n),
      n: A.add(n, A.lit(1)),
    }))
    const rows = tf.tensor2d(
      Float32Array.from({ length: 5000 }, (_, i) => i),
      [50, 100],
    )
    const flat = tf.engine().makeTensorFromTensorInfo(backend().unpackTensor(rows))
    const n = tf.reshape(tf.slice(flat, [43, 21], [1, 1]), [])
    expect(backend().texData.get(n.dataId).slice?.flatOffset).toBe(4321)
    const here = onExecutor<tf.Tensor>(tx, fused(), tensorMaker)
    const params = [tf.zeros([2])]
    const [next, state] = here.step([tf.tensor1d([1, 2])], { ...(here.init(params) as object), n }, params)
    expect(leavesIn<tf.Tensor>([next, state]).map((x) => [...x.dataSync()])).toEqual([[4321, 8642], [4322]])
  }))
