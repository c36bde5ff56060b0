/** @internal */

/** A value a schedule has at a count. */
export interface Knot {
  readonly at: number
  readonly value: number
}

/** At least one knot, in ascending order of counts. */
export type Knots = readonly [Knot, ...Knot[]]

/** The knots of `{ boundary: scale }`: an initial value at 0, multiplied up at each boundary in order.
 *
 *  @example
 *  ```ts
 *  scaledKnots(1, { 8: 0.1, 4: 0.5 })
 *  // [{ at: 0, value: 1 }, { at: 4, value: 0.5 }, { at: 8, value: 0.05 }]
 *  ```
 */
export const scaledKnots = (initValue: number, scales: Readonly<Record<number, number>>): Knots =>
  Object.entries(scales)
    .map(([at, scale]) => ({ at: Number(at), scale }))
    .toSorted((a, b) => a.at - b.at)
    .reduce<Knots>(
      (knots, { at, scale }) => [...knots, { at, value: (knots.at(-1)?.value ?? initValue) * scale }],
      [{ at: 0, value: initValue }],
    )
