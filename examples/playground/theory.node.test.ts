import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { averagingWeights, exponential } from 'polyak'
import { addressOf, initialSettings, scales, type Settings, settingsFrom, spoken } from './settings.js'
import { lossesOf, momentsAt, nextMoments, settledLosses, weightsOf } from './theory.js'

const place = fc.double({ min: 0, max: 1, noNaN: true })
const anySettings: fc.Arbitrary<Settings> = fc.record({
  learningRate: place.map(scales.learningRate.value),
  noise: place.map(scales.noise.value),
  decay: place.map(scales.decay.value),
})

describe('the closed form', () => {
  // Found once by simulation of plain numbers, with unit noise; what is small was found to a digit or two.
  test.each([
    [0.1, 0.99, 0.0523, 0.0046],
    [0.1, 0.999, 0.0523, 0.0005],
    [0.5, 0.99, 0.333, 0.005],
    [0.5, 0.999, 0.333, 0.0006],
  ])('at learning rate %d and decay %d it is what simulations settle at', (learningRate, decay, raw, averaged) => {
    const settled = settledLosses({ learningRate, decay, noise: 1 })
    expect(Math.abs(settled.raw / raw - 1)).toBeLessThan(0.01)
    expect(Math.abs(settled.averaged / averaged - 1)).toBeLessThan(0.2)
  })

  test('is where the moments come to rest', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        let moments = momentsAt([2, 1])
        for (let step = 0; step < 30_000; step++) moments = nextMoments(settings, moments)
        const [found, wanted] = [lossesOf(moments), settledLosses(settings)]
        for (const kind of ['raw', 'averaged'] as const)
          expect(Math.abs(found[kind] - wanted[kind])).toBeLessThanOrEqual(1e-9 + 1e-6 * wanted[kind])
      }),
      { numRuns: 50 },
    )
  })

  test('without decay the average is the iterate, at every step', () => {
    fc.assert(
      fc.property(anySettings, fc.nat(50), (settings, steps) => {
        let moments = momentsAt([2, 1])
        for (let step = 0; step < steps; step++) moments = nextMoments({ ...settings, decay: 0 }, moments)
        const { raw, averaged } = lossesOf(moments)
        expect(averaged).toBeCloseTo(raw, 12)
      }),
    )
  })
})

describe('the sliders', () => {
  test('reach every value that they show', () => {
    fc.assert(
      fc.property(anySettings, fc.constantFrom('learningRate', 'noise', 'decay'), (settings, key) => {
        expect(scales[key].value(scales[key].place(settings[key]))).toBeCloseTo(settings[key], 4)
      }),
    )
  })

  test('end where descent still converges and an average still moves', () => {
    expect([scales.learningRate.value(0), scales.learningRate.value(1)]).toEqual([0.01, 1.9])
    expect([scales.noise.value(0), scales.noise.value(1)]).toEqual([0, 2])
    expect([scales.decay.value(0), scales.decay.value(1)]).toEqual([0, 0.999])
  })

  test('read out', () => {
    expect(spoken.decay(0)).toBe('0.000, about 1 step')
    expect(spoken.decay(0.999)).toBe('0.9990, about 1000 steps')
  })
})

test('the weights drawn are those of the library; where decays change, they and the start still sum to 1', () => {
  const [start = 0, ...weights] = averagingWeights(exponential({ decay: 0.9 }), 12).weights
  weightsOf(Array.from({ length: 12 }, () => 0.9)).forEach((weight, i) =>
    expect(weight).toBeCloseTo(weights[i] ?? 0, 12),
  )
  expect(start).toBeCloseTo(0.9 ** 12, 12)
  const decays = [0.9, 0.2, 0.99, 0]
  expect(weightsOf(decays)).toEqual([0, 0, 0, 1])
  expect(weightsOf(decays.slice(0, 3)).reduce((a, b) => a + b, 0)).toBeCloseTo(1 - 0.9 * 0.2 * 0.99, 12)
})

test('an address gives back the settings; what no slider says is left', () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      expect(settingsFrom(addressOf(settings), initialSettings)).toEqual(settings)
    }),
  )
  expect(settingsFrom('#learningRate=99&decay=x', initialSettings)).toEqual(initialSettings)
})
