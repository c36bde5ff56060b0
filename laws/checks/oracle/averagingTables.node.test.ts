import { describe, expect, it } from 'vitest'
import { averagingWeights } from '../../../src/averaging/averagingWeights.js'
import { exponential } from '../../../src/averaging/schemes/exponential.js'
import { inverseGamma, type InverseGammaOptions } from '../../../src/averaging/schemes/inverseGamma.js'
import { gammaOfWidth, widthOfGamma } from '../../../src/averaging/schemes/width.js'
import { cosineDecaySchedule } from '../../../src/schedules/cosineDecaySchedule.js'
import { linearSchedule } from '../../../src/schedules/linearSchedule.js'
import { averagingCases } from './averagingCases.js'
import { averagingTables, runAt } from './averagingFiles.js'

const decayAt = (options: InverseGammaOptions, step: number): number =>
  step === 0 ? 0 : 1 - inverseGamma(options).coefficient({ n: step, from: step - 1, to: step }, {}, {})

describe('tables of averages', () => {
  it('weights of recursions, from their coefficients', () => {
    const uniform = runAt('formulas', 20)
    expect(uniform.weights?.[1]).toBeCloseTo(0.1, 11)
    const constant = runAt('formulas', 2)
    const { weights } = averagingWeights(exponential({ decay: 0.9 }), 10)
    weights.forEach((w, s) => expect(w).toBeCloseTo(constant.weights?.[s] ?? Number.NaN, 11))
    expect(averagingCases.length).toBeGreaterThan(100)
  })

  it('half-lives and effective windows of exponential averages', () => {
    for (const { decay, halfLife, effectiveSampleSize } of averagingTables.halfLife.slice(0, 4)) {
      expect(-Math.LN2 / Math.log(decay)).toBeCloseTo(halfLife, 6)
      const { effectiveWindow } = averagingWeights(exponential({ decay }), Math.ceil(40 / (1 - decay)))
      expect(effectiveWindow / effectiveSampleSize).toBeCloseTo(1, 6)
    }
  })

  it('warm-up decays by inverse gamma', () => {
    for (const { power, invGamma, updates, decays } of averagingTables.crowson)
      updates.forEach((n, i) =>
        expect(decayAt({ power, invGamma, decay: 1 }, n)).toBeCloseTo(decays[i] ?? Number.NaN, 11),
      )
  })

  it('decays of timm’s ModelEmaV3', () => {
    const tables = runAt('torch', 34)['tables'] as readonly {
      readonly options: Readonly<Record<string, number | boolean>>
      readonly steps: readonly number[]
      readonly decays: readonly number[]
    }[]
    for (const { options, steps, decays } of tables) {
      const names = { decay: 'decay', minDecay: 'minDecay', warmupPower: 'power', warmupGamma: 'invGamma' } as const
      const ours = Object.fromEntries(
        Object.entries(names).flatMap(([theirs, name]) =>
          options[theirs] === undefined ? [] : [[name, options[theirs]]],
        ),
      )
      const after = Number(options['updateAfterStep'] ?? 0)
      steps.forEach((step, i) =>
        expect(decayAt(ours, Math.max(0, step - after))).toBeCloseTo(decays[i] ?? Number.NaN, 11),
      )
    }
    expect(tables).toHaveLength(3)
  })

  it('widths and powers', () => {
    for (const { std, gamma } of averagingTables.stdToGamma) expect(gammaOfWidth(std)).toBeCloseTo(gamma, 8)
    for (const { std, gamma } of averagingTables.gammaToStd) expect(widthOfGamma(gamma)).toBeCloseTo(std, 11)
  })

  it.each([17, 18, 19, 20])('SWALR %i is a schedule that is there', (index) => {
    const { options, ...run } = runAt('torch', index)
    const [from, to, epochs] = [
      Number(options['learningRate']),
      Number(options['swaLr']),
      Number(options['annealEpochs'] ?? 10),
    ]
    const linear = linearSchedule({ initValue: from, endValue: to, transitionSteps: epochs })
    const cosine = cosineDecaySchedule({ initValue: from - to, decaySteps: Math.max(1, epochs) })
    const values = run['values'] as readonly number[]
    ;(run['counts'] as readonly number[]).forEach((count, i) => {
      const ours =
        epochs === 0
          ? to
          : options['annealStrategy'] === 'linear'
            ? linear(count)
            : to + (from > to ? cosine(count) : (from - to) * (cosine(count) / (from - to)))
      expect(ours).toBeCloseTo(values[i] ?? Number.NaN, 11)
    })
  })
})
