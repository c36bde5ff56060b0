import type { Settings } from './settings.js'

/** Mean losses of the iterate and of its average. */
export interface Losses {
  readonly raw: number
  readonly averaged: number
}

/** The mean losses that noise and averaging settle at.
 *
 *  ```text
 *  raw = lr·σ²/(2 − lr)        averaged = raw · (1−d)/(1+d) · (1+ρd)/(1−ρd)        ρ = 1 − lr
 *  ```
 *
 *  Descent on ½x² with noise σ in its gradient is an autoregression, x ← ρx − lr·σ·ξ; two coordinates of half a square
 *  each. */
export const settledLosses = ({ learningRate, noise, decay: d }: Settings): Losses => {
  const rho = 1 - learningRate
  const raw = (learningRate * noise ** 2) / (2 - learningRate)
  return { raw, averaged: ((raw * (1 - d)) / (1 + d)) * ((1 + rho * d) / (1 - rho * d)) }
}

/** Expected squares of an iterate x and its average A, both coordinates together. */
export interface Moments {
  readonly xx: number
  readonly xA: number
  readonly AA: number
}

/** The moments of particles that all begin at one place, with their averages there too. */
export const momentsAt = (place: readonly [number, number]): Moments => {
  const square = place[0] ** 2 + place[1] ** 2
  return { xx: square, xA: square, AA: square }
}

/** The moments one step later: exact, on the way too, and when a slider moves. */
export const nextMoments = ({ learningRate, noise, decay: d }: Settings, { xx, xA, AA }: Moments): Moments => {
  const rho = 1 - learningRate
  const next = rho ** 2 * xx + 2 * (learningRate * noise) ** 2
  return {
    xx: next,
    xA: d * rho * xA + (1 - d) * next,
    AA: d ** 2 * AA + 2 * d * (1 - d) * rho * xA + (1 - d) ** 2 * next,
  }
}

/** The weight of each step in the average, when these were the decays at the steps: the oldest first. */
export const weightsOf = (decays: readonly number[]): readonly number[] => {
  let rest = 1
  return decays
    .toReversed()
    .map((decay) => {
      const weight = rest * (1 - decay)
      rest *= decay
      return weight
    })
    .toReversed()
}

/** The mean losses of particles with these moments. */
export const lossesOf = ({ xx, AA }: Moments): Losses => ({ raw: xx / 2, averaged: AA / 2 })
