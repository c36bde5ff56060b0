/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { batchMatMul } from './batchMatMul.js'
import { conv2dBackpropFilter } from './conv2dBackpropFilter.js'
import { conv3dBackpropFilter } from './conv3dBackpropFilter.js'
import { conv3dBackpropInput } from './conv3dBackpropInput.js'
import { depthwiseBackpropFilter } from './depthwiseBackpropFilter.js'
import { depthwiseBackpropInput } from './depthwiseBackpropInput.js'
import { dilation2dBackpropInput } from './dilation2dBackpropInput.js'
import type { GradientKernel } from './GradientKernel.js'
import { maxPool3d } from './maxPool3d.js'
import { maxPool3dGrad } from './maxPool3dGrad.js'
import { maxPoolGrad } from './maxPoolGrad.js'
import {
  conv3dFilterProbes,
  conv3dInputProbes,
  dilationProbe,
  maxPool3dGradProbe,
  maxPool3dProbe,
  maxPoolProbe,
} from './probes.js'
import { unsortedSegmentSum } from './unsortedSegmentSum.js'

/** What this library has for the wasm backend of tfjs 4.22: five that it lacks or wraps, six that are wrong there. */
export const gradientKernels: readonly GradientKernel[] = [
  { name: tf.BatchMatMul, wrapped: batchMatMul },
  { name: tf.Conv2DBackpropFilter, kernel: conv2dBackpropFilter, probes: [] },
  { name: tf.DepthwiseConv2dNativeBackpropFilter, kernel: depthwiseBackpropFilter, probes: [] },
  { name: tf.DepthwiseConv2dNativeBackpropInput, kernel: depthwiseBackpropInput, probes: [] },
  { name: tf.UnsortedSegmentSum, kernel: unsortedSegmentSum, probes: [] },
  { name: tf.MaxPoolGrad, kernel: maxPoolGrad, probes: [maxPoolProbe] },
  { name: tf.MaxPool3D, kernel: maxPool3d, probes: [maxPool3dProbe] },
  { name: tf.MaxPool3DGrad, kernel: maxPool3dGrad, probes: [maxPool3dGradProbe] },
  { name: tf.Conv3DBackpropInputV2, kernel: conv3dBackpropInput, probes: conv3dInputProbes },
  { name: tf.Conv3DBackpropFilterV2, kernel: conv3dBackpropFilter, probes: conv3dFilterProbes },
  { name: tf.Dilation2DBackpropInput, kernel: dilation2dBackpropInput, probes: [dilationProbe] },
]
