/// <reference types="vite/client" />
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import * as projections from '../../../src/projections/index.js'
import { valueAndGrad } from '../../../src/training/valueAndGrad.js'
import { treeVdot } from '../../../src/tensors/treeVdot.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { backendName } from '../backend.js'
import text from './projections.json?raw'
import { apart, largest, sortedNumbers, sortedValues, treeOf, type WrittenTree } from './written.js'

/** A projection as the real optax has it, in float64. */
interface ProjectionCase {
  readonly name: string
  readonly x: WrittenTree
  readonly options: Readonly<Record<string, WrittenTree>>
  readonly value: WrittenTree
  readonly tangent: WrittenTree
  /** The derivative along `tangent`. */
  readonly jvp: WrittenTree
  readonly cotangent: WrittenTree
  /** The gradient of the inner product with `cotangent`. */
  readonly vjp: WrittenTree
  readonly edge?: string
  /** Where the derivative is not one. */
  readonly kink?: boolean
}

// The file is this repository's own; a case that is not one fails the test that reads it.
const cases = (JSON.parse(text) as { readonly cases: readonly ProjectionCase[] }).cases.map(
  (one, i) => [`${i} ${one.name} ${one.edge ?? ''}`, one] as const,
)

/** Of the case's largest value. */
const tolerance = 2e-6

const projected = ({ name, options }: ProjectionCase, x: unknown): unknown => {
  const projection = (projections as Readonly<Record<string, unknown>>)[name]
  if (typeof projection !== 'function') throw new Error(`the oracle names ${name}, which is not exported`)
  const given = Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, typeof value === 'number' ? value : treeOf(value)]),
  )
  // checked: a function; projections check their options
  return (projection as (...all: readonly unknown[]) => unknown)(x, ...(Object.keys(given).length > 0 ? [given] : []))
}

/** Jᵀ·y. A projection's J is symmetric, so this is J·y as well. */
const pulled = (one: ProjectionCase, y: WrittenTree): unknown => {
  // a tree of tensors
  const loss = (x: Tree) => treeVdot(projected(one, x) as Tree, treeOf(y) as Tree)
  return valueAndGrad(loss)(treeOf(one.x) as Tree).grads
}

const refused = ({ edge }: ProjectionCase): boolean => edge === 'scale -1'
/** Zeros have a sign here, so that the result is on the sphere. */
const departs = ({ name, edge }: ProjectionCase): boolean => name === 'projectionL1Sphere' && edge === 'zero'

/** WebGL compiles a shader for every shape: there one case of each kind tells. */
const wanted = (i: number): boolean => backendName !== 'webgl' || i % 3 === 0 || i > 132

describe(`the projections of optax in float64, by ${backendName}`, () => {
  it.each(cases.filter(([, one], i) => !refused(one) && !departs(one) && wanted(i)))('%s', (_, one) => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const off = (found: unknown, written: WrittenTree): number => {
        const numbers = sortedNumbers(written)
        return apart(sortedValues(found), numbers) / Math.max(largest(numbers), 1e-3)
      }
      expect(off(projected(one, treeOf(one.x)), one.value)).toBeLessThan(tolerance)
      const [vjp, jvp] = [pulled(one, one.cotangent), pulled(one, one.tangent)]
      expect(sortedValues([vjp, jvp]).every(Number.isFinite)).toBe(true)
      if (one.kink === true) return
      expect(off(vjp, one.vjp)).toBeLessThan(tolerance)
      expect(off(jvp, one.jvp)).toBeLessThan(tolerance)
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuses a negative scale', () => {
    const negative = cases.filter(([, one]) => refused(one))
    expect(negative).toHaveLength(4)
    for (const [, one] of negative) {
      const x = treeOf(one.x)
      expect(() => projected(one, x)).toThrow(RangeError)
      expect(() => projected(one, x)).toThrow(/scale must be a finite number ≥ 0, found -1/)
      tf.dispose(x as tf.TensorContainer)
    }
  })

  it('has all of its cases', () => {
    expect(cases).toHaveLength(212)
    expect(cases.filter(([, one]) => departs(one))).toHaveLength(1)
  })
})
