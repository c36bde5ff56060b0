import { expect, test } from 'vitest'
import { repeated } from './repeated.js'

const [a, b, c] = [{}, {}, {}]

test('what is there twice, in one list or in several', () => {
  expect(repeated([[a, b], [c, a], [c]])).toEqual(new Set([a, c]))
  expect(repeated([[b, b, b], [a]])).toEqual(new Set([b]))
})

test('what is not there is not there twice: most of a state of many groups is null', () => {
  expect(repeated([[a, null], [null, null, b], [null], []])).toBeUndefined()
  expect(
    repeated([
      [a, null],
      [null, a],
    ]),
  ).toEqual(new Set([a]))
})
