/// <reference types="vite/client" />
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { gumbelNoise } from '../../../src/perturbations/gumbelNoise.js'
import { makePerturbedFun } from '../../../src/perturbations/makePerturbedFun.js'
import { normalNoise } from '../../../src/perturbations/normalNoise.js'
import type { Perturbation } from '../../../src/perturbations/Perturbation.js'
import { valueAndGrad } from '../../../src/training/valueAndGrad.js'
import { mapTree } from '../../../src/tree/mapTree.js'
import { tensorsOf } from '../../../src/tree/tensorsOf.js'
import { treeSum } from '../../../src/tensors/treeSum.js'
import { treeVdot } from '../../../src/tensors/treeVdot.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { backendName } from '../backend.js'
import text from './perturbations.json?raw'
import {
  apart,
  largest,
  numbersIn,
  sortedNumbers,
  sortedValues,
  treeOf,
  type Written,
  type WrittenTree,
} from './written.js'

/** A perturbed function of the real optax, with the noise that it drew. */
interface PerturbedCase {
  readonly fun: string
  readonly noise: 'gumbel' | 'normal'
  readonly numSamples: number
  readonly sigma: number
  readonly useBaseline: boolean
  readonly x: WrittenTree
  readonly samples: readonly WrittenTree[]
  readonly value: WrittenTree
  readonly cotangent: WrittenTree
  readonly gradient: WrittenTree
}

// The file is this repository's own; a case that is not one fails the test that reads it.
const { cases, logProb } = JSON.parse(text) as {
  readonly cases: readonly PerturbedCase[]
  readonly logProb: Readonly<Record<'gumbel' | 'normal', { readonly x: Written; readonly logProb: Written }>>
}
const noises = { gumbel: gumbelNoise, normal: normalNoise }

/** How many of a row are smaller. */
const ranks = (row: tf.Tensor): tf.Tensor =>
  tf.sum(tf.cast(tf.greater(tf.expandDims(row, -1), tf.expandDims(row, -2)), 'float32'), -1)

const functions: Readonly<Record<string, (x: Tree) => Tree>> = {
  'sum of the positive parts': (x) => treeSum(mapTree((leaf) => tf.relu(leaf))(x) as Tree),
  'one-hot of the largest': mapTree((leaf) => tf.cast(tf.equal(leaf, tf.max(leaf, -1, true)), 'float32')),
  ranks: mapTree(ranks),
  'sum of cubes': (x) => treeSum(mapTree((leaf) => tf.mul(leaf, tf.mul(leaf, leaf)))(x) as Tree),
}

/** Noise that was drawn before, in the order in which it is asked for: the same again for the gradient. */
const replayed = ({ noise, samples }: PerturbedCase): Perturbation => {
  const drawn = samples.flatMap((sample) => tensorsOf(treeOf(sample)))
  let next = 0
  return { ...noises[noise], sample: () => tf.clone(drawn[next++ % drawn.length] ?? tf.scalar(Number.NaN)) }
}

describe(`perturbed functions of optax in float64, by ${backendName}`, () => {
  it.each(cases.map((one, i) => [`${i} ${one.fun}, ${one.noise}, baseline ${one.useBaseline}`, one] as const))(
    '%s',
    (_, one) => {
      const fun = functions[one.fun]
      if (fun === undefined) throw new Error(`no function ${one.fun}`)
      tf.tidy(() => {
        const x = treeOf(one.x) as Tree
        const perturbed = () =>
          makePerturbedFun({
            fun,
            numSamples: one.numSamples,
            sigma: one.sigma,
            useBaseline: one.useBaseline,
            noise: replayed(one),
          })
        const off = (found: unknown, wanted: WrittenTree): number =>
          apart(sortedValues(found), sortedNumbers(wanted)) / largest(sortedNumbers(wanted))
        expect(off(perturbed()(7, x), one.value)).toBeLessThan(2e-6)
        const of = perturbed()
        const loss = (p: Tree) => treeVdot(of(7, p) as Tree, treeOf(one.cotangent) as Tree)
        expect(off(valueAndGrad(loss)(x).grads, one.gradient)).toBeLessThan(6e-6)
      })
    },
  )

  it('has its log densities, up to a constant', () => {
    tf.tidy(() => {
      for (const [name, { x, logProb: wanted }] of Object.entries(logProb)) {
        const found = noises[name as 'gumbel' | 'normal'].logProb(treeOf(x) as tf.Tensor) // a bare array
        expect(apart(sortedValues(found), numbersIn(wanted)) / largest(numbersIn(wanted))).toBeLessThan(2e-6)
      }
    })
  })

  it('has all of its cases', () => {
    expect(cases).toHaveLength(16)
  })
})
