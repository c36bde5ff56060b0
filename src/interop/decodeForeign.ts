/** @internal */
import { sizeOf } from '../tree/sizeOf.js'
import { nth } from '../scalars/nth.js'
import { type CheckpointProblem, checkpointProblem } from '../checkpoint/CheckpointError.js'
import { type ForeignValues, foreignDtypes } from './foreignDtypes.js'
import type { ForeignTensor } from './readForeign.js'

/** The elements of a tensor as tfjs has them. */
export interface Decoded {
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>
}

/** Where what was met on the way goes. */
export interface Met {
  readonly problem: (problem: CheckpointProblem) => void
  readonly warning: (warning: CheckpointProblem) => void
}

/** The elements of a foreign tensor as exactly as the file has them; null, and a problem, where its dtype is none that
 *  can be read. */
export const valuesOf = ({ name, dtype, shape, bytes }: ForeignTensor, { problem }: Met): ForeignValues | null => {
  const known = Object.hasOwn(foreignDtypes, dtype) ? foreignDtypes[dtype] : undefined
  if (known === undefined) {
    problem(
      checkpointProblem('Unsupported', {
        path: name,
        expected: `one of the dtypes ${Object.keys(foreignDtypes).join(', ')}`,
        found: dtype,
        fix: `convert it there (PyTorch: tensor.float()), or let the file pass without it: ignore: [${JSON.stringify(name)}]`,
      }),
    )
    return null
  }
  const size = sizeOf(shape)
  return known.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), size)
}

/** The elements of a foreign tensor as tfjs has them. Rounding to float32 is a warning with its largest relative error;
 *  what does not fit is a problem. */
export const decodeForeign = (tensor: ForeignTensor, met: Met): Decoded | null => {
  const values = valuesOf(tensor, met)
  if (values === null) return null
  const { name, dtype } = tensor
  const refuse = (expected: string, found: string, fix: string): null => {
    met.problem(checkpointProblem('Mismatch', { path: name, expected, found, fix }))
    return null
  }
  const pass = `or let the file pass without it: ignore: [${JSON.stringify(name)}]`
  if (values instanceof Float32Array) return { dtype: 'float32', data: values }
  if (values instanceof Int32Array) return { dtype: 'int32', data: values }
  if (values instanceof Float64Array) {
    const data = Float32Array.from(values)
    const { overflow, largest } = rounding(values, data)
    if (overflow !== undefined)
      return refuse('numbers that float32 holds', `${overflow}`, `scale it down before it is saved, ${pass}`)
    if (largest > 0)
      met.warning(
        checkpointProblem('Mismatch', {
          path: name,
          expected: 'F64 without loss',
          found: `numbers rounded to float32, by up to ${largest.toExponential(1)} of themselves`,
          fix: 'nothing needs to be done where single precision is enough',
        }),
      )
    return { dtype: 'float32', data }
  }
  if (values instanceof Uint8Array) {
    const odd = values.find((byte) => byte > 1)
    return odd === undefined
      ? { dtype: 'bool', data: values }
      : refuse('bytes 0 and 1 in BOOL', `${odd}`, `write it as U8, ${pass}`)
  }
  const wide = values.find((x) => BigInt.asIntN(32, x) !== x)
  return wide === undefined
    ? { dtype: 'int32', data: Int32Array.from(values, Number) }
    : refuse(`${dtype} that fits in int32, from -2147483648 to 2147483647`, `${wide}`, `save it as F64, ${pass}`)
}

const rounding = (
  exact: Float64Array,
  near: Float32Array,
): { readonly overflow?: number; readonly largest: number } => {
  let largest = 0
  for (const [i, x] of exact.entries()) {
    const y = nth(near, i)
    if (Number.isFinite(x) && !Number.isFinite(y)) return { overflow: x, largest }
    if (Number.isFinite(x) && x !== 0) largest = Math.max(largest, Math.abs((y - x) / x))
  }
  return { largest }
}

/** The one number of a counter, exact; null, and a problem, where it is not one whole number below 2⁵³. */
export const countOf = (tensor: ForeignTensor, met: Met): number | null => {
  const values = valuesOf(tensor, met)
  if (values === null) return null
  const [first] = values
  const count = Number(first)
  if (values.length === 1 && Number.isSafeInteger(count) && count >= 0) return count
  met.problem(
    checkpointProblem('Mismatch', {
      path: tensor.name,
      expected: 'a count, one whole number from 0 to 2^53 - 1',
      found: values.length === 1 ? `${first}` : `${values.length} numbers`,
      fix: 'give the count by name',
    }),
  )
  return null
}
