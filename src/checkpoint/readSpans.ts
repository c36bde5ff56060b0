/** @internal */

import { either as E, function as F, taskEither as TE } from 'fp-ts'
import type { CheckpointError } from './CheckpointError.js'
import { partOf } from './partOf.js'
import type { TensorSpan } from './readEntry.js'
import type { SafetensorsHeader } from './safetensorsHeader.js'
import type { ByteRange, Interruptible, OpenedItem } from './Store.js'
import { transientParts } from './transientParts.js'

/** What becomes of the numbers of tensors, bytes in the order of a file. */
export interface Taker {
  /** Takes all of a tensor. Bytes that fill their buffer are the taker's to keep, others are valid until it returns. */
  readonly whole: (span: TensorSpan, bytes: Uint8Array) => void
  /** How the parts of a large tensor are taken, each valid until it returns. Default, and where it is undefined: it is
   *  read whole. */
  readonly parts?: (span: TensorSpan) => Put | undefined
}

/** Puts bytes to their place, counted from the first of the tensor. */
export type Put = (begin: number, part: Uint8Array) => void

/** Reads the numbers of some tensors of an opened file, and hands them over one by one: neighbours that are small in one
 *  read, a large one alone. */
export const readSpans =
  (
    name: string,
    item: OpenedItem,
    { dataStart }: Pick<SafetensorsHeader, 'dataStart'>,
    spans: readonly TensorSpan[],
    { whole, parts }: Taker,
    { signal }: Interruptible = {},
  ): TE.TaskEither<CheckpointError, void> =>
  async () => {
    const { most, part } = transientParts(name, item, { signal })
    const rangeOf = ({ begin, end }: ByteRange): ByteRange => ({ begin: dataStart + begin, end: dataStart + end })
    const alone = (span: TensorSpan) =>
      F.pipe(
        partOf(name, item, { ...rangeOf(span), signal }),
        TE.map((bytes) => whole(span, bytes)),
      )
    const together = (run: readonly TensorSpan[], range: ByteRange) =>
      F.pipe(
        part(rangeOf(range)),
        TE.map((bytes) => {
          for (const span of run) whole(span, bytes.subarray(span.begin - range.begin, span.end - range.begin))
        }),
      )
    const inParts =
      ({ begin, end }: ByteRange, put: Put): TE.TaskEither<CheckpointError, void> =>
      async () => {
        for (let at = begin; at < end; at += most) {
          const bytes = await part(rangeOf({ begin: at, end: Math.min(at + most, end) }))()
          if (E.isLeft(bytes)) return bytes
          put(at - begin, bytes.right)
        }
        return E.right(undefined)
      }
    for (const run of runs(spans, most)) {
      const [first, second] = run.spans
      const only = second === undefined ? first : undefined
      const put = only === undefined ? undefined : parts?.(only)
      const read = await (
        put !== undefined ? inParts(run, put) : only !== undefined ? alone(only) : together(run.spans, run)
      )()
      if (E.isLeft(read)) return read
    }
    return E.right(undefined)
  }

interface Run {
  readonly begin: number
  end: number
  readonly spans: TensorSpan[]
}

const runs = (spans: readonly TensorSpan[], most: number): readonly Run[] => {
  const all: Run[] = []
  for (const span of spans) {
    const run = all.at(-1)
    if (run !== undefined && span.begin === run.end && span.end - run.begin <= most) {
      run.end = span.end
      run.spans.push(span)
    } else all.push({ begin: span.begin, end: span.end, spans: [span] })
  }
  return all
}
