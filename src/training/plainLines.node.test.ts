import { describe, expect, test } from 'vitest'
import { brief, duration, found, paceOf } from './pace.js'
import { plainLines } from './plainLines.js'
import type { Report, Reporter } from './Reporter.js'

const tell = async (reporter: Reporter, reports: readonly Report[]): Promise<void> => {
  for (const report of reports) await reporter(report)
}
const stepped = (step: number, time: number, loss: () => Promise<number> = async () => 1 / step): Report => ({
  kind: 'stepped',
  step,
  time,
  loss,
})

describe('plainLines', () => {
  test('tells how far a run is, now and then, and all evaluations, saves and the end', async () => {
    const lines: string[] = []
    await tell(
      plainLines((line) => lines.push(line)),
      [
        { kind: 'started', step: 100, time: 5000, until: 5100 },
        stepped(101, 5500),
        stepped(102, 6400),
        stepped(150, 6500),
        {
          kind: 'evaluated',
          step: 150,
          time: 6600,
          evaluation: { loss: 0.123456, name: 'averages', more: { hidden: 1 } },
        },
        { kind: 'saved', step: 150, time: 6700 },
        stepped(5100, 105_000),
        { kind: 'ended', step: 5100, time: 105_000, why: 'enough' },
      ],
    )
    expect(lines).toEqual([
      'step 101/5100, loss 0.009901, 2 steps/s, 41:40 left',
      'step 150/5100, loss 0.006667, 33.33 steps/s, 2:29 left',
      'step 150, evaluation: loss 0.1235, name averages',
      'step 150 saved',
      'step 5100/5100, loss 0.0001961, 50 steps/s, 0:00 left',
      'done after 5000 steps in 1:40',
    ])
  })

  test('reads the loss for its lines only', async () => {
    let reads = 0
    const loss = async (): Promise<number> => ++reads
    const reporter = plainLines(() => undefined, { every: 10 })
    await tell(reporter, [
      { kind: 'started', step: 0, time: 0, until: undefined },
      ...Array.from({ length: 100 }, (_, i) => stepped(i + 1, i, loss)),
    ])
    expect(reads).toBe(10)
  })

  test('where the end is not known it does not say when it will be; it may be used for one run after another', async () => {
    const lines: string[] = []
    const reporter = plainLines((line) => lines.push(line))
    for (const start of [0, 10_000])
      await tell(reporter, [
        { kind: 'started', step: 0, time: start, until: undefined },
        stepped(1, start, async () => Number.NaN),
        { kind: 'ended', step: 1, time: start + 400, why: 'failed' },
      ])
    expect(lines).toEqual([
      'step 1, loss NaN',
      'failed after 1 step in 0:00',
      'step 1, loss NaN',
      'failed after 1 step in 0:00',
    ])
  })

  test('wrong options throw', () => {
    expect(() => plainLines(() => undefined, { every: -1 })).toThrow(
      /plainLines: every must be a finite number ≥ 0, found -1/,
    )
  })
})

test('numbers and times as people read them', () => {
  expect([0, 59.4, 60, 3599, 3600, 36_061].map(duration)).toEqual([
    '0:00',
    '0:59',
    '1:00',
    '59:59',
    '1:00:00',
    '10:01:01',
  ])
  expect([0, 1, -3, 0.5, 123456, 1.5e-7, Number.NaN, Infinity].map(brief)).toEqual([
    '0',
    '1',
    '-3',
    '0.5000',
    '1.235e+5',
    '1.500e-7',
    'NaN',
    'Infinity',
  ])
  expect([1.5, 'good', null, { a: 1, b: 'x' }, [1]].map(found)).toEqual(['1.500', 'good', 'null', 'a 1, b x', '1'])
  expect(paceOf({ step: 10, time: 0, until: 30 }, { step: 20, time: 5000 })).toEqual({ spent: 5, rate: 2, left: 5 })
  expect(paceOf({ step: 0, time: 3, until: 9 }, { step: 0, time: 3 })).toEqual({ spent: 0, rate: 0, left: undefined })
})
