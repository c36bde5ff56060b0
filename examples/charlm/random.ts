/** A key of a splittable generator: whatever is random here is a pure function of one, so any step can be taken again.
 *  */
export type Key = number

/** The key of a branch; branches of one key are independent. */
export const fork = (key: Key, branch: number): Key =>
  mixed(mixed(key ^ 0x9e3779b9) + Math.imul(branch + 1, 0x85ebca77))

/** A number in [0, 1). */
export const uniform = (key: Key): number => mixed(key) / 2 ** 32

/** A number of the normal distribution, by Box and Muller. */
export const normal = (key: Key): number =>
  Math.sqrt(-2 * Math.log(1 - uniform(fork(key, 0)))) * Math.cos(2 * Math.PI * uniform(fork(key, 1)))

// MurmurHash3's finalizer: each bit of the input moves every bit of the output.
const mixed = (key: number): number => {
  const a = Math.imul(key ^ (key >>> 16), 0x85ebca6b)
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return (b ^ (b >>> 16)) >>> 0
}
