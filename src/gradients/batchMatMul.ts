/** @internal */
import {
  type BatchMatMulAttrs,
  broadcast_util,
  engine,
  type KernelFunc,
  type TensorInfo,
  Transpose,
  util,
} from '@tensorflow/tfjs-core'
import { zerosOn } from './HeapBackend.js'
import type { KernelCall } from './KernelCall.js'
import { orderOfProduct } from './orderOfProduct.js'
import { productByItems } from './productByItems.js'
import { turned } from './turned.js'

/** Multiplications in one product up to which a batch goes to the registered kernel whole: it has a plain loop for
 *  batches, and a fast way, which costs some microseconds to begin, for single products. */
const few = 2 ** 15

/** Products of matrices, as all gradients of `matMul` need them. What is to be transposed is transposed first, and a
 *  batch is taken apart, since the kernel of the wasm backend is many times slower with a flag or a batch than without;
 *  the sides change places where that moves less memory.
 *  Where there is nothing to add up the product is zeros: that kernel takes whatever is in memory. Where both sides, or
 *  some axes of one, are broadcast, it is right as well. */
export const batchMatMul =
  (registered: KernelFunc) =>
  ({ inputs: { a, b }, attrs, backend, run }: KernelCall<'a' | 'b', BatchMatMulAttrs>): TensorInfo => {
    const { transposeA, transposeB } = attrs
    const product = (left: TensorInfo, right: TensorInfo, flags: BatchMatMulAttrs = plain): TensorInfo =>
      // a kernel of one result
      registered({ inputs: { a: left, b: right }, backend, attrs: { ...flags } }) as TensorInfo
    const [m, k] = matrixOf(a, transposeA)
    const [inner, n] = matrixOf(b, transposeB)
    // the registered kernel knows best how to complain
    if (a.dtype !== 'float32' || b.dtype !== 'float32' || k !== inner) return product(a, b, attrs)
    const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
    const outer = broadcast_util.assertAndGetBroadcastShape(outerA, outerB)
    const [itemsA, itemsB, items] = [outerA, outerB, outer].map(util.sizeFromShape)
    const shape = [...outer, m, n]
    if (m * k * n === 0 || items === 0) return zerosOn(backend, shape)
    const whole = itemsB === items && (itemsA === items || itemsA === 1)
    if (itemsB !== 1 && m * k * n < few && whole) return product(a, b, attrs)
    const scratch: TensorInfo[] = []
    const passing = (info: TensorInfo): TensorInfo => {
      scratch.push(info)
      return info
    }
    const each = (x: TensorInfo): TensorInfo => passing(run(Transpose, { x }, { perm: turn(x.shape.length) }))
    const matrix = (x: TensorInfo): TensorInfo => passing(turned(x, { backend, run }))
    try {
      if (itemsB !== 1) {
        const [left, right] = [transposeA ? each(a) : a, transposeB ? each(b) : b]
        return productByItems(backend, { a: left, b: right, outer }, product)
      }
      // one matrix on the right: all rows on the left are rows of one
      const many = transposeA && items !== 1
      const size = { m: (items ?? 1) * m, k, n, transposeA: transposeA && !many, transposeB }
      const left = withShape(many ? each(a) : a, size.transposeA ? [k, size.m] : [size.m, k])
      const right = withShape(b, transposeB ? [n, k] : [k, n])
      if (mayBePacked(attrs, b) || orderOfProduct(size) === 'asItStands')
        return withShape(product(size.transposeA ? matrix(left) : left, transposeB ? matrix(right) : right), shape)
      const rows = passing(product(transposeB ? right : matrix(right), size.transposeA ? left : matrix(left)))
      return withShape(turned(rows, { backend, run }), shape)
    } finally {
      for (const { dataId } of scratch) backend.disposeData(dataId)
    }
  }

/** Whether the right side may be there again, unchanged: the registered kernel keeps what it has packed of a tensor,
 *  which is worth much where a model is only used, and where one pass uses the same weights for each moment of a
 *  sequence. The next step of a training has other weights. */
const mayBePacked = ({ transposeB }: BatchMatMulAttrs, { dataId }: TensorInfo): boolean => {
  if (transposeB) return false
  const { gradientDepth, activeTape } = engine().state
  if (gradientDepth === 0) return true
  if (activeTape === null || activeTape === undefined) return false // backwards
  const used = usedIn.get(activeTape) ?? new WeakSet() // a tape begins without any
  usedIn.set(activeTape, used)
  if (used.has(dataId)) return true
  used.add(dataId)
  return false
}

/** The right sides that were used while a tape was recorded. */
const usedIn = new WeakMap<object, WeakSet<object>>()

const plain: BatchMatMulAttrs = { transposeA: false, transposeB: false }

/** Rows and columns of the matrices in a batch, after a transposition. */
const matrixOf = ({ shape }: TensorInfo, transpose: boolean): readonly [rows: number, columns: number] => {
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1]
  return transpose ? [columns, rows] : [rows, columns]
}

/** The same numbers seen in another shape. */
const withShape = ({ dataId, dtype }: TensorInfo, shape: number[]): TensorInfo => ({ dataId, dtype, shape })

/** The last two axes change places. */
const turn = (rank: number): number[] => [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2]
