import { expect, test } from 'vitest'
import { arrayLeaf, type ArrayLeaf } from '../equation/reference.js'
import { identity } from '../transformation/identity.js'
import { reference } from '../transformation/reference.js'
import { type MovingAverageOptions, withMovingAverage } from './withMovingAverage.js'
import { whole } from '../../laws/checks/part.js'

interface State {
  readonly average: { readonly w: ArrayLeaf }
}

/** Averages by a reference interpreter of parameters given for each step. */
const follow = (
  options: MovingAverageOptions,
  precision: 'float32' | 'float64',
  from: readonly number[],
  steps: number,
  at: (t: number) => readonly number[],
): readonly number[] => {
  const tx = reference(withMovingAverage(options)(identity()), precision)
  let state = tx.init({ w: arrayLeaf(from, [from.length]) })
  for (let t = 0; t < steps; t++) [, state] = tx.update({ w: null }, state, { w: arrayLeaf(at(t), [from.length]) })
  return [...(state as State).average.w.values] // the state of an average
}

// A plain average of a constant 1 that starts at 0 stops at about 1 − 3e-8/(1 − d); a compensated one arrives.
test.each([[0.99, 3000, 0.999997] as const, ...(whole ? [[0.999, 25_000, 0.99997] as const] : [])])(
  'decay %d: constant input',
  (decay, steps, stuck) => {
    const feed = (precision: 'plain' | 'compensated') =>
      follow({ decay, precision, order: 'concurrent' }, 'float32', [0], steps, () => [1])[0] ?? Number.NaN
    expect(Math.abs(feed('plain') - stuck)).toBeLessThan(0.05 * (1 - stuck))
    expect(feed('compensated')).toBe(1)
  },
)

test('late in training, parameters that wander by a millionth a step: a tenth of the lag is lost, or next to nothing', () => {
  const steps = 5000
  const weights = Array.from({ length: 32 }, (_, i) => Math.fround(0.05 * Math.sin(1 + i)))
  const walks = weights.map((_, i) => walk(i, steps))
  const at = (t: number) => weights.map((w, i) => Math.fround(w * (1 + 1e-6 * (walks[i]?.[t] ?? 0))))
  const exact = follow({ decay: 0.9999 }, 'float64', weights, steps, at)
  const last = at(steps - 1)
  const rms = (xs: readonly number[]) => Math.sqrt(xs.reduce((sum, x) => sum + x * x, 0) / xs.length)
  const lag = rms(exact.map((a, i) => a - (last[i] ?? 0)))
  const lost = (precision: 'plain' | 'compensated') =>
    rms(follow({ decay: 0.9999, precision }, 'float32', weights, steps, at).map((a, i) => a - (exact[i] ?? 0))) / lag
  expect(lost('plain')).toBeGreaterThan(0.05)
  expect(lost('compensated')).toBeLessThan(1e-3) // what half an ulp of the average is of this lag
})

/** A random walk of steps ±1, the same each time. */
const walk = (seed: number, steps: number): readonly number[] => {
  let [random, place] = [seed + 1, 0]
  return Array.from({ length: steps }, () => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
    place += random > 2 ** 31 ? 1 : -1
    return place
  })
}
