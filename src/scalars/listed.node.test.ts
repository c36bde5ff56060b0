import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { byPattern } from '../combinators/byPattern.js'
import { partition } from '../combinators/partition.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { listed } from './listed.js'

const named = (count: number) => Array.from({ length: count }, (_, i) => `l${i}`)

test('few names stand there all, of many the first, with how many more', () => {
  expect(listed([])).toBe('')
  expect(listed(named(3))).toBe('l0, l1, l2')
  expect(listed(named(9))).toBe('l0, l1, l2, l3, l4, l5, l6, l7, l8')
  expect(listed(named(10))).toBe('l0, l1, l2, l3, l4, l5, l6, l7 and 2 more')
  expect(listed(named(5000))).toMatch(/l7 and 4,992 more$/)
})

test('a message about a model of 2,000 leaves is a few lines long', () => {
  const params = Object.fromEntries(named(2000).map((name) => [name, tf.scalar(1)]))
  const messageOf = (run: () => unknown): string => {
    try {
      run()
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
    return ''
  }
  const optimizer = sgd({ learningRate: 0.1 })
  const transforms = { one: adam({ learningRate: 0.1 }), two: adam({ learningRate: 0.1 }) }
  const said = [
    messageOf(() => step(optimizer)(null as never, optimizer.init(params), params)),
    messageOf(() => partition({ transforms, paramLabels: byPattern({ two: 'other/**' }, 'one') }).init(params)),
    messageOf(() => partition({ transforms, paramLabels: byPattern({ one: '**' }) }).init(params)),
  ]
  for (const one of said) {
    expect(one).toMatch(/l7.* and 1,992 more/)
    expect(one.length).toBeLessThan(600)
  }
  tf.dispose(params)
})
