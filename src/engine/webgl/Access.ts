/** @internal */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Backend } from './Backend.js'
import { packingOf, samePacking, texelsOf, type Geometry } from './Geometry.js'
import { textureOf } from './texture.js'

/** How a shader reads the four elements that lie in one texel of the result: the name of a function of the library.
 *
 *  ```text
 *  same      packed alike, in a texture as wide: the texel at the same place
 *  linear    packed alike, in a texture of another width: the texel with the same number
 *  matrix    unpacked, one row of the texture for one row of the tensor: four texels beside each other
 *  flatly    unpacked, any width, perhaps a slice: four texels found by their number
 *  repacked  packed for another shape (a reshaped tensor that shares its data): four lanes found by their number
 *  one       one number
 *  ```
 */
export type Mode = 'same' | 'linear' | 'matrix' | 'flatly' | 'repacked' | 'one'

/** A texture and how to read it; the meaning of the numbers belongs to the mode. */
export interface Access {
  readonly texture: WebGLTexture
  readonly mode: Mode
  readonly numbers: readonly [number, number, number, number]
}

/** How to read a texture that lies as the result does. */
export const asItLies = (texture: WebGLTexture): Access => ({ texture, mode: 'same', numbers: [0, 0, 0, 0] })

/** How to read a tensor as if it lay in the given geometry; without one it is one number. Uploads what is not on the
 *  GPU. */
export const accessOf = (
  backend: Backend,
  { dataId, shape }: Pick<TensorInfo, 'dataId' | 'shape'>,
  to: Geometry | undefined,
): Access => {
  const data = backend.texData.get(dataId) // fetches the data of another backend
  if (data.texture === undefined || data.texture === null) {
    // what comes from the host is uploaded packed, as tfjs does for packed programs
    data.isPacked = true
    data.shape = shape
    backend.uploadToGPU(dataId)
  }
  const texture = textureOf(backend, dataId)
  const read = (mode: Mode, x = 0, y = 0, z = 0): Access => ({ texture, mode, numbers: [x, y, z, 0] })
  const [height, width] = data.texShape ?? [1, 1] // a tensor of one number may have none
  const offset = data.slice?.flatOffset ?? 0 // most are no slice of another
  if (to === undefined) return read('one', offset % width, Math.floor(offset / width))
  if (data.isPacked === true) {
    const from = packingOf(data.shape)
    const texels = texelsOf(width)
    if (!samePacking(from, to)) return read('repacked', texels, from.rows, from.cols)
    // A texture of one row is as wide as it needs to be, or wider.
    return texels === to.width || (texelsOf(height) === 1 && to.height === 1) ? read('same') : read('linear', texels)
  }
  return offset === 0 && width === to.cols && to.isPlain ? read('matrix') : read('flatly', width, offset)
}
