/** @internal */
import { sizeOf } from '../tree/sizeOf.js'
import type { either as E } from 'fp-ts'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, checkpointProblem } from '../checkpoint/CheckpointError.js'
import { type ProblemList, problemList } from '../checkpoint/problemList.js'
import { readEntry } from '../checkpoint/readEntry.js'
import { checkCoverage, readHeader } from '../checkpoint/safetensorsHeader.js'
import { foreignDtypes } from './foreignDtypes.js'

/** A tensor of somebody else's file: its bytes are a view of the file's. */
export interface ForeignTensor {
  readonly name: string
  /** The format's name, such as `BF16`; one that cannot be read here too. */
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
  /** The file that it is in, for messages. */
  readonly file: string
}

/** What a foreign file holds. */
export interface ForeignContents {
  readonly tensors: readonly ForeignTensor[]
  readonly metadata: Readonly<Record<string, string>>
}

/** The tensors in the bytes of a safetensors file, of whatever dtype, or everything that is wrong with it. Whether a
 *  dtype can be read is asked later, of those that are wanted. Never throws. */
export const readForeign = (bytes: Uint8Array, file: string): E.Either<CheckpointError, ForeignContents> => {
  const all = problemList()
  const problems: ProblemList = {
    ...all,
    add: (problem) => {
      if (problem._tag !== 'Unsupported') all.add({ ...problem, message: `${file}: ${problem.message}` })
    },
  }
  const header = readHeader(bytes, bytes.length, {}, problems)
  if (header === null) return problems.orElse(() => ({ tensors: [], metadata: {} }))
  const { dataStart, tensors, metadata } = header
  const dataBytes = bytes.length - dataStart
  const found = tensors.flatMap(([name, value]) => {
    const span = readEntry(name, value, dataBytes, problems)
    if (span === null) return []
    const { dtype } = Object(value) as { readonly dtype?: unknown } // read by its own name, whatever it is
    return [{ span, dtype: typeof dtype === 'string' ? dtype : shown(dtype) }]
  })
  const spans = found.map(({ span }) => span).toSorted((a, b) => a.begin - b.begin || a.end - b.end)
  checkCoverage(spans, dataBytes, spans.length === tensors.length, problems)
  for (const { span, dtype } of found) {
    const size = sizeOf(span.shape)
    const itemBytes = Object.hasOwn(foreignDtypes, dtype) ? foreignDtypes[dtype]?.itemBytes : undefined
    if (itemBytes !== undefined && span.end - span.begin !== size * itemBytes)
      problems.add(
        checkpointProblem('Corrupt', {
          path: span.name,
          expected: `${size * itemBytes} bytes for shape [${span.shape.join(', ')}] of ${dtype}`,
          found: `${span.end - span.begin}`,
          fix: 'write the file anew',
        }),
      )
  }
  return problems.orElse(() => ({
    tensors: found.map(({ span: { name, shape, begin, end }, dtype }) => ({
      name,
      dtype,
      shape,
      bytes: bytes.subarray(dataStart + begin, dataStart + end),
      file,
    })),
    metadata,
  }))
}
