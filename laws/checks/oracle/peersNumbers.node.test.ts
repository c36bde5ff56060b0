import { describe, expect, it } from 'vitest'
import { withMovingAverage } from '../../../src/averaging/index.js'
import { arrayLeaf, type ArrayLeaf } from '../../../src/equation/reference.js'
import {
  exponentialDecay,
  piecewiseConstantSchedule,
  piecewiseInterpolateSchedule,
  type Schedule,
} from '../../../src/schedules/index.js'
import { reference } from '../../../src/transformation/reference.js'
import { reduceOnPlateau, scale } from '../../../src/transforms/index.js'

const lr = 0.7
const constant = piecewiseConstantSchedule({ initValue: 0.3 * lr, boundariesAndScales: { 4: 1 / 0.3 } })
const exponential = exponentialDecay({ initValue: lr, transitionSteps: 1, decayRate: 0.9 })
const cycle = (interpolateType: 'cosine' | 'linear') =>
  piecewiseInterpolateSchedule({
    interpolateType,
    initValue: lr / 25,
    boundariesAndScales: { 19: 25, 79: 1 / 25e4 },
  })

/** Learning rates at counts, of torch 2.13 in float64, to ten digits. */
const rates: readonly (readonly [string, Schedule, Readonly<Record<number, number>>])[] = [
  ['ConstantLR(.3, 4)', constant, { 0: 0.21, 3: 0.21, 4: 0.7, 5: 0.7 }],
  [
    'ChainedScheduler of ConstantLR(.3, 4) and ExponentialLR(.9)',
    (count) => (constant(count) * exponential(count)) / lr,
    { 0: 0.21, 1: 0.189, 3: 0.15309, 4: 0.45927, 7: 0.33480783 },
  ],
  [
    'OneCycleLR(.7, 80, pct_start .25)',
    cycle('cosine'),
    {
      0: 0.028,
      1: 0.03258260206,
      10: 0.3917466601,
      19: 0.7,
      20: 0.6995203391,
      50: 0.3316838886,
      78: 0.0004824609172,
      79: 2.8e-6,
    },
  ],
  [
    'OneCycleLR(.7, 80, pct_start .25, linear)',
    cycle('linear'),
    {
      0: 0.028,
      1: 0.06336842105,
      10: 0.3816842105,
      19: 0.7,
      20: 0.68833338,
      50: 0.33833478,
      78: 0.01166942,
      79: 2.8e-6,
    },
  ],
]

describe('PEERS.md: the numbers of PyTorch, by the words of its table', () => {
  it.each(rates)('%s', (_, schedule, wanted) => {
    for (const [count, value] of Object.entries(wanted))
      expect(Math.abs(schedule(Number(count)) / value - 1)).toBeLessThan(1e-9)
  })

  it('ReduceLROnPlateau(factor .5, patience 1, cooldown 2, threshold .1)', () => {
    const values = [1, 0.95, 0.94, 0.5, 0.5, 0.49, 0.48, 0.47, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]
    const exact = reference(reduceOnPlateau({ factor: 0.5, patience: 2, cooldown: 2, rtol: 0.1 }), 'float64')
    const params = arrayLeaf([0], [])
    let state = exact.init(params)
    const found = values.map((value) => {
      const [update, next] = exact.update(arrayLeaf([1], []), state, params, { value })
      state = next
      return (update as ArrayLeaf).values[0] // one leaf in, one leaf out
    })
    expect(found).toEqual([
      1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.125, 0.0625, 0.0625,
    ])
  })

  it('AveragedModel with get_ema_multi_avg_fn(.75)', () => {
    const follow = reference(withMovingAverage({ decay: 0.75, start: 1 })(scale({ stepSize: 1 })), 'float64')
    const start = arrayLeaf([1], [])
    let now: { readonly params: unknown; readonly state: unknown } = { params: start, state: follow.init(start) }
    const found = [2, -1, -3, 6].map((way) => {
      now = follow.step(arrayLeaf([way], []), now.state, now.params)
      return (now.state as { readonly average: ArrayLeaf }).average.values[0] // the state of an average of one leaf
    })
    expect(found).toEqual([3, 2.75, 1.8125, 2.609375])
  })
})
