import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { lentTensors } from './lentTensors.js'
import { piecesOfTensors } from './piecesOfTensors.js'

const head = Uint8Array.from({ length: 77 }, (_, i) => i)
/** Small ones that fill a buffer more than once, large ones alone and side by side, one of more than a loan, and empty
 *  ones. */
const sizes = [0, 1, 20_000, 3, 0, ...Array.from({ length: 40 }, (_, i) => 16_000 - i), 5_000_000, 7, 16_384, 0, 1, 0]

test('what is lent is the pieces, from any place on; where nothing can be lent, nothing is', async () => {
  const tensors = sizes.map((size, i) => (i % 3 === 0 ? tf.range(0, size, 1, 'int32') : tf.range(i, size + i)))
  const { numTensors } = tf.memory()
  const lender = lentTensors(head, tensors)
  if (backendName === 'webgl') {
    expect(lender).toBe(null)
    return tf.dispose(tensors)
  }
  if (lender === null) throw new Error('nothing is lent')
  const whole = new Uint8Array(sizes.reduce((sum, size) => sum + 4 * size, head.length))
  let filled = 0
  for await (const piece of piecesOfTensors(head, tensors)) {
    whole.set(piece, filled)
    filled += piece.length
  }
  expect(filled).toBe(whole.length)
  let loans = 0
  const lentFrom = (begin: number): number => {
    const { views, intact } = lender.from(begin)
    loans++
    let at = begin
    for (const view of views) {
      // millions of bytes: no matcher
      if (view.some((x, i) => x !== whole[at + i])) throw new Error(`other bytes from ${at} on`)
      at += view.length
    }
    expect([at > begin, at - begin <= 2 ** 24 + 2 ** 16, intact()]).toEqual([true, true, true])
    return at
  }
  for (let at = 0; at < whole.length;) at = lentFrom(at)
  // 20 MB, of which 2.6 are gathered in a buffer of 1
  expect(loans).toBeLessThan(8)
  for (const begin of [0, 76, 77, 78, 80_000, 1_000_000, 0, whole.length - 1, 3_000_000, 2_999_999]) lentFrom(begin)
  lender.close()
  expect(tf.memory().numTensors).toBe(numTensors)
  tf.dispose(tensors)
})
