/** @internal */

import { shown } from '../scalars/shown.js'
import type { NamedArray } from './NamedArray.js'
import { safetensorsHead } from './safetensorsHead.js'

/** A tensor as a header tells of it. */
export type TensorSpec = Omit<NamedArray, 'data'>

/** A file without its data. */
export interface SafetensorsLayout<T> {
  /** Its length and its header. */
  readonly head: Uint8Array
  /** The tensors in the order of their data, which follow the head without gaps. */
  readonly sorted: readonly T[]
  /** Bytes of the whole file. */
  readonly length: number
}

/** Where everything stands in a file, before there is any data; throws as `encodeSafetensors`, which see. `dataFaults`
 *  says what else is wrong with a tensor whose dtype and shape are right. */
export const safetensorsLayout = <T extends TensorSpec>(
  entries: readonly T[],
  metadata: Readonly<Record<string, string>>,
  dataFaults: (entry: T) => readonly string[] = () => [],
): SafetensorsLayout<T> => {
  const faults = entries.flatMap((entry) => {
    const own = specFaults(entry)
    return own.length > 0 ? own : dataFaults(entry)
  })
  const sorted = entries.toSorted(byDtypeThenName)
  const head = safetensorsHead(
    'encodeSafetensors',
    sorted.map(({ name, dtype, shape }) => ({ name, dtype, shape, bytes: bytesOf(shape) })),
    metadata,
    faults,
  )
  return { head, sorted, length: sorted.reduce((end, { shape }) => end + bytesOf(shape), head.length) }
}

/** Bytes of the data of a tensor. */
const bytesOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 4)

const byDtypeThenName = (a: TensorSpec, b: TensorSpec): number => compare(a.dtype, b.dtype) || compare(a.name, b.name)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const specFaults = ({ name, dtype, shape }: TensorSpec): readonly string[] =>
  dtype !== 'F32' && dtype !== 'I32'
    ? [`${JSON.stringify(name)} has dtype ${shown(dtype)}, only F32 and I32 can be written; convert it`]
    : shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)
      ? []
      : [`${JSON.stringify(name)} has shape [${shape.join(',')}], expected whole numbers ≥ 0`]
