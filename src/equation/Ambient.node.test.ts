import { expect, test } from 'vitest'
import { ambient } from './Ambient.js'

test('a value is there while a call runs, the innermost first, and gone when it ends or throws', () => {
  const [one, other] = [ambient(), ambient()]
  const inside = one.during(1, () => {
    const deeper = one.during(2, () => other.during(3, () => [one.value(), other.value()]))
    expect(() =>
      one.during(4, () => {
        throw new RangeError('thrown inside')
      }),
    ).toThrow('thrown inside')
    expect(() => other.value()).toThrow('where nothing that has one runs')
    return [...deeper, one.value()]
  })
  expect(inside).toEqual([2, 3, 1])
  expect(one.during(undefined, () => one.value())).toBeUndefined()
  expect(() => one.value()).toThrow('where nothing that has one runs')
})
