import { expect, inject, test } from 'vitest'
import { backendName } from '../backend.js'
import { whole } from '../part.js'
import * as averaging from '../../../src/averaging/index.js'
import * as combinators from '../../../src/combinators/index.js'
import * as optimizers from '../../../src/optimizers/index.js'
import * as transforms from '../../../src/transforms/index.js'
import { combinatorLeafRows, optimizerRows, transformRows } from './leafRows.js'
import { shownReport, soak } from './soak.js'
import { joinRows, wrapperRows } from './wrapperRows.js'

/** What the barrels have besides transformations: masks and labels, tests and measures, questions, lenses, functions of
 *  gradients, averaging schemes and what is asked of averages. */
const others = (
  'byPath byPattern flush hasUpdated hide matching measureWithEma skipLargeUpdates skipNotFinite transformations ' +
  'treeMapParams averaged averages namesOfAverages swapped ' +
  'averageWarnings averagingWeights gammaOfWidth pooledStatistics postHocCoefficients sampleSwag scaledDecay ' +
  'scheduleFreeEvalParams trackedProfiles treeAverage widthOfGamma ' +
  'annealed bema debiased exponential halfLife inverseGamma polynomial powerFunction ramp uniform uniformThen warmup ' +
  'weighted weightedBy ' +
  'gaussNewtonBartlett hutchinsonDiagHessian perExampleGlobalNormClip perExampleLayerNormClip unitwiseClip unitwiseNorm'
).split(' ')

test('every transformation, optimizer, combinator and average has a row', () => {
  const rows = { ...transformRows, ...optimizerRows, ...combinatorLeafRows, ...wrapperRows, ...joinRows }
  const exported = { ...transforms, ...optimizers, ...combinators, ...averaging }
  expect([...Object.keys(rows), ...others].toSorted()).toEqual(Object.keys(exported).toSorted())
})

test('random compositions for some seconds', async () => {
  const report = await soak({ seconds: whole ? 20 : 0.75, seed: inject('seed'), backend: backendName })
  expect(report.failure, shownReport(report)).toBeUndefined()
  expect(report.cases).toBeGreaterThan(0)
}, 180_000)
