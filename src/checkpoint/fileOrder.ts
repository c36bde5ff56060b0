/** @internal */

import { copyOf } from './copyOf.js'

/** The bytes of 4-byte words in the order of a file, little-endian, or those of a file in the machine's: the same bytes
 *  on nearly all machines, a turned copy on others. Bits, not numbers: NaN payloads survive. */
export const fileOrder = (bytes: Uint8Array, littleEndian = machineIsLittleEndian): Uint8Array => {
  if (littleEndian) return bytes
  const turned = copyOf(bytes)
  const view = new DataView(turned.buffer)
  for (let at = 0; at < turned.length; at += 4) view.setUint32(at, view.getUint32(at, true), false)
  return turned
}

const machineIsLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
