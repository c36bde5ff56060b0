import { bestAverageLaws } from '../../laws/bestAverageLaws.js'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { derivedAverageLaws } from '../../laws/derivedAverageLaws.js'
import { feedbackLaws } from '../../laws/feedbackLaws.js'
import { moveLaws } from '../../laws/moveLaws.js'
import { poolingLaws } from '../../laws/poolingLaws.js'
import { scheduleFreeLaws } from '../../laws/scheduleFreeLaws.js'
import { swagLaws } from '../../laws/swagLaws.js'
import { windowLaws } from '../../laws/windowLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { transformationLaws } from '../../laws/transformationLaws.js'
import { chain } from '../combinators/chain.js'
import { adam } from '../optimizers/adam.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import type { Tree } from '../tree/Tree.js'
import { pooledStatistics } from './pooledStatistics.js'
import { scheduleFree } from './scheduleFree.js'
import { scheduleFreeEvalParams } from './scheduleFreeEvalParams.js'
import { exponential } from './schemes/exponential.js'
import { uniform } from './schemes/uniform.js'
import { withAverage } from './withAverage.js'
import { withBema } from './withBema.js'
import { withBestAverage } from './withBestAverage.js'
import { withCombinedAverage } from './withCombinedAverage.js'
import { withDoubleAverage } from './withDoubleAverage.js'
import { withFeedback } from './withFeedback.js'
import { withMovingAverage } from './withMovingAverage.js'
import { withOuAverage } from './withOuAverage.js'
import { withSwag } from './withSwag.js'
import { withWindowAverage } from './withWindowAverage.js'

const inner = chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 }))

const lifts: readonly (readonly [
  make: () => AnyTransformation,
  extra?: object,
  except?: Readonly<Record<string, string>>,
])[] = [
  [() => withDoubleAverage(exponential({ decay: 0.75 }))(inner)],
  [() => withBema({ every: 2 })(inner)],
  [() => withOuAverage(uniform(), { start: 1 })(inner)],
  [
    () =>
      withCombinedAverage({ of: { a: uniform(), b: exponential({ decay: 0.9 }) }, coefficients: { a: 2, b: -1 } })(
        inner,
      ),
  ],
  [() => withFeedback(exponential({ decay: 0.75 }), { period: 2, keep: 0.5 })(inner)],
  [() => withWindowAverage({ window: 3 })(inner)],
  [() => withBestAverage({ best: 2 })(inner), { metric: 1 }, { finite: 'the best of nothing yet is ∞' }],
  [() => withSwag({ rank: 2 })(inner)],
  [() => scheduleFree({ learningRate: 0.1 })(adam({ learningRate: 0.1, b1: 0 }))],
]

for (const [make, extra = {}, except = {}] of lifts)
  describeLaws(transformationLaws(make, { couples: true, extra }), {
    numRuns: backendName === 'webgl' ? 1 : casesOf(4),
    except,
  })

// What each of them is, as far as its weights go.
for (const suite of [
  windowLaws({ lift: (options) => (tx) => withWindowAverage(options)(tx) }),
  bestAverageLaws({ lift: (options) => (tx) => withBestAverage(options)(tx) }),
  swagLaws({ lift: (options) => (tx) => withSwag(options)(tx) }),
  feedbackLaws({
    lift: (scheme, options) => (tx) => withFeedback(scheme, options)(tx),
    later: (scheme, options) => (tx) => withFeedback(scheme, options)(tx),
  }),
  derivedAverageLaws({
    double: (decay) => (tx) => withDoubleAverage(exponential({ decay }))(tx),
    bema: (start, biasPower) => (tx) => withBema({ start, biasPower, lag: 10 })(tx),
    ou: (decay, biasPower) => (tx) => withOuAverage(exponential({ decay }), { biasPower })(tx),
  }),
  scheduleFreeLaws({
    wrap:
      ({ b1, r }) =>
      (tx) =>
        scheduleFree({ learningRate: 0.5, b1, r })(tx),
    evaluated: (state, params) =>
      // the state of scheduleFree
      scheduleFreeEvalParams(state as { readonly z: Tree; readonly b1: number }, params),
  }),
  poolingLaws({
    pool: (batches) => pooledStatistics(batches),
    ofSample: (batches) => pooledStatistics(batches, { unbiased: true }),
  }),
  moveLaws((decay) => (tx) => withAverage(exponential({ decay }))(tx)),
  moveLaws((decay) => withMovingAverage({ decay })),
  moveLaws((decay) => (tx) => withDoubleAverage(exponential({ decay }))(tx), {
    after: (start, x, decay) => {
      const once = decay * start + (1 - decay) * x
      return 2 * once - (decay * start + (1 - decay) * once)
    },
  }),
  moveLaws((decay) => (tx) => withOuAverage(exponential({ decay }), { biasPower: 1e3 })(tx)),
  moveLaws((decay) => (tx) => withFeedback(exponential({ decay }), { period: 2, keep: 0.5 })(tx)),
  moveLaws((decay) => {
    const a = exponential({ decay })
    return (tx) => withCombinedAverage({ of: { a, b: a }, coefficients: { a: 3, b: -2 } })(tx)
  }),
  moveLaws(
    (decay) => (tx) => withBema({ lag: 1 / (1 - decay), multiplier: 1e-15, emaPower: 1, biasPower: 1e6 })(tx), // no correction is left
    { rests: false },
  ),
])
  describeLaws(suite, { numRuns: backendName === 'webgl' ? 1 : casesOf(6) })
