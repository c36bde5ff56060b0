/** @internal */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { must } from '../../scalars/must.js'
import type { Backend } from './Backend.js'

/** A new tensor with a texture: packed, of the given size or as tfjs chooses for its shape; or unpacked. */
export const textured = (
  backend: Backend,
  shape: readonly number[],
  texShape: readonly [number, number] | 'chosen' | 'unpacked',
): TensorInfo => {
  const info = backend.makeTensorInfo([...shape], 'float32')
  const data = backend.texData.get(info.dataId)
  data.isPacked = texShape !== 'unpacked'
  if (typeof texShape !== 'string') data.texShape = texShape
  backend.uploadToGPU(info.dataId)
  return info
}

/** The texture of a tensor. */
export const textureOf = ({ texData }: Backend, dataId: object): WebGLTexture =>
  must(texData.get(dataId).texture?.texture, 'texture')
