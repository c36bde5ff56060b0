import { averagingLaws } from '../../laws/averagingLaws.js'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { swapLaws } from '../../laws/swapLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { transformationLaws } from '../../laws/transformationLaws.js'
import { chain } from '../combinators/chain.js'
import { adam } from '../optimizers/adam.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { averages, namesOfAverages } from './averages.js'
import { swapped } from './swapped.js'
import { type MovingAverageOptions, withMovingAverage } from './withMovingAverage.js'

const options = { numRuns: backendName === 'webgl' ? 1 : casesOf(25) }

describeLaws(averagingLaws({ lift: withMovingAverage }), options)
describeLaws(swapLaws({ swap: swapped, lenses: averages, names: namesOfAverages }), options)

const every: readonly MovingAverageOptions[] = [
  { decay: 0.75 },
  { decay: 0.9, order: 'concurrent', numUpdates: 'before' },
  { decay: 0.5, debias: true, every: 2, start: 1 },
  { decay: 0.999, precision: 'compensated' },
]

for (const given of every)
  describeLaws(
    transformationLaws(
      () => withMovingAverage(given)(chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 }))),
      { couples: true },
    ),
    { numRuns: backendName === 'webgl' ? 1 : casesOf(10) },
  )
