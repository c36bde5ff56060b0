import { fork, normal } from '../../../examples/charlm/random.js'

/** Numbers of the normal distribution, one after the other, the same for the same seed. */
export const drawn = (seed: number): (() => number) => {
  let count = 0
  return () => normal(fork(seed, count++))
}
