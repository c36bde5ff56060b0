/** @internal */

import type * as tf from '@tensorflow/tfjs-core'
import { checkpointProblem } from './CheckpointError.js'
import { CheckpointFailed } from './CheckpointFailed.js'
import { fileOrder } from './fileOrder.js'
import { readParts } from './readParts.js'

/** A head and the numbers of tensors after it, in pieces of about 4 MB: what is small is gathered in one buffer, what is
 *  large is read in parts. */
export const piecesOfTensors = async function* (
  head: Uint8Array,
  tensors: readonly tf.Tensor[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(
    Math.min(
      pieceBytes,
      tensors.reduce((sum, { size }) => sum + 4 * size, head.length),
    ),
  )
  let filled = 0
  for await (const parts of partsOf(head, tensors))
    for (const part of parts) {
      if (filled > 0 && (part.length >= largeBytes || filled + part.length > buffer.length)) {
        yield buffer.subarray(0, filled)
        filled = 0
      }
      if (part.length >= largeBytes)
        for (let at = 0; at < part.length; at += pieceBytes) yield part.subarray(at, at + pieceBytes)
      else {
        buffer.set(part, filled)
        filled += part.length
      }
    }
  if (filled > 0) yield buffer.subarray(0, filled)
}

const pieceBytes = 2 ** 22
/** From here on a copy into the buffer costs more than a write of its own. */
const largeBytes = 2 ** 19

/** The head, then the bytes of tensors: of many small ones at once, of a large one part after part. What the device
 *  throws is a problem of its own, and none of the store. */
const partsOf = async function* (
  head: Uint8Array,
  tensors: readonly tf.Tensor[],
): AsyncGenerator<readonly Uint8Array[], void, undefined> {
  yield [head]
  try {
    for (const group of groups(tensors)) {
      const [first] = group
      const read = first !== undefined && 4 * first.size > pieceBytes ? readParts(first) : null
      if (first === undefined || read === null) yield await Promise.all(group.map(bytesOf))
      else
        for (let begin = 0; begin < first.size; begin += pieceBytes / 4)
          yield [inOrder(read(begin, Math.min(begin + pieceBytes / 4, first.size)))]
    }
  } catch (reason) {
    throw new CheckpointFailed([
      checkpointProblem('Store', {
        path: 'device',
        expected: 'tensors that can be read',
        found: String(reason),
        fix: 'save before the backend is removed',
      }),
    ])
  }
}

/** Neighbours that fit into a piece together; a large one alone. */
const groups = (tensors: readonly tf.Tensor[]): readonly (readonly tf.Tensor[])[] => {
  const all: tf.Tensor[][] = []
  let room = 0
  for (const tensor of tensors) {
    const bytes = 4 * tensor.size
    if (bytes <= room) all.at(-1)?.push(tensor)
    else all.push([tensor])
    room = bytes <= room ? room - bytes : pieceBytes - bytes
  }
  return all
}

const bytesOf = async (tensor: tf.Tensor): Promise<Uint8Array> => {
  const data = await tensor.data()
  if (data instanceof Float32Array || data instanceof Int32Array) return inOrder(data)
  return inOrder(tensor.dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data))
}

const inOrder = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array =>
  fileOrder(new Uint8Array(buffer, byteOffset, byteLength))
