import type { Moment } from '../trajectory.js'
import { zipped } from '../zipped.js'
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

/** The plain mean of some lists of numbers, in double; of none it has none. */
export const meanOfLists = (lists: readonly (readonly number[])[]): readonly number[] =>
  lists.length === 0 ? [] : sumOf(lists).map((x) => x / lists.length)

/** Σ wₛ·xₛ of lists of numbers, in double. */
export const weighted = (weights: readonly number[], lists: readonly (readonly number[])[]): readonly number[] =>
  sumOf(zipped(weights, lists, (w, list) => list.map((x) => w * x)))

const sumOf = (lists: readonly (readonly number[])[]): readonly number[] =>
  lists.reduce((sum, list) => zipped(sum, list, (a, x) => a + x))
