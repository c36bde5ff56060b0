import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test, vi } from 'vitest'
import { errorOf, numbers, sizeOf } from '../../laws/checks/gradients/numbers.js'
import { part } from '../../laws/checks/part.js'
import { batchMatMul } from './batchMatMul.js'
import { isHeapBackend } from './HeapBackend.js'
import { isOwn } from './installKernels.js'
import { orderOfProduct } from './orderOfProduct.js'

/** Products in double, by their definition. */
const productOf = (
  [a, b]: readonly [Float32Array, Float32Array],
  [outer, outerA, outerB]: readonly [readonly number[], readonly number[], readonly number[]],
  [m, k, n]: readonly [number, number, number],
  [transposeA, transposeB]: readonly [boolean, boolean],
): Float64Array => {
  const out = new Float64Array(sizeOf(outer) * m * n)
  /** The number of a matrix in a batch that is broadcast. */
  const matrix = (cell: number, lengths: readonly number[]): number => {
    let [index, stride, rest] = [0, 1, cell]
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const [whole, own] = [outer[axis] ?? 1, lengths[axis - outer.length + lengths.length] ?? 1]
      index += (own === 1 ? 0 : rest % whole) * stride
      stride *= own
      rest = Math.floor(rest / whole)
    }
    return index
  }
  return out.map((_, at) => {
    const [cell, i, j] = [Math.floor(at / (m * n)), Math.floor((at % (m * n)) / n), at % n]
    const [left, right] = [matrix(cell, outerA) * m * k, matrix(cell, outerB) * k * n]
    let sum = 0
    for (let q = 0; q < k; q++)
      sum +=
        (a[left + (transposeA ? q * m + i : i * k + q)] ?? Number.NaN) *
        (b[right + (transposeB ? j * k + q : q * n + j)] ?? Number.NaN)
    return sum
  })
}

const batches: readonly (readonly [outer: readonly number[], a: readonly number[], b: readonly number[]])[] = [
  [[], [], []],
  [[1], [1], [1]],
  [[3], [3], [3]],
  [[3], [1], [3]],
  [[3], [3], [1]],
  [[2], [], [2]],
  [
    [2, 3],
    [2, 3],
    [2, 3],
  ],
  [
    [2, 3],
    [2, 1],
    [1, 3],
  ],
  [
    [2, 3],
    [2, 1],
    [2, 3],
  ],
  [
    [2, 2, 3],
    [2, 2, 3],
    [2, 2, 3],
  ],
]
const sizes = [
  [1, 1, 1],
  [4, 3, 2],
  [5, 1, 7],
  [1, 9, 4],
  [17, 33, 8],
  [40, 40, 40],
] as const
const empty = [
  [0, 3, 2],
  [3, 0, 2],
  [3, 2, 0],
  [0, 0, 0],
] as const
const flags = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const

const cases = batches.flatMap((batch) =>
  [...sizes, ...empty].flatMap((size) => flags.map((flag) => ({ batch, size, flag }))),
)

const found = ({ batch: [outer, outerA, outerB], size: [m, k, n], flag }: (typeof cases)[number]): number => {
  const [transposeA, transposeB] = flag
  const [aShape, bShape] = [
    [...outerA, ...(transposeA ? [k, m] : [m, k])],
    [...outerB, ...(transposeB ? [n, k] : [k, n])],
  ]
  const [a, b] = [numbers(sizeOf(aShape), 1), numbers(sizeOf(bShape), 2)]
  const before = [tf.memory().numTensors, (tf.backend() as BackendWasm).numDataIds()]
  const product = tf.tidy(() => {
    const result = tf.matMul(tf.tensor(a, aShape), tf.tensor(b, bShape), transposeA, transposeB)
    expect(result.shape).toEqual([...outer, m, n])
    return result.dataSync()
  })
  expect([tf.memory().numTensors, (tf.backend() as BackendWasm).numDataIds()]).toEqual(before)
  return errorOf(product, productOf([a, b], [outer, outerA, outerB], [m, k, n], flag))
}

test(`products equal their definition: batches, broadcasting, flags, nothing to add (${cases.length} shapes)`, () => {
  const bad = part(cases, 7).flatMap((one) => {
    const error = found(one)
    return error <= 1e-6 ? [] : [`${JSON.stringify(one)}: ${error}`]
  })
  expect(bad).toEqual([])
})

test('the gradient of a product without elements is zeros', () => {
  // memory that is freed here is what an uncleared result would show
  tf.fill([3, 2], 7).dispose()
  tf.tidy(() => {
    const [da, db] = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b))([tf.zeros([0, 3]), tf.ones([3, 2])])
    expect(da?.shape).toEqual([0, 3])
    expect(db?.shape).toEqual([3, 2])
    expect([...(db?.dataSync() ?? [])]).toEqual([0, 0, 0, 0, 0, 0])
  })
})

