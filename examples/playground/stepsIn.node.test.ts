import { expect, test } from 'vitest'
import { stepsIn } from './stepsIn.js'

test('steps keep their pace on screens of 60 and 120 frames, and where frames take long, up to a limit', () => {
  expect([1000 / 120, 1000 / 60, 1000 / 40, 1000 / 30].map(stepsIn)).toEqual([1, 2, 3, 4])
  expect(stepsIn(0)).toBe(1)
  expect(stepsIn(5000)).toBe(4)
})
