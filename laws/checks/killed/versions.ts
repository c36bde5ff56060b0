import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { decodeSafetensors } from '../../../src/checkpoint/decodeSafetensors.js'
import { encodeSafetensors } from '../../../src/checkpoint/encodeSafetensors.js'
import { sgd } from '../../../src/optimizers/sgd.js'

export const versionOptimizer = withMovingAverage({ decay: 0.9 })(sgd({ learningRate: 1 }))

// versions differ in length, so that one written over another would show at its end too
const size = (v: number): number => 30_000 + 10_000 * (v % 7)

/** A state in which every number is the version's. */
export const versionState = (v: number) => {
  const params = { w: tf.fill([size(v)], v) }
  return { params, state: versionOptimizer.init(params) }
}

/** The bytes of such a state. */
export const versionBytes = (v: number): Uint8Array => {
  const data = new Float32Array(size(v)).fill(v)
  const names = ['w', 'w/ExponentialMovingAverage']
  return encodeSafetensors(
    names.map((name) => ({ name, dtype: 'F32', shape: [size(v)], data })),
    { 'polyak.record': JSON.stringify({ version: v }) },
  )
}

/** The version in a file.
 *
 *  @throws `Error` unless it is one of them, whole. */
export const versionIn = (bytes: Uint8Array): number => {
  const contents = decodeSafetensors(bytes)
  if (E.isLeft(contents)) throw new Error(contents.left.map(({ message }) => message).join('\n'))
  const { entries, metadata } = contents.right
  const { version } = JSON.parse(metadata['polyak.record'] ?? '{}') as { readonly version?: number } // as written above
  const whole = ({ data }: { readonly data: Float32Array | Int32Array }) =>
    version !== undefined && data.length === size(version) && data.every((x) => x === version)
  if (version === undefined || entries.length !== 2 || !entries.every(whole)) throw new Error(`${version} is not whole`)
  return version
}
