import { chain } from '../../../src/combinators/chain.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { adam } from '../../../src/optimizers/adam.js'
import { exponential } from '../../../src/averaging/schemes/exponential.js'
import { uniform } from '../../../src/averaging/schemes/uniform.js'
import { withAverage } from '../../../src/averaging/withAverage.js'
import { withBema } from '../../../src/averaging/withBema.js'
import { withBestAverage } from '../../../src/averaging/withBestAverage.js'
import { withCombinedAverage } from '../../../src/averaging/withCombinedAverage.js'
import { withDoubleAverage } from '../../../src/averaging/withDoubleAverage.js'
import { withFeedback } from '../../../src/averaging/withFeedback.js'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { withOuAverage } from '../../../src/averaging/withOuAverage.js'
import { withSwa } from '../../../src/averaging/withSwa.js'
import { withSwag } from '../../../src/averaging/withSwag.js'
import { withTailAverage } from '../../../src/averaging/withTailAverage.js'
import { withWindowAverage } from '../../../src/averaging/withWindowAverage.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import type { Change } from './Change.js'

const rate = { learningRate: 0.1 }
const clip = clipByGlobalNorm({ maxNorm: 1e9 })
const average = withMovingAverage({ decay: 0.5 })
const [slow, fast] = [
  withMovingAverage({ decay: 0.75, name: 'Slow' }),
  withMovingAverage({ decay: 0.75, name: 'Fast' }),
]

/** Every scheme: the constructor, its lift, and what its record holds: slots like the parameters, then numbers. */
const schemes: readonly (readonly [
  name: string,
  lift: (inner: AnyTransformation) => AnyTransformation,
  slots: string,
  numbers: string,
])[] = [
  ['withMovingAverage', average, 'average', 'count'],
  ['withMovingAverage, debiased', withMovingAverage({ decay: 0.5, debias: true }), 'average', 'count block total'],
  [
    'withMovingAverage, compensated',
    withMovingAverage({ decay: 0.5, precision: 'compensated' }),
    'average residual',
    'count',
  ],
  ['withAverage(uniform())', withAverage(uniform()), 'average', 'count'],
  ['withAverage(exponential)', withAverage(exponential({ decay: 0.5 })), 'average', 'count'],
  ['withTailAverage', withTailAverage({ start: 1 }), 'average', 'count'],
  ['withSwa', withSwa({ start: 1 }), 'average', 'count'],
  ['withSwag', withSwag({ rank: 2 }), 'average spread deviation0 deviation1', 'count taken'],
  ['withWindowAverage', withWindowAverage({ window: 3 }), 'average snapshot0 snapshot1 snapshot2', 'count'],
  ['withBestAverage', withBestAverage({ best: 2 }), 'average snapshot0 snapshot1', 'count metric0 metric1'],
  ['withDoubleAverage', withDoubleAverage(exponential({ decay: 0.75 })), 'average first second', 'count'],
  ['withBema', withBema({ every: 2 }), 'average ema initial', 'count'],
  ['withOuAverage', withOuAverage(uniform(), { start: 1 }), 'average initial', 'count'],
  ['withFeedback', withFeedback(exponential({ decay: 0.75 }), { period: 4, keep: 0.5 }), 'average', 'count'],
  [
    'withCombinedAverage',
    withCombinedAverage({ of: { a: uniform(), b: exponential({ decay: 0.5 }) }, coefficients: { a: 2, b: -1 } }),
    'average a b',
    'count',
  ],
]

const ofScheme = ([name, lift, slots, numbers]: (typeof schemes)[number]): readonly Change[] => {
  const own = [...slots.split(' '), ...numbers.split(' ')]
  const lines = 2 * slots.split(' ').length + numbers.split(' ').length
  const inner = adam(rate)
  // A feedback changes the parameters at each 4th step, which is then the first after the change.
  const goesOn = name !== 'withFeedback'
  return [
    {
      change: `${name} added`,
      from: inner,
      to: lift(inner),
      plan: `6 moved, ${lines} started`,
      needs: ['started'],
      carried: { inner: '' },
      goesOn,
    },
    {
      change: `${name} taken away`,
      from: lift(inner),
      to: inner,
      plan: `6 moved, ${lines} dropped`,
      needs: ['dropped'],
      carried: { '': 'inner' },
      goesOn,
    },
    {
      change: `${name}: a clip put in its inside`,
      from: lift(inner),
      to: lift(chain(clip, inner)),
      plan: `${lines} same, 6 moved`,
      needs: [],
      carried: { 'inner.1': 'inner', ...Object.fromEntries(own.map((slot) => [slot, slot])) },
      goesOn: true,
    },
  ]
}