test('what does not fit is refused as without this library', () => {
  tf.tidy(() => {
    expect(() => tf.matMul(tf.ones([2, 3]), tf.ones([4, 2]))).toThrow(/inner shapes \(3\) and \(4\)/)
  })
})

/** Small and large on either side, columns a multiple of 1 KB apart on either side. */
const oneSided = [
  [1, 40, 60],
  [1, 300, 256],
  [5, 256, 7],
  [256, 3, 5],
  [7, 5, 256],
  [32, 33, 96],
  [96, 33, 32],
  [3, 64, 512],
  [512, 64, 3],
] as const
const sided = oneSided.flatMap(([m, k, n]) =>
  flags.map(([transposeA, transposeB]) => ({ m, k, n, transposeA, transposeB })),
)

test('whichever order the sides are taken in, the product is the same, to the bit where a gradient asks for it', () => {
  expect(new Set(sided.map(orderOfProduct))).toEqual(new Set(['swapped', 'asItStands']))
  for (const { m, k, n, transposeA, transposeB } of sided)
    tf.tidy(() => {
      const [a, b] = [numbers(m * k, 1), numbers(k * n, 2)]
      const left = tf.tensor(a, transposeA ? [k, m] : [m, k])
      const right = tf.tensor(b, transposeB ? [n, k] : [k, n])
      const product = (x: tf.Tensor): tf.Tensor => tf.matMul(x, right, transposeA, transposeB)
      const expected = productOf([a, b], [[], [], []], [m, k, n], [transposeA, transposeB])
      const plain = product(left).dataSync()
      expect(errorOf(plain, expected)).toBeLessThanOrEqual(1e-6)
      const { value } = tf.valueAndGrad(product)(left, tf.ones([m, n]))
      expect(value.dataSync()).toEqual(plain)
    })
})

/** What the registered kernel is handed of a product of 8×40 with 40×60 matrices. */
const handed = (transposeA: boolean, transposeB: boolean, inGradient: boolean, times = 1) => {
  const [own, backend] = [tf.getKernel(tf.BatchMatMul, 'wasm'), tf.backend()]
  if (!isOwn(own) || own.insteadOf === null || !isHeapBackend(backend)) throw new Error('not our product')
  const registered = vi.fn<tf.KernelFunc>(own.insteadOf.kernelFunc)
  const kernel = batchMatMul(registered)
  const a = tf.ones(transposeA ? [40, 8] : [8, 40])
  const b = tf.ones(transposeB ? [60, 40] : [40, 60])
  const call = (): tf.Tensor => {
    const info = kernel({
      inputs: { a, b },
      attrs: { transposeA, transposeB },
      backend,
      run: (name, inputs, attrs) =>
        // a kernel of one result
        tf.getKernel(name, 'wasm').kernelFunc({ inputs: { ...inputs }, attrs, backend }) as tf.TensorInfo,
    })
    return tf.engine().makeTensorFromTensorInfo(info)
  }
  const product = inGradient
    ? tf.valueAndGrad((x: tf.Tensor) => {
        const all = Array.from({ length: times }, call)
        return tf.add(tf.mul(x, 0), tf.div(tf.addN(all), times))
      })(tf.ones([8, 60])).value
    : call()
  expect([...product.dataSync()].every((x) => x === 40)).toBe(true)
  const { inputs } = registered.mock.calls.at(-1)?.[0] ?? {}
  return {
    rightShape: inputs?.['b']?.shape,
    isB: inputs?.['b']?.dataId === b.dataId,
    isA: inputs?.['a']?.dataId === b.dataId,
  }
}

test('a small batch is packed and large weights are read as they lie; kept are the packed weights of a model in use', () => {
  tf.tidy(() => {
    // the gradient by the input: b stands on the left, as it is
    expect(handed(false, true, false)).toEqual({ rightShape: [40, 8], isB: false, isA: true })
    // forwards while a gradient is wanted: the next step has other weights
    expect(handed(false, false, true)).toEqual({ rightShape: [40, 8], isB: false, isA: false })
    // weights of a sequence: from the second moment on the kernel finds them packed
    expect(handed(false, false, true, 2)).toEqual({ rightShape: [40, 60], isB: true, isA: false })
    // forwards in use: the kernel finds what it has packed of b
    expect(handed(false, false, false)).toEqual({ rightShape: [40, 60], isB: true, isA: false })
  })
})
