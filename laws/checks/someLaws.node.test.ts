import { expect, test } from 'vitest'
import { scale } from '../../src/transforms/scale.js'
import { lawsOf } from '../Suite.js'
import { transformationLaws } from '../transformationLaws.js'
import { whole } from './part.js'
import { someLaws } from './someLaws.js'

const suite = transformationLaws(() => scale({ stepSize: 0.5 }))
const asked = (row: number): readonly string[] => lawsOf(someLaws(suite, row, {})[0]).map(({ law }) => law.name)
const all = lawsOf(suite).map(({ law }) => law.name)

test('two rows that follow each other are asked every law once, or in a whole run each all of them', () => {
  expect([...asked(0), ...asked(1)].toSorted()).toEqual((whole ? [...all, ...all] : [...all]).toSorted())
  expect(asked(2)).toEqual(asked(0))
  expect(Math.abs(asked(0).length - (whole ? all.length : all.length / 2))).toBeLessThan(all.length / 4)
})

test('what is excepted of the laws that are asked stays so, and no other name is left to complain about', () => {
  const except = Object.fromEntries(all.map((name) => [name, 'a reason']))
  expect(Object.keys(someLaws(suite, 1, except)[1]).toSorted()).toEqual([...asked(1)].toSorted())
})
