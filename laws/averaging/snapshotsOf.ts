import type { Moment } from '../trajectory.js'
import { paramsOf, valuesOf } from './Subject.js'

/** On which steps snapshots are taken. */
export interface Snapping {
  readonly every: number
  readonly start: number
}

/** The snapshots of a training up to each of its moments, each as its numbers: the parameters at start + j·every. */
export const snapshotsOf = (
  moments: readonly Moment[],
  { every, start }: Snapping,
): readonly (readonly (readonly number[])[])[] => {
  const x = paramsOf(moments).map(valuesOf)
  return x.map((_, t) => x.slice(0, t + 1).filter((__, s) => s > start && (s - start) % every === 0))
}

/** The plain mean of some lists of numbers, in double. */
export const meanOfLists = (lists: readonly (readonly number[])[]): readonly number[] =>
  (lists[0] ?? []).map((_, i) => lists.reduce((sum, list) => sum + (list[i] ?? Number.NaN), 0) / lists.length)
