import { expect, test } from 'vitest'
import { broken, must } from './must.js'

test('what is there passes, null, 0 and NaN too', () => {
  for (const value of [null, 0, Number.NaN, '', false]) expect(must(value, 'value')).toBe(value)
})

test('what is not there throws, says what it is, and asks for a report', () => {
  const list: readonly number[] = [1]
  expect(() => must(list[1], 'size of a leaf')).toThrow(/^polyak: there is no size of a leaf\. .*please report it/)
  expect(broken('the sum was taken twice').message).toMatch(/^polyak: the sum was taken twice\. /)
})
