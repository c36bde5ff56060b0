import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { ctcLossWithForwardProbs } from '../../../src/losses/ctcLossWithForwardProbs.js'
import { valueAndGrad } from '../../../src/training/valueAndGrad.js'
import { backendName } from '../backend.js'
import { argsOf, called, type LossCase, lossCases } from './lossCases.js'
import { apart, largest, numbersIn } from './written.js'

/** Of the case's largest value. */
const tolerance = 2e-6

const values = (x: unknown): readonly number[] => {
  if (!(x instanceof tf.Tensor)) throw new Error('a loss is a tensor')
  return [...x.dataSync()]
}

/** Where this library departs from optax, and says so in the doc comment of the loss. */
const departs: Readonly<Record<string, (one: LossCase) => boolean>> = {
  'nothing is broadcast': ({ edge }) => edge === 'shapes differ: silently broadcast',
  'absolute differences': ({ edge }) => edge?.startsWith('odd degree') ?? false,
  'labels out of range cost NaN': ({ edge }) => edge === 'label out of range',
  'eps of float32': ({ edge }) => edge === 'a zero embedding',
}

/** WebGL compiles a shader for every shape: one draw of two is enough there. */
const wanted = ({ title, edge }: LossCase): boolean =>
  backendName !== 'webgl' || edge !== undefined || Number(title.split(' ')[0]) < 99

const followed = (one: LossCase): boolean => !Object.values(departs).some((is) => is(one))

describe(`the losses of optax in float64, by ${backendName}`, () => {
  it.each(
    lossCases
      .filter((one) => one.throws !== true && followed(one) && wanted(one))
      .map((one) => [one.title, one] as const),
  )('%s', (_, one) => {
    const before = tf.memory().numTensors
    const errors = tf.tidy(() => {
      const args = argsOf(one)
      const scale = largest([one.value ?? 0, ...Object.values(one.gradients ?? {})].flatMap(numbersIn))
      const off = (found: readonly number[], wanted: readonly number[]): number =>
        apart(found, wanted) / (scale === 0 ? 1 : scale)
      const all = called(one, args)
      const value = all instanceof tf.Tensor ? all : (all as { readonly loss: tf.Tensor }).loss // CTC with its tables
      const byArgument = Object.entries(one.gradients ?? {}).map(([name, wanted]) => {
        const x = args[name]
        if (x === undefined) throw new Error(`no argument ${name}`)
        const { grads } = valueAndGrad((p: { readonly x: tf.Tensor }) => {
          const y = called(one, { ...args, [name]: p.x })
          return tf.sum(y as tf.Tensor) // a loss is a tensor
        })({ x })
        return off(values(grads.x), numbersIn(wanted))
      })
      return [off(values(value), numbersIn(one.value ?? [])), ...byArgument]
    })
    expect(Math.max(...errors)).toBeLessThan(tolerance)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('has the tables of CTC', () => {
    const one = lossCases.find(({ logAlphaEmit }) => logAlphaEmit !== undefined)
    if (one === undefined) throw new Error('no such case')
    tf.tidy(() => {
      const { logAlphaBlank, logAlphaEmit } = called(one, argsOf(one)) as ReturnType<typeof ctcLossWithForwardProbs> // by its name
      // the largest value is about 1e5, that of what is impossible
      expect(apart(values(logAlphaBlank), numbersIn(one.logAlphaBlank ?? []))).toBeLessThan(2e-6 * 1e5)
      expect(apart(values(logAlphaEmit).slice(-2), numbersIn(one.logAlphaEmit ?? []).slice(-2))).toBeLessThan(2e-5)
    })
  })

  it('refuses what optax refuses, and what it broadcasts without a word', () => {
    const refused = lossCases.filter((one) => one.throws === true || departs['nothing is broadcast']?.(one) === true)
    expect(refused.length).toBe(4)
    for (const one of refused) {
      const before = tf.memory().numTensors
      const args = argsOf(one)
      expect(() => called(one, args), one.title).toThrow(RangeError)
      tf.dispose(Object.values(args))
      expect(tf.memory().numTensors).toBe(before)
    }
  })

  it('has all of its cases', () => {
    expect(lossCases).toHaveLength(244)
    expect(lossCases.filter((one) => one.throws === true || !followed(one)).map(({ name }) => name)).toEqual([
      'tripletMarginLoss',
      'tripletMarginLoss',
      'tripletMarginLoss',
      'tripletMarginLoss',
      'softmaxCrossEntropyWithIntegerLabels',
      'multiclassSparsemaxLoss',
      'ntxent',
      'diceLoss',
      'squaredError',
      'huberLoss',
    ])
  })
})
