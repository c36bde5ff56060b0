import type { AveragingRun } from './averagingFiles.js'

/** Runs that are not recursions over a stream: where they are compared, or why they are not followed. */
export interface AveragingException {
  readonly file: AveragingRun['file']
  readonly cases: readonly number[]
  readonly reason: string
}

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

export const averagingExceptions: readonly AveragingException[] = [
  {
    file: 'torch',
    cases: range(15, 16),
    reason: 'update_bn: statistics, and the mean over unequal batches is not weighted there',
  },
  { file: 'torch', cases: range(17, 20), reason: 'SWALR: schedules of learning rates' },
  { file: 'torch', cases: [34], reason: 'a table of decays' },
  {
    file: 'torch',
    cases: [37, 38],
    reason: 'ema-pytorch does not adjust the decay to update_every: its half-life is that many times too long',
  },
  {
    file: 'torch',
    cases: range(43, 45),
    reason: 'KarrasEMA: the clock is one update ahead of the profile, and update_every is ignored',
  },
  {
    file: 'torch',
    cases: [46],
    reason: 'PostHocEMA: coefficients are not normalised, and snapshots later than the asked step take part',
  },
  {
    file: 'tensorflow',
    cases: [3, 7],
    reason: 'Keras: the average moves at every micro-step of gathered gradients, and copies as often as there are',
  },
  {
    file: 'tensorflow',
    cases: [8, 9],
    reason: 'SwapEMAWeights: a log of weights and averages, compared in averagingMore.test.ts',
  },
  {
    file: 'formulas',
    cases: [65, 66, 80, 81],
    reason: 'SWAG, compared in averagingMore.test.ts, and post-hoc synthesis, in postHoc.node.test.ts',
  },
]
