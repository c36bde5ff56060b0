/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { must } from '../scalars/must.js'
import { bytesIn } from './bytesIn.js'
import { gatheringBuffer } from './gatheringBuffer.js'
import type { Lender, Lent } from './lentBytes.js'
import { onDevice } from './onDevice.js'
import { wasmHeap, type WasmHeap } from './wasmHeap.js'

/** Lends a head and the numbers of tensors after it where they lie: on the heap of wasm, in the arrays of the cpu backend.
 *  What is small is gathered in a buffer. Null on other backends. */
export const lentTensors = (head: Uint8Array, tensors: readonly tf.Tensor[]): Lender | null => {
  const place = places()
  if (place === null) return null
  const ends = [head.length]
  for (const { size } of tensors) ends.push(must(ends.at(-1), 'end of a part') + 4 * size)
  const startOf = (part: number): number => (part === 0 ? 0 : must(ends[part - 1], 'end of a part'))
  const buffer = gatheringBuffer()
  let part = 0
  const from = (begin: number): Lent => {
    const views: Uint8Array[] = []
    const lasting: (() => boolean)[] = []
    while (startOf(part) > begin) part--
    while (must(ends[part], 'end of a part') <= begin) part++
    let [at, filled, shown] = [begin, 0, 0]
    const showGathered = (): void => {
      if (filled > shown) views.push(buffer.bytes().subarray(shown, filled))
      shown = filled
    }
    for (; part < ends.length && at < begin + mostBytes && views.length < mostViews; part++) {
      const rest = must(ends[part], 'end of a part') - at
      if (rest > 0 && rest < lentFrom && filled + rest > buffer.bytes().length) break
      const { bytes, intact } = part === 0 ? { bytes: head, intact: always } : place(must(tensors[part - 1], 'tensor'))
      const own = bytes.subarray(at - startOf(part), Math.min(begin + mostBytes, at + rest) - startOf(part))
      if (rest < lentFrom) {
        buffer.bytes().set(own, filled)
        filled += rest
      } else {
        showGathered()
        views.push(own)
        lasting.push(intact)
      }
      at += own.length
      if (own.length < rest) break
    }
    showGathered()
    return { views, intact: () => lasting.every((lasts) => lasts()) }
  }
  return { from, close: buffer.giveBack }
}

/** A signal that comes is heard after so many. */
const mostBytes = 2 ** 24
/** Systems take some 1,000 at a time. */
const mostViews = 256
/** From here on a copy costs more than a view. */
const lentFrom = 2 ** 16

/** The bytes of a tensor, and whether they are still there. */
type Place = (tensor: tf.Tensor) => { readonly bytes: Uint8Array; readonly intact: () => boolean }
const always = (): boolean => true

interface CpuArrays {
  readonly data: { readonly get: (dataId: object) => { readonly values: ArrayLike<number> } }
}

const places = (): Place | null => {
  const heap = wasmHeap()
  if (heap !== null) return (tensor) => onDevice(() => onHeap(heap, tensor))
  const { backend } = tf.engine()
  if (tf.getBackend() !== 'cpu' || !('data' in backend)) return null
  const { data } = backend as unknown as CpuArrays // looked for
  // not by the doors of the backend: what is read there is the reader's for good
  return (tensor) => onDevice(() => ({ bytes: bytesIn(tensor, data.get(tensor.dataId).values), intact: always }))
}

const onHeap = ({ wasm, dataIdMap }: WasmHeap, { dataId, size }: tf.Tensor): ReturnType<Place> => {
  const record = dataIdMap.get(dataId)
  const bytes = wasm.HEAPU8.subarray(record.memoryOffset, record.memoryOffset + 4 * size)
  return {
    bytes,
    // a view of a heap that has grown is empty; `get` would fetch what has moved to another backend
    intact: () => bytes.length === 4 * size && dataIdMap.has(dataId) && dataIdMap.get(dataId) === record,
  }
}
