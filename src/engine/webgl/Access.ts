/** @internal */
import type { Backend, TextureData } from './Backend.js'
import { packingOf, samePacking, texelsOf, type Geometry } from './Geometry.js'

/** How a shader reads the four elements that lie in one texel of the result.
 *
 *  ```text
 *  same      packed alike, in a texture as wide: the texel at the same place
 *  linear    packed alike, in a texture of another width: the texel with the same number
 *  matrix    unpacked, one row of the texture for one row of the tensor: four texels beside each other
 *  flat      unpacked, any width, perhaps a slice: four texels found by their number
 *  repacked  packed for another shape (a reshaped tensor that shares its data): four lanes found by their number
 *  one       one number
 *  ```
 */
export type Mode = 'same' | 'linear' | 'matrix' | 'flat' | 'repacked' | 'one'

/** A texture and how to read it; the meaning of the numbers belongs to the mode. */
export interface Access {
  readonly texture: WebGLTexture
  readonly mode: Mode
  readonly numbers: readonly [number, number, number, number]
}

const none = [0, 0, 0, 0] as const

/** How to read a tensor of the given shape as if it lay in the given geometry. Uploads what is not on the GPU. */
export const accessOf = (backend: Backend, dataId: object, shape: readonly number[], to: Geometry): Access => {
  const data = resident(backend, dataId, shape)
  const texture = textureOf(data)
  const [height, width] = data.texShape ?? [1, 1]
  if (data.isPacked === true) {
    const from = packingOf(data.shape)
    const texels = texelsOf(width)
    if (!samePacking(from, to)) return { texture, mode: 'repacked', numbers: [texels, from.rows, from.cols, 0] }
    // A texture of one row is as wide as it needs to be, or wider.
    return texels === to.width || (texelsOf(height) === 1 && to.height === 1)
      ? { texture, mode: 'same', numbers: none }
      : { texture, mode: 'linear', numbers: [texels, 0, 0, 0] }
  }
  const offset = offsetOf(data)
  const matrix =
    offset === 0 && width === to.cols && to.width === to.texelsPerRow && (to.batch === 1 || to.rows % 2 === 0)
  return matrix ? { texture, mode: 'matrix', numbers: none } : { texture, mode: 'flat', numbers: [width, offset, 0, 0] }
}

/** How to read a tensor of one element. */
export const accessToOne = (backend: Backend, dataId: object, shape: readonly number[]): Access => {
  const data = resident(backend, dataId, shape)
  const offset = offsetOf(data)
  const width = data.texShape?.[1] ?? 1
  const numbers = data.isPacked === true ? none : ([offset % width, Math.floor(offset / width), 0, 0] as const)
  return { texture: textureOf(data), mode: 'one', numbers }
}

/** Where a tensor begins in its texture: most are no slice of another. */
const offsetOf = ({ slice }: TextureData): number => slice?.flatOffset ?? 0

/** The data of a tensor, on the GPU; what comes from the host is uploaded packed, as tfjs does for packed programs. */
const resident = (backend: Backend, dataId: object, shape: readonly number[]): TextureData => {
  const data = backend.texData.get(dataId) // fetches the data of another backend
  if (data.texture === undefined || data.texture === null) {
    data.isPacked = true
    data.shape = shape
    backend.uploadToGPU(dataId)
  }
  return data
}

const textureOf = ({ texture }: TextureData): WebGLTexture => {
  if (texture === undefined || texture === null)
    throw new Error('tfjs gave a tensor no texture: please report this with its shape')
  return texture.texture
}
