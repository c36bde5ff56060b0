import { expect, test } from 'vitest'
import { arrayLeaf } from '../equation/reference.js'
import { scheduleFreeAdamw } from '../averaging/scheduleFreeAdamw.js'
import { adam } from '../optimizers/adam.js'
import { piecewiseConstantSchedule } from '../schedules/piecewiseConstantSchedule.js'
import { reference } from '../transformation/reference.js'
import { masked, namedChain, partition } from './index.js'

const tx = adam({ learningRate: 0.1 })
// wrong on purpose
const wrong = (value: unknown) => value as never

test('a Map, which has no keys, does not pass for a record without any', () => {
  const byLabel = new Map([['a', tx]])
  expect(() => partition({ transforms: wrong(byLabel), paramLabels: wrong('a') })).toThrow(
    'partition: transforms must be a transformation for each label, found a Map. Pass e.g. { transforms: { slow: …, fast: … } }.',
  )
  expect(() => namedChain(wrong(byLabel))).toThrow('namedChain: parts must be one record, found a Map.')
  expect(() => piecewiseConstantSchedule({ initValue: 1, boundariesAndScales: wrong(new Map([[10, 0.1]])) })).toThrow(
    'piecewiseConstantSchedule: boundariesAndScales must be a record from step counts to values, ',
  )
  const start = reference(masked({ mask: wrong(new Map([['a', true]])) })(tx), 'float64').init
  expect(() => start({ a: arrayLeaf([1], []) })).toThrow(
    'the mask of masked: at the root, expected true or false, or the structure of the parameters, found an object of class Map',
  )
})

test('options that nobody awaited, or in a Map, are not those by default', () => {
  for (const given of [Promise.resolve({ learningRate: 1 }), new Map([['learningRate', 1]])])
    expect(() => scheduleFreeAdamw(wrong(given))).toThrow(
      `scheduleFreeAdamw: the options must be one record, found a ${given.constructor.name}.`,
    )
})

test('a partition without transformations, under which gradients would pass as they are', () => {
  expect(() => partition({ transforms: {}, paramLabels: wrong('a') })).toThrow(
    'partition: transforms must be a transformation for each label, found {}. Pass e.g. { transforms: { slow: …, fast: … } }.',
  )
})
