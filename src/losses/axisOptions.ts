/** @internal */
import type * as tf from '@tensorflow/tfjs-core'
import { anything } from '../scalars/kinds.js'
import { optional, withDefault } from '../scalars/options.js'
import type { Axes } from '../tensors/rows.js'

/** The options of every loss along axes. */
export const axisSpec = {
  axis: withDefault(anything<Axes>('an axis, a list of axes, or null for all of them', '-1'), -1),
  where: optional(anything<tf.Tensor>('a tensor of booleans', 'mask')),
}
