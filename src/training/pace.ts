/** @internal */

import type { Report } from './Reporter.js'

type At = Pick<Report, 'step' | 'time'>

/** Where a run began, and where it goes to. */
export interface Begun extends At {
  readonly until: number | undefined
}

/** How far a run is. */
export interface Pace {
  /** Seconds since it began. */
  readonly spent: number
  /** Steps in a second, since it began. */
  readonly rate: number
  /** Seconds that are left at that rate, where that is known. */
  readonly left: number | undefined
}

export const paceOf = (begun: Begun, { step, time }: At): Pace => {
  const spent = Math.max(0, time - begun.time) / 1000
  const rate = spent > 0 ? (step - begun.step) / spent : 0
  return {
    spent,
    rate,
    left: begun.until === undefined || rate === 0 ? undefined : Math.max(0, begun.until - step) / rate,
  }
}

/** Seconds as `0:58` or `1:02:03`. */
export const duration = (seconds: number): string => {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (n: number): string => String(n).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** A number to four digits, without a row of zeros: `1.234`, `1.234e-7`, `NaN`. */
export const brief = (x: number): string => {
  const text = x.toPrecision(4)
  return Number.isInteger(x) && Math.abs(x) < 1e4 ? String(x) : text
}

/** Steps in a second: `85.20 steps/s`. */
export const perSecond = (rate: number): string => `${brief(rate)} steps/s`

/** What an evaluation found, on one line. */
export const found = (evaluation: unknown): string => {
  if (typeof evaluation === 'number') return brief(evaluation)
  if (typeof evaluation === 'object' && evaluation !== null && !Array.isArray(evaluation))
    return Object.entries(evaluation)
      .flatMap(([key, value]) => (typeof value === 'object' && value !== null ? [] : [`${key} ${found(value)}`]))
      .join(', ')
  return String(evaluation)
}
