/** @internal */

import { function as F, taskEither as TE } from 'fp-ts'
import type { CheckpointError } from './CheckpointError.js'
import { partOf } from './partOf.js'
import { safetensorsFormat } from './safetensorsFormat.js'
import { safetensorsHeader, type SafetensorsHeader } from './safetensorsHeader.js'
import type { Interruptible, OpenedItem } from './Store.js'

/** The header of a safetensors file that is opened; of its data nothing is read but what lies beside a short header. */
export const openedSafetensors = (
  name: string,
  item: OpenedItem,
  { signal }: Interruptible = {},
): TE.TaskEither<CheckpointError, SafetensorsHeader> => {
  const beginning = (bytes: number) => partOf(name, item, { end: Math.min(bytes, item.length), signal })
  return F.pipe(
    beginning(mostHeaders),
    TE.chain((bytes) => {
      const wanted = headBytes(bytes)
      return wanted > bytes.length && wanted <= item.length ? beginning(wanted) : TE.right(bytes)
    }),
    TE.chainEitherK((bytes) => safetensorsHeader(bytes, item.length)),
  )
}

const { prefixBytes, maxHeaderBytes } = safetensorsFormat
/** One read takes in nearly every header. */
const mostHeaders = 2 ** 16

/** Bytes of prefix and header, as the prefix says; those of the prefix where they are too many to be looked at. */
const headBytes = (bytes: Uint8Array): number => {
  if (bytes.length < prefixBytes) return 0
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  return prefixBytes + (length > BigInt(maxHeaderBytes) ? 0 : Number(length))
}
