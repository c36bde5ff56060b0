import { expect, test } from 'vitest'
import { gatheringBuffer } from './gatheringBuffer.js'

test('a buffer that was given back is taken again; two at once are two', () => {
  const [one, other] = [gatheringBuffer(), gatheringBuffer()]
  const bytes = one.bytes()
  // a matcher would compare a million bytes
  expect([bytes.length, one.bytes() === bytes, other.bytes() === bytes]).toEqual([2 ** 20, true, false])
  one.giveBack()
  const [third, fourth] = [gatheringBuffer(), gatheringBuffer()]
  expect([third.bytes() === bytes, fourth.bytes() === bytes]).toEqual([true, false])
})
