import { describe, expect, it } from 'vitest'
import { innerProduct, postHocCoefficients } from '../../../src/averaging/postHocCoefficients.js'
import { averagingTables, runAt } from './averagingFiles.js'
import { flatNumbers, type Numbers, ofScale } from './optaxCases.js'

interface Snapshot {
  readonly time: number
  readonly gamma: number
  readonly average: Numbers
}

interface Synthesis {
  readonly time: number
  readonly gamma: number
  readonly snapshots: number
  readonly coefficients: readonly number[]
  readonly value: Numbers
  readonly true: Numbers
  readonly relativeError: number
}

describe('post-hoc synthesis', () => {
  it('inner products of profiles', () => {
    for (const { endA, gammaA, endB, gammaB, value } of averagingTables.innerProducts) {
      const found = innerProduct({ time: endA, gamma: gammaA }, { time: endB, gamma: gammaB })
      expect(Math.abs(found / value - 1)).toBeLessThan(1e-10)
    }
  })

  it.each([80, 81])('formulas %i: coefficients, values and how near they come to the truth', (index) => {
    const run = runAt('formulas', index)
    const snapshots = run['snapshots'] as readonly Snapshot[]
    const wanted = run['synthesized'] as readonly Synthesis[]
    for (const one of wanted) {
      const { coefficients, relativeError } = postHocCoefficients(snapshots, { time: one.time, gamma: one.gamma })
      expect(coefficients.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12)
      const used = snapshots.flatMap(({ time }, i) => (time <= one.time ? [i] : []))
      expect(used).toHaveLength(one.snapshots)
      expect(
        ofScale(
          used.map((i) => coefficients[i] ?? Number.NaN),
          one.coefficients,
        ),
      ).toBeLessThan(1e-6)
      const value = flatNumbers(one.value).map((_, k) =>
        used.reduce(
          (sum, i) =>
            sum + (coefficients[i] ?? Number.NaN) * (flatNumbers(snapshots[i]?.average ?? {})[k] ?? Number.NaN),
          0,
        ),
      )
      expect(ofScale(value, flatNumbers(one.value))).toBeLessThan(1e-6)
      if (one.relativeError < 1e-12) expect(relativeError).toBeLessThan(1e-6)
    }
    expect(wanted.length).toBeGreaterThan(3)
  })
})
