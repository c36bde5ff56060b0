import type * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { tensorsOf } from '../../src/tree/tensorsOf.js'
import { type Agreement, exactly, within } from '../Agreement.js'
import { backendName } from './backend.js'

/** How the same numbers from one pass and from two agree: to the bit, but on a GPU, whose compiler may round a product and
 *  a sum once where it has both in one program, and whose quotients are off by two units of the last place. */
export const inPasses: Agreement = backendName === 'webgl' ? within(4e-7) : exactly

/** Holds the tensors of two trees to that, each by its own scale. */
export const agreeInPasses = (left: unknown, right: unknown): void => {
  const [a, b] = [tensorsOf(left), tensorsOf(right)]
  expect(a.map(({ shape }) => shape)).toEqual(b.map(({ shape }) => shape))
  a.forEach((t, i) => {
    const [x, y] = [numbers(t), numbers(b[i])]
    if (!inPasses.equals(x, y)) expect(x, `tensor ${i}, ${inPasses.name}`).toEqual(y)
  })
}

const numbers = (t: tf.Tensor | undefined): readonly number[] => [...(t?.dataSync() ?? [])]
