import { checkFields } from '../scalars/checkFields.js'
import { wrongArgument } from '../scalars/wrongArgument.js'
import { nth } from '../scalars/nth.js'
import { must } from '../scalars/must.js'
import { dot } from './dot.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { shown } from '../scalars/shown.js'
import { solved } from './solved.js'
import { gammaOfWidth, widthIn, widthOfGamma } from './schemes/width.js'

/** A stored average: when it was stored, in the unit of its clock since its start, and how wide it is. */
export interface StoredProfile {
  readonly time: number
  readonly gamma: number
}

/** The average that is wanted: at a time, by its width (EDM2's σ_rel) or its power. */
export type ProfileTarget = { readonly time: number } & (
  { readonly width: number; readonly gamma?: never } | { readonly gamma: number; readonly width?: never }
)

/** How to make one average of others. */
export interface PostHocCoefficients {
  /** One for each stored average, in their order; their sum is 1. Later ones than the target have 0. */
  readonly coefficients: readonly number[]
  /** How far the profile that they give is from the one wanted, ‖p − p*‖/‖p*‖ over time: a bound. What is lost of the
   *  average is at most that part of how far the parameters have moved under the profile. */
  readonly relativeError: number
  /** The condition of the equations that were solved. */
  readonly condition: number
  /** The power of the profile that was asked for. */
  readonly gamma: number
  /** Why the result is a guess, where the width lies outside those that were stored; inside them it is good to about 1 %
   *  with two widths and sixteen times. */
  readonly extrapolated: string | null
}

/** The coefficients with which stored power-function averages give one of any other width.
 *
 *  ```text
 *  M·x = b,   x ← x/Σx        Mᵢⱼ = ⟨pᵢ, pⱼ⟩,  bᵢ = ⟨pᵢ, p*⟩,  p(τ) = (γ+1)/t·(τ/t)^γ up to its own time t
 *  ⟨a, b⟩ = (γa+1)(γb+1)/((γa+γb+1)·max(ta, tb))·(ta/tb)^(γb if ta < tb else −γa)
 *  ```
 *
 *  @units times in the unit of the clock, all from the same start.
 *  @throws `RangeError`/`TypeError` for times that are not above 0, powers below 0, and where nothing was stored until
 *    the target's time.
 *  @laws a profile that is stored is given back: its coefficient is 1, the others 0. All is solved in double.
 *  @departs ema-pytorch does not divide by the sum, and lets averages take part that were stored later than asked for.
 *  @reference Karras et al. 2024, arXiv:2312.02696, algorithm 3
 *  @example
 *  ```ts
 *  const stored = [4, 8].flatMap((time) => [16.97, 6.94].map((gamma) => ({ time, gamma })))
 *  postHocCoefficients(stored, { time: 8, width: 0.075 }).coefficients   // four numbers whose sum is 1
 *  ```
 */
export const postHocCoefficients = (
  snapshots: readonly StoredProfile[],
  target: ProfileTarget,
): PostHocCoefficients => {
  if (!Array.isArray(snapshots))
    throw wrongArgument(
      'postHocCoefficients: snapshots',
      'an array',
      snapshots,
      'Pass e.g. [{ time: 1000, gamma: 6 }].',
    )
  checkFields('postHocCoefficients: target', target, {}, 'Pass e.g. { time: 1000, gamma: 6 }.')
  snapshots.forEach((snapshot, i) => checkProfile(`snapshots.${i}`, snapshot))
  const gamma = target.gamma ?? gammaOfWidth(widthIn('postHocCoefficients: target.width')(target.width))
  const wanted = { time: target.time, gamma }
  checkProfile('target', wanted)
  // Equal ones would make the equations singular: the first of them stands for all.
  const places = snapshots.flatMap((one, i) =>
    one.time <= wanted.time &&
    snapshots.findIndex((other) => other.time === one.time && other.gamma === one.gamma) === i
      ? [i]
      : [],
  )
  const used = places.map((i) => snapshots[i] ?? wanted)
  if (used.length === 0)
    throw new RangeError(
      `postHocCoefficients: no average was stored until the time ${target.time}, found ${shown(snapshots.map(({ time }) => time))}. ` +
        'Ask for a time at which one was stored, the last of them best.',
    )
  // Profiles of length 1: that takes the scale of times out of the condition.
  const length = (one: StoredProfile): number => Math.sqrt(innerProduct(one, one))
  const lengths = used.map(length)
  const matrix = used.map((a, i) => used.map((b, j) => innerProduct(a, b) / (nth(lengths, i) * nth(lengths, j))))
  const side = used.map((a, i) => innerProduct(a, wanted) / nth(lengths, i))
  const { solution, condition } = solved(matrix, side)
  const raw = solution.map((x, i) => x / nth(lengths, i))
  const sum = raw.reduce((total, x) => total + x, 0)
  const own = raw.map((x) => x / sum)
  const scaled = own.map((x, i) => x * nth(lengths, i))
  // ‖Σ x·p − p*‖² from what is there already
  const square = scaled.reduce(
    (total, x, i) => total + x * (dot(must(matrix[i], 'row of a matrix'), scaled) - 2 * nth(side, i)),
    innerProduct(wanted, wanted),
  )
  // those that are not used have none
  const coefficients = snapshots.map((_, i) => own[places.indexOf(i)] ?? 0)
  return Object.freeze({
    coefficients: Object.freeze(coefficients),
    relativeError: Math.sqrt(Math.max(0, square)) / length(wanted),
    condition,
    gamma,
    extrapolated: extrapolation(used, wanted),
  })
}

/** The inner product of two profiles over time.
 *
 *  @internal */
export const innerProduct = (a: StoredProfile, b: StoredProfile): number => {
  const power = a.time < b.time ? b.gamma : -a.gamma
  return (
    ((a.gamma + 1) * (b.gamma + 1) * (a.time / b.time) ** power) / ((a.gamma + b.gamma + 1) * Math.max(a.time, b.time))
  )
}

const extrapolation = (used: readonly StoredProfile[], { time, gamma }: StoredProfile): string | null => {
  const gammas = used.map((one) => one.gamma)
  const [least, most] = [Math.min(...gammas), Math.max(...gammas)]
  const slack = 1e-6 * (1 + gamma)
  const last = Math.max(...used.map((one) => one.time))
  const width = (g: number): string => widthOfGamma(g).toPrecision(3)
  if (gamma < least - slack || gamma > most + slack)
    return (
      `the width ${width(gamma)} lies outside those that were stored, ${width(most)} to ${width(least)}: ` +
      'this is a guess. Track widths on both sides of those that are wanted.'
    )
  return last < time * (1 - 1e-9)
    ? `the last average was stored at ${last}, before the time ${time}: what was trained since is not in it.`
    : null
}

const checkProfile = (where: string, profile: StoredProfile): void => {
  checkFields(`postHocCoefficients: ${where}`, profile, {}, 'Pass e.g. { time: 1000, gamma: 6 }.')
  const { time, gamma } = profile
  for (const [name, value, kind] of [
    ['time', time, positive],
    ['gamma', gamma, nonNegative],
  ] as const)
    if (kind.codec.decode(value)._tag === 'Left') {
      const message = `postHocCoefficients: ${where}.${name} must be ${kind.range}, found ${shown(value)}.`
      throw typeof value === 'number' ? new RangeError(message) : new TypeError(message)
    }
}
