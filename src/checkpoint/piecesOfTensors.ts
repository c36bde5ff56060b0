/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { bytesIn } from './bytesIn.js'
import { onDevice, unreadable } from './onDevice.js'
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
      const { length } = part
      if (filled > 0 && filled + Math.min(length, largeBytes) > buffer.length) {
        yield buffer.subarray(0, filled)
        filled = 0
      }
      if ('copy' in part)
        for (let at = 0; at < length;) {
          const into = buffer.subarray(filled, filled + length - at)
          onDevice(() => part.copy(at, into))
          at += into.length
          filled += into.length
          if (filled < buffer.length) continue
          yield buffer
          filled = 0
        }
      else if (length >= largeBytes) {
        if (filled > 0) yield buffer.subarray(0, filled)
        filled = 0
        for (let at = 0; at < length; at += pieceBytes) yield part.subarray(at, at + pieceBytes)
      } else {
        buffer.set(part, filled)
        filled += length
      }
    }
  if (filled > 0) yield buffer.subarray(0, filled)
}

const pieceBytes = 2 ** 22
/** From here on a copy into the buffer costs more than a write of its own. */
const largeBytes = 2 ** 19

/** Bytes that are copied a part at a time. */
interface Copied {
  readonly length: number
  readonly copy: (begin: number, into: Uint8Array) => void
}

/** The head, then the bytes of tensors, those that fit into a piece together at once. */
const partsOf = async function* (
  head: Uint8Array,
  tensors: readonly tf.Tensor[],
): AsyncGenerator<readonly (Uint8Array | Copied)[], void, undefined> {
  yield [head]
  for (const group of groups(tensors)) yield atOnce(group) ?? (await Promise.all(group.map(bytesOf)).catch(unreadable))
}

/** Where the numbers are in the memory of this program, no promise is needed for them; null where they are not. */
const atOnce = (group: readonly tf.Tensor[]): readonly (Uint8Array | Copied)[] | null => {
  // tfjs' cpu backend gives its own arrays
  if (tf.getBackend() === 'cpu') return onDevice(() => group.map((tensor) => bytesIn(tensor, tensor.dataSync())))
  const parts: Copied[] = []
  for (const tensor of group) {
    const copy = readParts(tensor)
    if (copy === null) return null
    parts.push({ length: 4 * tensor.size, copy })
  }
  return parts
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
  if (isLost(tensor)) throw new Error('the WebGL context is lost, and with it all tensors on the GPU')
  return bytesIn(tensor, await tensor.data())
}

/** What of tfjs' WebGL backend is asked; other backends have nothing of it. */
interface OnWebgl {
  readonly gpgpu?: { readonly gl: WebGLRenderingContext }
  readonly texData?: {
    readonly has: (dataId: object) => boolean
    readonly get: (dataId: object) => { readonly values?: unknown }
  }
}

/** Whether a tensor was on a context that is gone: tfjs would wait for its numbers for ever. */
const isLost = ({ dataId }: tf.Tensor): boolean => {
  const { gpgpu, texData } = tf.backend() as unknown as OnWebgl // all of it may be missing
  if (gpgpu?.gl.isContextLost() !== true || texData?.has(dataId) !== true) return false
  return (texData.get(dataId).values ?? null) === null
}
