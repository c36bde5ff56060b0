/** The largest count: that of 32 bits, in which other libraries keep theirs. */
const largest = 2 ** 31 - 1

/** The next count, which never wraps around.
 *
 *  ```text
 *  min(n + 1, 2³¹ − 1)
 *  ```
 *
 *  @throws `RangeError` for what is no integer ≥ 0.
 *  @departs counts are numbers, not tensors: they never were on a device.
 *  @reference optax.safe_increment
 *  @example safeIncrement(41)   // 42 */
export const safeIncrement = (count: number): number => {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new RangeError(`safeIncrement: count must be an integer ≥ 0, found ${count}. Start at 0.`)
  return Math.min(count + 1, largest)
}
