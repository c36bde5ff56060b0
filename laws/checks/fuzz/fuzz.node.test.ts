import { expect, test } from 'vitest'
import { whole } from '../part.js'
import { fuzzed } from './fuzzed.js'

test('hostile files: no throw, no hang, no tensor left; what is read is what Python reads', async () => {
  // `npm run fuzz` reads a million, and asks Python itself
  const seed = whole ? Date.now() % 100_000 : 7
  const files = whole ? 200_000 : 2000
  const { accepted, restored, refused, differences, failures } = await fuzzed({ seed, from: 0, files, python: '' })
  expect([seed, failures]).toEqual([seed, []])
  // all of it happens
  expect(Math.min(accepted, restored, refused)).toBeGreaterThan(files / 40)
  expect(Object.keys(differences).length).toBeGreaterThan(2)
}, 3_600_000)
