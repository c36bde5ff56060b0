import { expect, test } from 'vitest'
import { postHocCoefficients } from './postHocCoefficients.js'
import { gammaOfWidth, widthOfGamma } from './schemes/width.js'
import { solved } from './solved.js'

const stored = (widths: readonly number[], times: readonly number[]) =>
  times.flatMap((time) => widths.map((width) => ({ time, gamma: gammaOfWidth(width) })))

const sixteen = Array.from({ length: 16 }, (_, i) => 256 * (i + 1))

test('a profile that is stored is given back', () => {
  const snapshots = stored([0.05, 0.2], sixteen)
  for (const i of [0, 1, 14, 30, 31]) {
    const [time, gamma] = [snapshots[i]?.time ?? 0, snapshots[i]?.gamma ?? 0]
    const { coefficients, relativeError, extrapolated } = postHocCoefficients(snapshots, { time, gamma })
    coefficients.forEach((x, j) => expect(x).toBeCloseTo(Number(i === j), 7))
    expect(relativeError).toBeLessThan(1e-6)
    expect(extrapolated).toBeNull()
  }
})

test('coefficients sum to 1, later averages have none, equal ones count once', () => {
  const snapshots = stored([0.05, 0.2], [100, 200, 300])
  const { coefficients } = postHocCoefficients([...snapshots, ...snapshots], { time: 250, width: 0.1 })
  expect(coefficients.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12)
  expect(coefficients.slice(4)).toEqual(Array.from({ length: 8 }, () => 0))
})

test('the bound of the error is that of the profiles, and it is told what is a guess', () => {
  const snapshots = stored([0.05, 0.2], sixteen)
  const inside = [0.06, 0.1, 0.15].map((width) => postHocCoefficients(snapshots, { time: 4096, width }))
  for (const { relativeError, extrapolated } of inside) {
    expect(relativeError).toBeLessThan(0.02)
    expect(extrapolated).toBeNull()
  }
  const [narrow, wide] = [0.02, 0.27].map((width) => postHocCoefficients(snapshots, { time: 4096, width }))
  expect(narrow?.extrapolated).toMatch(
    /^the width 0\.0200 lies outside those that were stored, 0\.0500 to 0\.200: this is a guess/,
  )
  expect(wide?.extrapolated).toMatch(/a guess/)
  expect(wide?.relativeError ?? 0).toBeGreaterThan(3 * (inside[1]?.relativeError ?? 1))
  expect(postHocCoefficients(snapshots, { time: 5000, width: 0.1 }).extrapolated).toMatch(
    /the last average was stored at 4096/,
  )
  // the bound against the profiles themselves, summed over time
  const { coefficients, relativeError } = postHocCoefficients(snapshots, { time: 4096, width: 0.1 })
  const target = gammaOfWidth(0.1)
  const cells = Array.from({ length: 40_960 }, (_, i) => (i + 0.5) / 10)
  const profile = (t: number, gamma: number, x: number): number => (x > t ? 0 : ((gamma + 1) / t) * (x / t) ** gamma)
  const [gap, size] = cells.reduce(
    ([a, b], x) => {
      const wanted = profile(4096, target, x)
      const found = snapshots.reduce(
        (sum, { time, gamma }, i) => sum + (coefficients[i] ?? 0) * profile(time, gamma, x),
        0,
      )
      return [a + (found - wanted) ** 2, b + wanted ** 2] as const
    },
    [0, 0] as readonly [number, number],
  )
  expect(relativeError / Math.sqrt(gap / size)).toBeCloseTo(1, 1)
})

test.each<readonly [string, () => unknown, RegExp]>([
  [
    'nothing stored yet',
    () => postHocCoefficients(stored([0.1], [10]), { time: 5, width: 0.1 }),
    /no average was stored until the time 5, found \[10\]/,
  ],
  ['no snapshots', () => postHocCoefficients([], { time: 5, width: 0.1 }), /no average was stored/],
  [
    'a time of 0',
    () => postHocCoefficients([{ time: 0, gamma: 1 }], { time: 5, width: 0.1 }),
    /snapshots\.0\.time must be a finite number > 0, found 0/,
  ],
  [
    'a negative power',
    () => postHocCoefficients([{ time: 1, gamma: -1 }], { time: 5, width: 0.1 }),
    /snapshots\.0\.gamma must be/,
  ],
  [
    'a width out of range',
    () => postHocCoefficients(stored([0.1], [1]), { time: 5, width: 0.4 }),
    /postHocCoefficients: target\.width: must be a number in \(0, 0\.2886/,
  ],
])('%s is refused', (_, run, message) => {
  expect(run).toThrow(RangeError)
  expect(run).toThrow(message)
})

test('widths and powers are inverse', () => {
  for (const width of [0.001, 0.01, 0.05, 0.2, 0.288])
    expect(widthOfGamma(gammaOfWidth(width)) / width).toBeCloseTo(1, 12)
  expect(gammaOfWidth(Math.sqrt(1 / 12))).toBeCloseTo(0, 6)
})

test('a small system, rows that must change places, and its condition', () => {
  const { solution, condition } = solved(
    [
      [0, 2],
      [1, 1],
    ],
    [4, 5],
  )
  expect(solution).toEqual([3, 2])
  expect(condition).toBeCloseTo(3, 12)
})
