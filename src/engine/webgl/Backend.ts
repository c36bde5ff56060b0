/** @internal */
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'

/** Where tfjs keeps a tensor's data. */
export interface TextureData {
  shape: readonly number[]
  texture?: { readonly texture: WebGLTexture } | null
  /** [rows, columns], before packing. */
  texShape?: readonly [rows: number, columns: number] | null
  isPacked?: boolean
  readonly slice?: { readonly flatOffset: number } | null
}

/** A linked program with its vertex array, as tfjs makes it. */
export type LinkedProgram = WebGLProgram & { readonly vao: WebGLVertexArrayObject }

/** What of tfjs' `GPGPUContext` is used. */
export interface Gpgpu {
  readonly gl: WebGL2RenderingContext
  readonly createProgram: (fragmentShader: WebGLShader) => LinkedProgram
  readonly deleteProgram: (program: LinkedProgram) => void
  readonly buildVao: (program: LinkedProgram) => void
  readonly setProgram: (program: LinkedProgram) => void
  readonly bindVertexArray: (vao: WebGLVertexArrayObject) => void
}

/** What of tfjs' `MathBackendWebGL` is used: all of it public at run time. */
export interface Backend {
  readonly gpgpu: Gpgpu
  readonly texData: { readonly get: (dataId: object) => TextureData }
  readonly makeTensorInfo: (shape: number[], dtype: 'float32', values?: Float32Array) => TensorInfo
  readonly uploadToGPU: (dataId: object) => void
  readonly disposeIntermediateTensorInfo: (info: TensorInfo) => void
}

/** The backend, if it has every member that is used; else what is missing, in words. */
export const backendOf = (backend: KernelBackend): Backend | { readonly why: string } => {
  const given = backend as unknown as Partial<Backend> // checked member by member below
  if (given.gpgpu === undefined || given.texData === undefined) return { why: 'the backend is not tfjs’ WebGL backend' }
  const gpgpu: Partial<Gpgpu> = given.gpgpu
  if (gpgpu.gl === undefined || typeof gpgpu.gl.drawBuffers !== 'function')
    return { why: 'the backend has no WebGL 2 context' }
  const missing = [
    ...(['makeTensorInfo', 'uploadToGPU', 'disposeIntermediateTensorInfo'] as const).filter(
      (name) => typeof given[name] !== 'function',
    ),
    ...(['createProgram', 'deleteProgram', 'buildVao', 'setProgram', 'bindVertexArray'] as const).filter(
      (name) => typeof gpgpu[name] !== 'function',
    ),
  ]
  if (missing.length > 0) return { why: `this version of tfjs’ WebGL backend has no ${missing.join(', ')}` }
  return given as Backend // every member was looked at
}
