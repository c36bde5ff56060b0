import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { backends } from './backends.js'
import { chooseExecutor } from './chooseExecutor.js'

test('exactly one row recognises the backend', () => {
  expect(backends()).toHaveLength(3)
  const found = backends().filter(({ recognise }) => recognise(tf.backend()))
  expect(found.map(({ name }) => name)).toEqual([backendName])
  expect(chooseExecutor().name).toBe(backendName)
})
