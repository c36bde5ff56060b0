import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { ownArray } from './ownArray.js'
import { typedArraysOf } from './typedArraysOf.js'

it('gives each tensor a buffer of its own, and the numbers that were there', async () => {
  const bytes = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)
  const cut = typedArraysOf(bytes)
  const tensors = [
    [0, 4],
    [4, 16],
  ].map(([begin = 0, end = 0]) => tf.tensor(ownArray(cut(begin, end, 'F32'))))
  const read = await Promise.all(tensors.map((tensor) => tensor.data()))
  expect(read.map((data) => [...data])).toEqual([[1], [2, 3, 4]])
  expect(read.map(({ byteLength }) => byteLength)).toEqual(read.map(({ buffer }) => buffer.byteLength))
  tf.dispose(tensors)
})

it('copies bytes that lie in a larger buffer, at whatever place', () => {
  const larger = new Uint8Array(9)
  larger.set(new Uint8Array(Int32Array.of(7, -8).buffer), 1)
  const [part] = [typedArraysOf(larger.subarray(1))(4, 8, 'I32')]
  larger.fill(0)
  expect(part).toEqual(Int32Array.of(-8))
})
