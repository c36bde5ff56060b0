/** @internal */
import type { Probe } from './GradientKernel.js'

const counted = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1)

/** Windows of negative numbers, their largest at different corners. */
export const maxPoolProbe: Probe = {
  inputs: {
    input: [
      [1, 4, 4, 1],
      [-1, -9, -10, -2, -11, -12, -13, -14, -5, -6, -7, -8, -3, -15, -16, -4],
    ],
    output: [
      [1, 2, 2, 1],
      [-1, -2, -3, -4],
    ],
    dy: [[1, 2, 2, 1], counted(4)],
  },
  attrs: { filterSize: 2, strides: 2, pad: 'valid' },
  expected: [1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 4],
}

const volume = [
  [1, 2, 2, 4, 1],
  [-9, -8, -7, -6, -1, -15, -14, -13, -12, -11, -2, -10, -16, -5, -4, -3],
] as const

export const maxPool3dProbe: Probe = {
  inputs: { x: volume },
  attrs: { filterSize: 2, strides: 2, pad: 'valid' },
  expected: [-1, -2],
}

export const maxPool3dGradProbe: Probe = {
  inputs: {
    input: volume,
    output: [
      [1, 1, 1, 2, 1],
      [-1, -2],
    ],
    dy: [[1, 1, 1, 2, 1], counted(2)],
  },
  attrs: { filterSize: 2, strides: 2, pad: 'valid' },
  expected: [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0],
}

/** Windows that overlap, and windows two apart. */
export const conv3dInputProbes: readonly Probe[] = [
  {
    inputs: { dy: [[1, 2, 2, 3, 2], counted(24)], filter: [[1, 1, 2, 1, 2], counted(4)] },
    attrs: { strides: 1, pad: 'valid', inputShape: [1, 2, 2, 4, 1] },
    expected: [5, 22, 42, 39, 23, 82, 102, 81, 41, 142, 162, 123, 59, 202, 222, 165],
  },
  {
    inputs: { dy: [[1, 2, 1, 1, 1], counted(2)], filter: [[2, 2, 2, 1, 1], counted(8)] },
    attrs: { strides: 2, pad: 'valid', inputShape: [1, 4, 2, 2, 1] },
    expected: [1, 2, 3, 4, 5, 6, 7, 8, 2, 4, 6, 8, 10, 12, 14, 16],
  },
]

export const conv3dFilterProbes: readonly Probe[] = [
  {
    inputs: { dy: [[1, 2, 2, 3, 2], counted(24)], x: [[1, 2, 2, 4, 1], counted(16)] },
    attrs: { strides: 1, pad: 'valid', filterShape: [1, 1, 2, 1, 2] },
    expected: [1528, 1624, 1672, 1780],
  },
  {
    inputs: { dy: [[1, 2, 1, 1, 1], counted(2)], x: [[1, 4, 2, 2, 1], counted(16)] },
    attrs: { strides: 2, pad: 'valid', filterShape: [2, 2, 2, 1, 1] },
    expected: [19, 22, 25, 28, 31, 34, 37, 40],
  },
]

/** Sums that are negative, no two of a window equal. */
export const dilationProbe: Probe = {
  inputs: {
    x: [
      [1, 4, 4, 1],
      [-35, -31, -38, -26, -29, -37, -24, -33, -39, -28, -34, -30, -32, -25, -36, -27],
    ],
    filter: [
      [2, 2, 1],
      [0.125, 7.25, -3.5, 2.75],
    ],
    dy: [[1, 3, 3, 1], counted(9)],
  },
  attrs: { strides: 1, pad: 'valid', dilations: 1 },
  expected: [0, 1, 0, 3, 0, 0, 13, 0, 0, 11, 8, 9, 0, 0, 0, 0],
}
