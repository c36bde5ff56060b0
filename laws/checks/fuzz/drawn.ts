/** Draws of one file of a fuzz: the same number gives the same draws. */
export interface Drawn {
  /** A whole number from 0 up to `below`. */
  readonly upTo: (below: number) => number
  readonly of: <A>(list: readonly [A, ...A[]]) => A
  readonly chance: (probability: number) => boolean
}

export const drawn = (seed: number): Drawn => {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const upTo = (below: number): number => Math.floor(next() * below)
  return { upTo, of: (list) => list[upTo(list.length)] ?? list[0], chance: (probability) => next() < probability }
}