/** Changes of averages. */
export const averageChanges: readonly Change[] = [
  ...schemes.flatMap(ofScheme),
  {
    change: 'average of another decay',
    from: average(adam(rate)),
    to: withMovingAverage({ decay: 0.9 })(adam(rate)),
    plan: '9 same',
    needs: [],
    carried: { '': '' },
    goesOn: true,
  },
  {
    change: 'average renamed, untold',
    from: slow(adam(rate)),
    to: fast(adam(rate)),
    plan: '6 same, 3 started, 3 dropped',
    needs: ['started', 'dropped'],
    carried: { inner: 'inner' },
    goesOn: true,
  },
  {
    change: 'average renamed, told',
    from: slow(adam(rate)),
    to: fast(adam(rate)),
    options: { slots: { 'average Fast': 'average Slow' } },
    plan: '7 same, 2 moved',
    needs: [],
    carried: { '': '' },
    goesOn: true,
  },
  {
    change: 'second average around the first',
    from: average(adam(rate)),
    to: slow(average(adam(rate))),
    plan: '2 same, 7 moved, 3 started',
    needs: ['started'],
    carried: { inner: '' },
    goesOn: true,
  },
  {
    change: 'inner one of two averages taken away',
    from: slow(average(adam(rate))),
    to: slow(adam(rate)),
    plan: '3 same, 6 moved, 3 dropped',
    needs: ['dropped'],
    carried: { average: 'average', count: 'count', inner: 'inner.inner' },
    goesOn: true,
  },
  {
    change: 'average debiased from now on: it counts otherwise',
    from: average(adam(rate)),
    to: withMovingAverage({ decay: 0.5, debias: true })(adam(rate)),
    plan: '6 same, 5 started, 3 dropped',
    needs: ['started', 'dropped'],
    carried: { inner: 'inner' },
    goesOn: true,
  },
  {
    change: 'average compensated from now on',
    from: average(adam(rate)),
    to: withMovingAverage({ decay: 0.5, precision: 'compensated' })(adam(rate)),
    plan: '9 same, 2 started',
    needs: ['started'],
    carried: { inner: 'inner', average: 'average', count: 'count' },
    goesOn: true,
  },
  {
    change: 'average of one name by another scheme, untold',
    from: withTailAverage({ start: 1, name: 'A' })(adam(rate)),
    to: withMovingAverage({ decay: 0.5, name: 'A' })(adam(rate)),
    plan: '6 same, 3 started, 3 dropped',
    needs: ['started', 'dropped'],
    carried: { inner: 'inner' },
    goesOn: true,
  },
  {
    change: 'average of one name by another scheme, told',
    from: withTailAverage({ start: 1, name: 'A' })(adam(rate)),
    to: withMovingAverage({ decay: 0.5, name: 'A' })(adam(rate)),
    options: { slots: { 'average A': 'average A' } },
    plan: '9 same',
    needs: [],
    carried: { '': '' },
    goesOn: true,
  },
  {
    change: 'average from the outside of multiSteps to its inside',
    from: average(multiSteps({ everyKSchedule: 2 })(adam(rate))),
    to: multiSteps({ everyKSchedule: 2 })(average(adam(rate))),
    plan: '8 same, 8 moved',
    needs: [],
    carried: {
      'inner.inner': 'inner.inner',
      'inner.average': 'average',
      'inner.count': 'count',
      acc: 'inner.acc',
      given: 'inner.given',
      miniStep: 'inner.miniStep',
      gradientStep: 'inner.gradientStep',
      skipped: 'inner.skipped',
    },
    goesOn: true,
  },
]
