import type * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { tensorsOf } from '../../src/tree/tensorsOf.js'
import { type Agreement, exactly, within } from '../Agreement.js'
import { roundsAsWritten } from './roundsAsWritten.js'

/** How the same numbers from one pass and from two agree: to the bit wherever that is to be had. */
export const inPasses = (): Agreement => (roundsAsWritten() ? exactly : within(4e-7))

/** Holds the tensors of two trees to that, each by its own scale. */
export const agreeInPasses = (left: unknown, right: unknown): void => {
  const [a, b] = [tensorsOf(left), tensorsOf(right)]
  expect(a.map(({ shape }) => shape)).toEqual(b.map(({ shape }) => shape))
  a.forEach((t, i) => alike(numbers(t), numbers(b[i])))
}

/** Holds plain data to that. */
export const alike = (found: unknown, wanted: unknown): void => {
  if (!inPasses().equals(found, wanted)) expect(found, inPasses().name).toEqual(wanted)
}

const numbers = (t: tf.Tensor | undefined): readonly number[] => [...(t?.dataSync() ?? [])]
