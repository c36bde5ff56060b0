import { expect, test } from 'vitest'
import { fileOrder } from './fileOrder.js'

test('is the same bytes on a little-endian machine, and turns each word on another', () => {
  const bytes = Uint8Array.of(9, 1, 2, 3, 4, 5, 6, 7, 8).subarray(1)
  expect(fileOrder(bytes, true)).toBe(bytes)
  expect(fileOrder(bytes, false)).toEqual(Uint8Array.of(4, 3, 2, 1, 8, 7, 6, 5))
  expect(fileOrder(fileOrder(bytes, false), false)).toEqual(bytes)
  expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))
  const one = fileOrder(new Uint8Array(Float32Array.of(1).buffer))
  expect(new DataView(one.slice().buffer).getFloat32(0, true)).toBe(1)
})
