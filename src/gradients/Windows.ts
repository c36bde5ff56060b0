/** @internal */
import type { backend_util } from '@tensorflow/tfjs-core'

/** How a window slides along one axis: output position `o` sees the inputs `o·stride − before + k·dilation`, for the taps
 *  `k < window`. */
export interface Axis {
  readonly input: number
  readonly output: number
  readonly window: number
  readonly stride: number
  readonly dilation: number
  readonly before: number
}

/** Windows that slide over images or volumes of some channels, channels last. */
export interface Windows {
  readonly batch: number
  readonly channels: number
  readonly depth: Axis
  readonly height: Axis
  readonly width: Axis
}

const single: Axis = { input: 1, output: 1, window: 1, stride: 1, dilation: 1, before: 0 }

/** Images are volumes of depth 1. */
export const windowsOf2d = (info: backend_util.Conv2DInfo): Windows => ({
  batch: info.batchSize,
  channels: info.inChannels,
  depth: single,
  height: {
    input: info.inHeight,
    output: info.outHeight,
    window: info.filterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    before: info.padInfo.top,
  },
  width: {
    input: info.inWidth,
    output: info.outWidth,
    window: info.filterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    before: info.padInfo.left,
  },
})

export const windowsOf3d = (info: backend_util.Conv3DInfo): Windows => ({
  batch: info.batchSize,
  channels: info.inChannels,
  depth: {
    input: info.inDepth,
    output: info.outDepth,
    window: info.filterDepth,
    stride: info.strideDepth,
    dilation: info.dilationDepth,
    before: info.padInfo.front,
  },
  height: {
    input: info.inHeight,
    output: info.outHeight,
    window: info.filterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    before: info.padInfo.top,
  },
  width: {
    input: info.inWidth,
    output: info.outWidth,
    window: info.filterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    before: info.padInfo.left,
  },
})

/** The taps of a window. */
export const tapsOf = ({ depth, height, width }: Windows): number => depth.window * height.window * width.window

/** The positions at which a window stands on one image. */
export const positionsOf = ({ depth, height, width }: Windows): number => depth.output * height.output * width.output

/** The input that a tap sees from an output position; it may lie outside. */
export const seen = ({ stride, before, dilation }: Axis, position: number, tap: number): number =>
  position * stride - before + tap * dilation

/** The first output position from which a tap sees an input, not padding. */
export const firstPosition = ({ stride, before, dilation }: Axis, tap: number): number =>
  Math.max(0, Math.ceil((before - tap * dilation) / stride))

/** The end of such positions. */
export const endPosition = ({ input, output, stride, before, dilation }: Axis, tap: number): number =>
  Math.min(output, Math.floor((input - 1 + before - tap * dilation) / stride) + 1)

/** The first tap that sees an input, not padding, from an output position. */
export const firstTap = ({ stride, before, dilation }: Axis, position: number): number =>
  Math.max(0, Math.ceil((before - position * stride) / dilation))

/** The end of such taps. */
export const endTap = ({ input, window, stride, before, dilation }: Axis, position: number): number =>
  Math.min(window, Math.floor((input - 1 + before - position * stride) / dilation) + 1)
