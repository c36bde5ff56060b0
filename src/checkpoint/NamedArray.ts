/** The element types that are written and read: float32 and int32, all that tfjs holds as numbers. */
export type NamedArrayDtype = 'F32' | 'I32'

/** One tensor of a safetensors file: its name, its shape and its elements in row-major order. */
export interface NamedArray {
  readonly name: string
  readonly dtype: NamedArrayDtype
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}
