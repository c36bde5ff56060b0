import { wrongArgument } from '../scalars/wrongArgument.js'
import { either as E, function as F } from 'fp-ts'
import { knownOnly } from '../scalars/knownOnly.js'
import type { CheckpointError } from './CheckpointError.js'
import type { NamedArray } from './NamedArray.js'
import { copyOf } from './copyOf.js'
import { type HeaderOptions, safetensorsHeader } from './safetensorsHeader.js'
import { typedArrayOf } from './typedArrayOf.js'

/** What a safetensors file holds: tensors in the order of their data, and the metadata as a record without
 *  prototype. */
export interface SafetensorsContents {
  readonly entries: readonly NamedArray[]
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * The tensors and the metadata in the bytes of a safetensors file, or everything that is wrong with it.
 *
 * Made for files from anywhere: never throws, looks at no header above 25 MB unless it is told to, allocates no more than
 * a small multiple of what it was handed. Refused: keys given twice, dtypes other than F32 and I32, dimensions that are
 * no whole numbers, shapes that disagree with their bytes, data that overlaps, has holes, ends early or leaves a rest.
 * The header may list the tensors in any order, as the format allows, begin with white space, say `__metadata__: null`,
 * and give tensors fields of unknown meaning, which are passed over. The arrays are copies: `bytes` stays the caller's.
 *
 *  ```text
 *  Python's reader takes, and this one refuses       because
 *  a tensor or a note given twice                    nobody knows which of them is meant
 *  a tensor's entry as a list                        no writer writes it
 *  other dtypes than F32 and I32                     no tensor of tfjs holds them; polyak's foreign parameters read more
 *  sizes from 2⁵³ on                                 they cannot be counted exactly
 *  a header of more than 25 MB, or 1,000,000 keys    it is work for whoever reads it; `maxHeaderBytes` allows more
 *  unknown fields more than one level deep           hostile nesting costs memory
 *  unknown fields with whole numbers below 0         a number that is not of digits alone may stand for a size
 *  ```
 *
 *  @laws a right inverse of `encodeSafetensors`; every change of the length of a file is noticed.
 *
 *  @reference https://github.com/huggingface/safetensors#format
 *
 *  @example F.pipe(decodeSafetensors(bytes), E.match(formatProblems, ({ entries }) => entries.map(({ name }) => name).join()))
 */
export const decodeSafetensors = (
  bytes: Uint8Array,
  options: HeaderOptions = {},
): E.Either<CheckpointError, SafetensorsContents> => {
  // those of another realm are of another class
  if (!Object.prototype.toString.call(bytes).endsWith(' Uint8Array]'))
    throw wrongArgument(
      'decodeSafetensors: bytes',
      'a Uint8Array',
      bytes,
      'Pass e.g. new Uint8Array(await file.arrayBuffer()).',
    )
  return F.pipe(
    safetensorsHeader(bytes, bytes.length, known(options)),
    E.map(({ dataStart, spans, metadata }) => ({
      entries: spans.map(({ name, dtype, shape, begin, end }) => ({
        name,
        dtype,
        shape,
        data: typedArrayOf(copyOf(bytes, dataStart + begin, dataStart + end), dtype),
      })),
      metadata,
    })),
  )
}

const known = knownOnly<HeaderOptions>('decodeSafetensors', { maxHeaderBytes: true })
