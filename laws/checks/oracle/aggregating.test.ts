/// <reference types="vite/client" />
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { chain } from '../../../src/combinators/chain.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { hide } from '../../../src/combinators/transformations.js'
import {
  addMeanVarianceToOpt,
  averagePerElementUpdates,
  getUnbiasedMeanAndVarianceEma,
  type MeanAndVarianceState,
} from '../../../src/microbatching/index.js'
import { adam } from '../../../src/optimizers/adam.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { step } from '../../../src/transformation/step.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { tensorsOf } from '../../../src/tree/tensorsOf.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { backendName } from '../backend.js'
import text from './microbatching.json?raw'
import { apart, largest, sortedNumbers, sortedValues, treeOf, type WrittenTree } from './written.js'

interface Link {
  readonly name: 'sgd' | 'adam'
  readonly options: { readonly learningRate: number }
}

/** A trajectory of optax.experimental.aggregating: gradients with axes of examples. */
interface AggregatingCase {
  readonly fun: string
  /** Which axes; `null` where there are none, and gradients are only gathered. */
  readonly perEltAxis: number | readonly number[] | null
  readonly accumulationSteps: number
  readonly postprocessor?: readonly [Link]
  readonly opt?: readonly [Link]
  readonly emaDecay?: number
  readonly params: WrittenTree
  readonly grads: readonly WrittenTree[]
  readonly trajectory: readonly WrittenTree[]
  readonly unbiased?: readonly { readonly mean: WrittenTree; readonly variance: WrittenTree }[]
}

// The file is this repository's own; a case that is not one fails the test that reads it.
const cases = (JSON.parse(text) as { readonly aggregating: readonly AggregatingCase[] }).aggregating

const made = (links: readonly [Link] | undefined): Transformation<Opaque> => {
  if (links === undefined) throw new Error('a case names an optimizer')
  const [{ name, options }] = links
  return name === 'sgd' ? hide(sgd(options)) : hide(adam(options))
}

/** What optax joins by `process` is a chain, and what it gathers `multiSteps`. */
const optimizerOf = ({ perEltAxis, accumulationSteps, emaDecay = 0.9, ...one }: AggregatingCase) => {
  const axes = perEltAxis === null ? {} : { perEltAxis }
  if (one.opt !== undefined) return hide(addMeanVarianceToOpt({ emaDecay, accumulationSteps, ...axes })(made(one.opt)))
  const gathered = multiSteps({ everyKSchedule: accumulationSteps })(made(one.postprocessor))
  return perEltAxis === null ? hide(gathered) : hide(chain(averagePerElementUpdates(axes), gathered))
}

describe(`aggregated gradients of optax in float64, by ${backendName}`, () => {
  it.each(
    cases.map(
      (one, i) =>
        [
          `${i} ${one.fun} ${JSON.stringify(one.perEltAxis)} ${one.accumulationSteps} ${one.emaDecay ?? ''}`,
          one,
        ] as const,
    ),
  )('%s', (_, one) => {
    const before = tf.memory().numTensors
    const off = (found: unknown, wanted: WrittenTree): number =>
      apart(sortedValues(found), sortedNumbers(wanted)) / largest(sortedNumbers(wanted))
    tf.tidy(() => {
      const tx = optimizerOf(one)
      const params = treeOf(one.params) as Tree
      let now = { params, state: tx.init(params) }
      one.trajectory.forEach((wanted, i) => {
        const grads = treeOf(one.grads[i] ?? {}) as Tree
        now = step(tx)(grads as never, now.state, now.params) // of other shapes than the parameters
        expect(off(now.params, wanted)).toBeLessThan(6e-6)
        const unbiased = one.unbiased?.[i]
        if (unbiased === undefined) return
        const [state] = now.state as readonly [MeanAndVarianceState<Tree>] // the first part of a chain
        const { mean, variance } = getUnbiasedMeanAndVarianceEma(state)
        if (state.count === 0) {
          // optax divides 0 by 0 there
          expect(sortedValues([mean, variance]).every((x) => x === 0)).toBe(true)
          return
        }
        expect(off(mean, unbiased.mean)).toBeLessThan(6e-6)
        expect(off(variance, unbiased.variance)).toBeLessThan(6e-6)
      })
      expect(tensorsOf(now).some(({ isDisposed }) => isDisposed)).toBe(false)
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('has all of its cases', () => {
    expect(cases).toHaveLength(16)
  })
})
