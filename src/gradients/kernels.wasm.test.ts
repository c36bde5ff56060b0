import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import {
  convolutionGradients,
  maximumGradient,
  outputOf,
  type Padding,
  type Sliding,
} from '../../laws/checks/gradients/float64.js'
import { errorOf, numbers, sizeOf } from '../../laws/checks/gradients/numbers.js'
import { part } from '../../laws/checks/part.js'
import { isOwn } from './installKernels.js'

// Each kernel of this library through the operation that a model calls, against its definition in double.

type Numbers = ArrayLike<number>

/** The gradients of Σ dy·f for each input. */
const gradientsOf = (
  f: (...xs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly (readonly [readonly number[], Float32Array])[],
  dy: readonly [readonly number[], Float32Array],
): readonly Numbers[] => {
  const before = [tf.memory().numTensors, (tf.backend() as BackendWasm).numDataIds()]
  const found = tf.tidy(() => {
    const [shape, values] = dy
    return tf
      .grads(f)(
        inputs.map(([shape, values]) => tf.tensor(values, [...shape])),
        tf.tensor(values, [...shape]),
      )
      .map((gradient) => gradient.dataSync())
  })
  expect([tf.memory().numTensors, (tf.backend() as BackendWasm).numDataIds()]).toEqual(before)
  return found
}

const each = <A, B>(as: readonly A[], f: (a: A) => readonly B[]): readonly B[] => as.flatMap((a) => f(a))

const slidings = (
  kind: Sliding['kind'],
  inputs: readonly (readonly number[])[],
  windows: readonly (readonly number[])[],
  strides: readonly (readonly number[])[],
  paddings: readonly Padding[],
  batches: readonly number[],
  channels: readonly number[],
): readonly Sliding[] =>
  each(inputs, (input) =>
    each(windows, (window) =>
      each(strides, (stride) =>
        each(paddings, (padding) =>
          each(batches, (batch) =>
            channels.map((channel) => ({ kind, input, window, strides: stride, padding, batch, channels: channel })),
          ),
        ),
      ),
    ),
  ).filter(
    (sliding) =>
      outputOf(sliding).every((n) => n > 0) &&
      // a number pads both axes of tfjs as if windows and strides were square
      (typeof sliding.padding !== 'number' || (isSquare(sliding.window) && isSquare(sliding.strides))),
  )

const isSquare = ([, y, x]: readonly number[]): boolean => y === x

const explicit: Padding = [
  [0, 0],
  [1, 2],
  [0, 1],
]

const planes = slidings(
  'images',
  [
    [1, 5, 6],
    [1, 7, 4],
    [1, 8, 9],
  ],
  [
    [1, 1, 1],
    [1, 2, 3],
    [1, 3, 3],
    [1, 1, 4],
  ],
  [
    [1, 1, 1],
    [1, 2, 2],
    [1, 1, 2],
    [1, 3, 1],
    [1, 4, 3],
  ],
  ['same', 'valid', 1, explicit],
  [1, 3],
  [1, 3],
)

const volumes = slidings(
  'volumes',
  [
    [4, 5, 3],
    [3, 4, 6],
  ],
  [
    [1, 1, 1],
    [2, 2, 2],
    [3, 1, 2],
    [2, 3, 3],
  ],
  [
    [1, 1, 1],
    [2, 2, 2],
    [1, 2, 3],
  ],
  ['same', 'valid'],
  [1, 2],
  [1, 2],
)

// tfjs' own types want tuples where any array will do
type Two = [number, number]
type Three = [number, number, number]
const two = ([, y, x]: readonly number[]): Two => [y ?? 0, x ?? 0]
const pad2 = (padding: Padding): 'same' | 'valid' | number =>
  (typeof padding === 'object' ? [...padding, [0, 0]] : padding) as 'same' | 'valid' | number // explicit pairs too
const shown = ({ batch, input, window, strides, padding, channels }: Sliding): string =>
  JSON.stringify({ batch, input, window, strides, padding, channels })

const plane = ({ batch, input, channels }: Sliding): readonly number[] => [batch, ...two(input), channels]
const volume = ({ batch, input, channels }: Sliding): readonly number[] => [batch, ...input, channels]

/** Each case is one shape; its value is the largest error of any gradient in it. */
type Case = readonly [name: string, error: () => number, allowed: number]

const convolution = (sliding: Sliding, outputs: number, kind: 'flat' | 'depthwise' | 'deep'): Case => [
  `${kind} ${shown(sliding)} to ${outputs}`,
  () => {
    const deep = kind === 'deep'
    const window = deep ? sliding.window : two(sliding.window)
    const output = deep ? outputOf(sliding) : two(outputOf(sliding))
    const made = kind === 'depthwise' ? sliding.channels * outputs : outputs
    const [xShape, filterShape] = [deep ? volume(sliding) : plane(sliding), [...window, sliding.channels, outputs]]
    const dyShape = [sliding.batch, ...output, made]
    const [x, filter, dy] = [numbers(sizeOf(xShape), 1), numbers(sizeOf(filterShape), 2), numbers(sizeOf(dyShape), 3)]
    const strides = deep ? sliding.strides : two(sliding.strides)
    const f = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      kind === 'deep'
        ? tf.conv3d(a as tf.Tensor5D, b as tf.Tensor5D, [...strides] as Three, sliding.padding as 'same')
        : (kind === 'flat' ? tf.conv2d : tf.depthwiseConv2d)(
            a as tf.Tensor4D,
            b as tf.Tensor4D,
            [...strides] as Two,
            pad2(sliding.padding),
          )
    const [dx, dw] = gradientsOf(
      f,
      [
        [xShape, x],
        [filterShape, filter],
      ],
      [dyShape, dy],
    )
    const expected = convolutionGradients(sliding, outputs, kind === 'depthwise', { x, filter, dy })
    return Math.max(errorOf(dx ?? [], expected.dx), errorOf(dw ?? [], expected.dw))
  },
  2e-6,
]

const pooling = (sliding: Sliding, deep: boolean, sign: 'both' | 'negative'): Case => [
  `maximum of ${sign} ${shown(sliding)}`,
  () => {
    const xShape = deep ? volume(sliding) : plane(sliding)
    const dyShape = [sliding.batch, ...(deep ? outputOf(sliding) : two(outputOf(sliding))), sliding.channels]
    const [x, dy] = [numbers(sizeOf(xShape), 4, sign), numbers(sizeOf(dyShape), 5)]
    const f = (a: tf.Tensor): tf.Tensor =>
      deep
        ? tf.maxPool3d(
            a as tf.Tensor5D,
            [...sliding.window] as Three,
            [...sliding.strides] as Three,
            sliding.padding as 'same',
          )
        : tf.maxPool(a as tf.Tensor4D, two(sliding.window), two(sliding.strides), pad2(sliding.padding))
    const [dx] = gradientsOf(f, [[xShape, x]], [dyShape, dy])
    return errorOf(dx ?? [], maximumGradient(sliding, { x, dy }))
  },
  1e-6,
]

const dilation = (sliding: Sliding): Case => [
  `dilation ${shown(sliding)}`,
  () => {
    const [xShape, filterShape] = [plane(sliding), [...two(sliding.window), sliding.channels]]
    const dyShape = [sliding.batch, ...two(outputOf(sliding)), sliding.channels]
    const [x, filter, dy] = [numbers(sizeOf(xShape), 6), numbers(sizeOf(filterShape), 7), numbers(sizeOf(dyShape), 8)]
    const f = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      tf.dilation2d(a as tf.Tensor4D, b as tf.Tensor3D, two(sliding.strides), sliding.padding as 'same')
    const [dx] = gradientsOf(
      f,
      [
        [xShape, x],
        [filterShape, filter],
      ],
      [dyShape, dy],
    )
    return errorOf(dx ?? [], maximumGradient(sliding, { x, dy, added: filter }))
  },
  1e-6,
]

const cases: Readonly<Record<string, readonly Case[]>> = {
  conv2d: planes.map((sliding, i) => convolution(sliding, (i % 3) + 1, 'flat')),
  depthwiseConv2d: planes
    .filter(({ strides: [, y, x] }) => y === x)
    .map((sliding, i) => convolution(sliding, (i % 2) + 1, 'depthwise')),
  conv3d: volumes.map((sliding, i) => convolution(sliding, (i % 2) + 1, 'deep')),
  maxPool: planes.map((sliding, i) => pooling(sliding, false, i % 2 === 0 ? 'both' : 'negative')),
  maxPool3d: volumes.map((sliding, i) => pooling(sliding, true, i % 2 === 0 ? 'both' : 'negative')),
  dilation2d: planes.filter(({ padding }) => typeof padding === 'string').map(dilation),
}

test('there are enough of them', () => {
  expect(Object.values(cases).flat().length).toBeGreaterThan(1500)
})

describe.each(Object.entries(cases))('the gradient of %s equals its definition', (_, all) => {
  test(`on ${all.length} shapes`, () => {
    const bad = part(all, 29).flatMap(([name, error, allowed]) => {
      const found = error()
      return found <= allowed ? [] : [`${name}: ${found}`]
    })
    expect(bad).toEqual([])
  })
})

test('the kernels of this library run', () => {
  const own = tf.getKernelsForBackend('wasm').flatMap((config) => (isOwn(config) ? [config.kernelName] : []))
  expect(own.toSorted()).toEqual(
    [
      tf.BatchMatMul,
      tf.Conv2DBackpropFilter,
      tf.Conv3DBackpropFilterV2,
      tf.Conv3DBackpropInputV2,
      tf.DepthwiseConv2dNativeBackpropFilter,
      tf.DepthwiseConv2dNativeBackpropInput,
      tf.Dilation2DBackpropInput,
      tf.MaxPool3D,
      tf.MaxPool3DGrad,
      tf.MaxPoolGrad,
      tf.UnsortedSegmentSum,
    ].toSorted(),
  )
})
