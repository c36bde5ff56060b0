/** @internal */
import { widened } from './smallFloats.js'

/** The elements of a tensor as exactly as a file has them. */
export type ForeignValues =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | readonly bigint[]

/** One dtype of foreign files: bytes of an element, what it becomes here, and how elements are read. */
export interface ForeignDtype {
  readonly itemBytes: number
  readonly becomes: 'float32' | 'int32' | 'bool'
  readonly read: (view: DataView, size: number) => ForeignValues
}

type Get = (view: DataView, at: number) => number

/** Bits, not numbers: NaNs keep what they carry. */
const floats = (itemBytes: number, bitsAt: Get): ForeignDtype => ({
  itemBytes,
  becomes: 'float32',
  read: (view, size) => {
    const bits = new Uint32Array(size)
    for (let i = 0; i < size; i++) bits[i] = bitsAt(view, i * itemBytes)
    return new Float32Array(bits.buffer)
  },
})

const integers = (itemBytes: number, at: Get): ForeignDtype => ({
  itemBytes,
  becomes: 'int32',
  read: (view, size) => Int32Array.from({ length: size }, (_, i) => at(view, i * itemBytes)),
})

const longs = (itemBytes: number, at: (view: DataView, at: number) => bigint): ForeignDtype => ({
  itemBytes,
  becomes: 'int32',
  read: (view, size) => Array.from({ length: size }, (_, i) => at(view, i * itemBytes)),
})

/** What can be read, by the format's own names. */
export const foreignDtypes: Readonly<Record<string, ForeignDtype>> = {
  F32: floats(4, (view, at) => view.getUint32(at, true)),
  F16: floats(2, (view, at) => widened.F16(view.getUint16(at, true))),
  BF16: floats(2, (view, at) => widened.BF16(view.getUint16(at, true))),
  F8_E4M3: floats(1, (view, at) => widened.F8_E4M3(view.getUint8(at))),
  F8_E5M2: floats(1, (view, at) => widened.F8_E5M2(view.getUint8(at))),
  F8_E8M0: floats(1, (view, at) => widened.F8_E8M0(view.getUint8(at))),
  F64: {
    itemBytes: 8,
    becomes: 'float32',
    read: (view, size) => Float64Array.from({ length: size }, (_, i) => view.getFloat64(8 * i, true)),
  },
  I32: integers(4, (view, at) => view.getInt32(at, true)),
  I16: integers(2, (view, at) => view.getInt16(at, true)),
  U16: integers(2, (view, at) => view.getUint16(at, true)),
  I8: integers(1, (view, at) => view.getInt8(at)),
  U8: integers(1, (view, at) => view.getUint8(at)),
  U32: longs(4, (view, at) => BigInt(view.getUint32(at, true))),
  I64: longs(8, (view, at) => view.getBigInt64(at, true)),
  U64: longs(8, (view, at) => view.getBigUint64(at, true)),
  BOOL: {
    itemBytes: 1,
    becomes: 'bool',
    read: (view, size) => Uint8Array.from({ length: size }, (_, i) => view.getUint8(i)),
  },
}
