/** @internal */

/** The β of schedule-free, checked: at 0 the average could not be told from the parameters. */
export const interpolation = (owner: string, b1: number): number => {
  if (b1 > 0 && b1 <= 1) return b1
  throw new RangeError(`${owner}: b1 must be a number in (0, 1], found ${b1}. Pass e.g. { b1: 0.9 }.`)
}
