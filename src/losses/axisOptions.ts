/** @internal */
import { axesOrAll } from '../scalars/axisOption.js'
import type * as tf from '@tensorflow/tfjs-core'
import { anything } from '../scalars/kinds.js'
import { optional, withDefault } from '../scalars/options.js'

/** The options of every loss along axes. */
export const axisSpec = {
  axis: withDefault(axesOrAll, -1),
  where: optional(anything<tf.Tensor>('a tensor of booleans', 'mask')),
}
