/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { seedOf } from '../scalars/seedOf.js'

/** Standard normal numbers for a shape, by a text that names them: the same on every backend. */
export type Normals = (shape: readonly number[], text: string) => ArrayLike<number>

/** Those that tfjs draws on the host; nothing is read back. */
export const drawnNormals: Normals = (shape, text) =>
  tf.tidy(() => tf.randomNormal([...shape], 0, 1, 'float32', seedOf(text)).dataSync())
