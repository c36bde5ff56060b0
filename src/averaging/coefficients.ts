/** @internal */

import { extras } from '../scalars/extras.js'
import { nonNegative } from '../scalars/numbers.js'
import { required } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'
import type { CoefficientRule } from './CoefficientRule.js'

/** When and how fast an average follows the parameters. */
export interface Rhythm {
  readonly decay: number | Schedule
  readonly numUpdates: 'before' | 'after' | 'given' | ((count: number) => number) | undefined
  readonly debias: boolean
  readonly start: number
  readonly every: number
}

/** The numbers that an average keeps: how many steps it has seen, and the products of their decays. */
export interface Counts {
  readonly count: number
  /** The product of the decays since the last update of the average. */
  readonly block?: number
  /** The product of the decays of all updates of the average so far. */
  readonly total?: number
}

/** The rule of a moving average. */
export const movingRule = (rhythm: Rhythm, initial: Counts): CoefficientRule => ({
  told: rhythm.numUpdates === 'given',
  init: { ...initial }, // absent numbers are absent keys
  coefficient: (host, extra) => coefficient(rhythm, host as unknown as Counts, givenTo(rhythm, extra)), // init's keys
  next: (host, extra) => ({ ...nextCounts(rhythm, host as unknown as Counts, givenTo(rhythm, extra)) }), // as above
})

/** The number of updates that a step is handed, where that is where it comes from. */
const givenTo = ({ numUpdates }: Rhythm, extra: unknown): number =>
  numUpdates === 'given' ? needed(extra).numUpdates : Number.NaN

const needed = extras('withMovingAverage', { numUpdates: required(nonNegative) })

/** The decay of the step that `count` steps of averaging came before.
 *
 *  ```text
 *  d(t), or min(d(t), (1 + n)/(10 + n)) where n is the number of updates
 *  ```
 */
const decayAt = ({ decay, numUpdates }: Rhythm, t: number, given: number): number => {
  const d = valueAt(decay, t)
  if (numUpdates === undefined) return d
  const n =
    numUpdates === 'before' ? t : numUpdates === 'after' ? t + 1 : numUpdates === 'given' ? given : numUpdates(t)
  return Math.min(d, (1 + n) / (10 + n))
}

/** How much of the way to the parameters the average goes in this step: 0 where it rests, 1 where it copies them.
 *
 *  ```text
 *  c = 1 before `start`;  0 off the multiples of `every`;  else 1 − D, or (1 − D)/(1 − T·D) with `debias`
 *  D: the product of the decays since the last update;  T: that of all updates before
 *  ```
 */
const coefficient = (rhythm: Rhythm, counts: Counts, given: number): number => {
  const t = counts.count - rhythm.start
  if (t < 0) return 1
  if ((t + 1) % rhythm.every !== 0) return 0
  const block = (counts.block ?? 1) * decayAt(rhythm, t, given)
  if (!rhythm.debias) return 1 - block
  const total = (counts.total ?? 1) * block
  return total === 1 ? 0 : (1 - block) / (1 - total)
}

/** The numbers after a step. */
const nextCounts = (rhythm: Rhythm, counts: Counts, given: number): Counts => {
  const t = counts.count - rhythm.start
  if (counts.block === undefined || counts.total === undefined) return { count: counts.count + 1 }
  if (t < 0) return { count: counts.count + 1, block: 1, total: 1 }
  const block = counts.block * decayAt(rhythm, t, given)
  return (t + 1) % rhythm.every === 0
    ? { count: counts.count + 1, block: 1, total: counts.total * block }
    : { count: counts.count + 1, block, total: counts.total }
}
