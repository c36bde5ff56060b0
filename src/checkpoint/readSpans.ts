/** @internal */

import { either as E, type taskEither as TE } from 'fp-ts'
import type { CheckpointError } from './CheckpointError.js'
import { partOf } from './partOf.js'
import type { SafetensorsHeader, TensorSpan } from './safetensorsHeader.js'
import type { Interruptible, OpenedItem } from './Store.js'
import { typedArraysOf } from './typedArraysOf.js'

/** Reads the numbers of some tensors of an opened file, and hands them over one by one: neighbours that are small in one
 *  read, a large one alone. An array that fills its buffer is the taker's to keep; others lie in one beside those of
 *  neighbours. */
export const readSpans =
  (
    name: string,
    item: OpenedItem,
    { dataStart }: Pick<SafetensorsHeader, 'dataStart'>,
    spans: readonly TensorSpan[],
    take: (span: TensorSpan, data: Float32Array | Int32Array) => void,
    { signal }: Interruptible = {},
  ): TE.TaskEither<CheckpointError, void> =>
  async () => {
    for (const run of runs(spans)) {
      const bytes = await partOf(name, item, { begin: dataStart + run.begin, end: dataStart + run.end, signal })()
      if (E.isLeft(bytes)) return bytes
      const cut = typedArraysOf(bytes.right)
      for (const span of run.spans) take(span, cut(span.begin - run.begin, span.end - run.begin, span.dtype))
    }
    return E.right(undefined)
  }

interface Run {
  readonly begin: number
  end: number
  readonly spans: TensorSpan[]
}

const runs = (spans: readonly TensorSpan[]): readonly Run[] => {
  const all: Run[] = []
  for (const span of spans) {
    const run = all.at(-1)
    if (run !== undefined && span.begin === run.end && span.end - run.begin <= runBytes) {
      run.end = span.end
      run.spans.push(span)
    } else all.push({ begin: span.begin, end: span.end, spans: [span] })
  }
  return all
}

const runBytes = 2 ** 22
