import type { Host } from '../equation/Host.js'

/** Where an update of an average falls, in steps or in the unit of its clock; both count from the average's start. */
export interface Moment {
  /** Updates of the average since its start, this one counted: 1 at the first. */
  readonly n: number
  /** The clock at the update before: 0 at the first. */
  readonly from: number
  /** The clock now. */
  readonly to: number
}

/** What an average's clock counts. Any unit but steps is the **total** so far, handed in with each step under its name:
 *  totals survive gathered and rejected steps, amounts for each step do not. */
export type Unit = 'steps' | 'samples' | 'tokens' | 'seconds'

/** The extras of a step that a scheme needs: the total of its unit, and what it asks for itself. */
export type Told<U extends Unit, E = {}> = E & (U extends 'steps' ? {} : { readonly [K in U]: number })

/** How an average goes on, as data: a coefficient for each of its updates, and the numbers that it keeps for that.
 *
 *  ```text
 *  A ← A + c·(x − A)        c = coefficient(moment, host, extra), in [0, 1]
 *  ```
 *
 *  With c = ωₜ/Σω it is the mean with weights ω; c = 1 − decay is an exponential average. Everything that peers call an
 *  averaging method, but for windows, is one of these. `H` names the numbers, `U` is the clock's unit, `E` are the
 *  extras of a step.
 *
 *  @laws `averagingSchemeLaws`: weights are ≥ 0 and sum to 1, and are those of the recursion.
 *  @example
 *  ```ts
 *  const everyOther: Scheme = {
 *    name: 'everyOther', options: {}, unit: 'steps', init: {},
 *    coefficient: ({ n }) => (n % 2 === 0 ? 0.5 : 0),
 *    next: () => ({}),
 *  }
 *  const optimizer = withAverage(everyOther)(sgd({ learningRate: 0.1 }))
 *  ```
 */
export interface Scheme<H extends Host = {}, U extends Unit = 'steps', E = {}> {
  readonly name: string
  /** The options in effect, for `describe` and checkpoints. */
  readonly options: Readonly<Record<string, unknown>>
  readonly unit: U
  /** The names of the extras that it asks each step for, if it does. */
  readonly asks?: readonly (keyof E & string)[]
  /** The γ of a power-function profile, whose weights grow as τ^γ: such averages can be combined to others afterwards. */
  readonly power?: number
  /** The numbers that it keeps beside the count of steps, at the start. It sees and returns these alone. */
  readonly init: H
  /** How much of the way to the parameters the average goes in this update. */
  readonly coefficient: (moment: Moment, host: H, extra: E) => number
  /** Its numbers after this update. */
  readonly next: (moment: Moment, host: H, extra: E) => H
}

/** Any scheme, as combinators take them. Methods, so that its numbers and extras may be of any type. */
export interface AnyScheme {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  readonly unit: Unit
  readonly asks?: readonly string[]
  readonly power?: number
  readonly init: Host
  coefficient(moment: Moment, host: never, extra: never): number
  next(moment: Moment, host: never, extra: never): Host
}
