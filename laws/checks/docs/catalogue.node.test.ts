import fc from 'fast-check'
import { expect, test } from 'vitest'
import { averageWarningLaws } from '../../averageWarningLaws.js'
import { followsHistory } from '../../averaging/followsHistory.js'
import { choiceLaws } from '../../choiceLaws.js'
import { labelLaws } from '../../labelLaws.js'
import { conditionalLaws } from '../../conditionalLaws.js'
import { flattenLaws } from '../../flattenLaws.js'
import { freezeLaws } from '../../freezeLaws.js'
import { hyperparamLaws } from '../../hyperparamLaws.js'
import { namedChainLaws } from '../../namedChainLaws.js'
import { patternLaws } from '../../patternLaws.js'
import { restartLaws } from '../../restartLaws.js'
import { skippingLaws } from '../../skippingLaws.js'
import { slotMapLaws } from '../../slotMapLaws.js'
import { swagSampleLaws } from '../../swagSampleLaws.js'
import { trackedProfileLaws } from '../../trackedProfileLaws.js'
import { followsRule } from '../../transformation/followsRule.js'
import { followsWholeRule } from '../../transformation/followsWholeRule.js'
import { sameTraining } from '../../transformation/sameTraining.js'
import { treeAverageLaws } from '../../treeAverageLaws.js'
import { applyIfFiniteLaws } from '../../applyIfFiniteLaws.js'
import { averagingLaws } from '../../averagingLaws.js'
import { averagingSchemeLaws, semigroupLaws } from '../../averagingSchemeLaws.js'
import { bestAverageLaws } from '../../bestAverageLaws.js'
import { chainLaws } from '../../chainLaws.js'
import { derivedAverageLaws } from '../../derivedAverageLaws.js'
import { feedbackLaws } from '../../feedbackLaws.js'
import { lookaheadLaws } from '../../lookaheadLaws.js'
import { maskedLaws } from '../../maskedLaws.js'
import { measureLaws } from '../../measureLaws.js'
import { multiStepsLaws } from '../../multiStepsLaws.js'
import { partitionLaws } from '../../partitionLaws.js'
import { poolingLaws } from '../../poolingLaws.js'
import { postHocLaws } from '../../postHocLaws.js'
import { profileLaws, stretchLaws } from '../../profileLaws.js'
import { samLaws } from '../../samLaws.js'
import { scheduleFreeLaws } from '../../scheduleFreeLaws.js'
import { scheduleLaws } from '../../scheduleLaws.js'
import { swagLaws } from '../../swagLaws.js'
import { swapLaws } from '../../swapLaws.js'
import { treeLaws } from '../../treeLaws.js'
import { catalogue } from './catalogue.js'
import { exponential } from '../../../src/averaging/schemes/exponential.js'
import { powerFunction } from '../../../src/averaging/schemes/powerFunction.js'
import { uniform } from '../../../src/averaging/schemes/uniform.js'
import { withAverage } from '../../../src/averaging/withAverage.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { clip } from '../../../src/transforms/clip.js'
import { scale } from '../../../src/transforms/scale.js'
import { scaleBySign } from '../../../src/transforms/scaleBySign.js'
import { constantSchedule } from '../../../src/schedules/constantSchedule.js'
import { describeSchedule } from '../../../src/schedules/described.js'
import { backendLaws } from '../../backendLaws.js'
import { checkpointLaws } from '../../checkpointLaws.js'
import { constructorLaws } from '../../constructorLaws.js'
import { followsFormula } from '../../followsFormula.js'
import { gaussNewtonLaws } from '../../gaussNewtonLaws.js'
import { hessianDiagonalLaws } from '../../hessianDiagonalLaws.js'
import { averagingWeightsLaws } from '../../averagingWeightsLaws.js'
import { moveLaws } from '../../moveLaws.js'
import { perExampleLaws } from '../../perExampleLaws.js'
import { refusalLaws } from '../../refusalLaws.js'
import { gaussNewtonBartlett } from '../../../src/transforms/gaussNewtonBartlett.js'
import { hutchinsonDiagHessian } from '../../../src/transforms/hutchinsonDiagHessian.js'
import { perExampleGlobalNormClip } from '../../../src/transforms/perExampleGlobalNormClip.js'
import { lossLaws } from '../../lossLaws.js'
import { projectionLaws } from '../../projectionLaws.js'
import { squaredError } from '../../../src/losses/squaredError.js'
import { projectionNonNegative } from '../../../src/projections/projectionNonNegative.js'
import { identity } from '../../../src/transformation/identity.js'
import { addNoise } from '../../../src/transforms/addNoise.js'
import { clipsTo } from '../../transformation/clipsTo.js'
import {
  duplicationInvariant,
  keepsDirection,
  monotone,
  rotationEquivariant,
  translationEquivariant,
} from '../../transformation/geometryLaws.js'
import { boundedMemory, descends, robust, unbiased } from '../../transformation/purposeLaws.js'
import { bounded, homogeneous, idempotent, linear, nonExpansive, odd } from '../../transformation/optionalLaws.js'
import { equivariant } from '../../transformation/unitLaws.js'
import { windowLaws } from '../../windowLaws.js'
import { trainingLaws } from '../../trainingLaws.js'
import { transformationLaws } from '../../transformationLaws.js'

const suites = [
  averagingLaws(),
  averagingSchemeLaws(uniform()),
  semigroupLaws(exponential({ decay: 0.5 })),
  profileLaws(uniform(), { weight: (step) => Math.min(1, step) }),
  stretchLaws(powerFunction({ width: 0.1 })),
  windowLaws(),
  bestAverageLaws(),
  swagLaws(),
  feedbackLaws(),
  derivedAverageLaws(),
  scheduleFreeLaws(),
  poolingLaws(),
  postHocLaws(),
  swapLaws(),
  chainLaws(),
  maskedLaws(),
  partitionLaws(),
  multiStepsLaws(),
  samLaws(),
  applyIfFiniteLaws(),
  lookaheadLaws(),
  treeLaws(),
  scheduleLaws(() => 1, { bounds: [0, 1], at: { 0: 1 }, period: 2, smooth: 1, monotone: { way: 'down' } }),
  followsFormula((value: number) => constantSchedule({ value }), {
    options: fc.constant(1),
    formula: () => () => 1,
    points: () => [[0, 1]],
  }),
  constructorLaws({
    name: 'constantSchedule',
    make: constantSchedule,
    options: fc.constant({ value: 1 }),
    told: describeSchedule,
    wrong: [[{}, 'value']],
    usual: {},
  }),
  refusalLaws({ name: 'Error', refused: [], taken: [() => 1] }),
  moveLaws((decay) => (tx) => withAverage(exponential({ decay }))(tx)),
  averagingWeightsLaws(),
  lossLaws((z, y) => squaredError(z, y), { zeroAtTruth: true }),
  projectionLaws((x) => projectionNonNegative(x), { outside: () => 0 }),
  perExampleLaws((l2NormClip) => (grads) => perExampleGlobalNormClip(grads, { l2NormClip })),
  hessianDiagonalLaws((gradFn) => hutchinsonDiagHessian({ gradFn })),
  gaussNewtonLaws((gradFn, batchSize) => gaussNewtonBartlett({ gradFn, batchSize })),
  checkpointLaws(),
  backendLaws(),
  trainingLaws(),
  transformationLaws(() => sgd({ learningRate: 0.1 })),
  linear(scale({ stepSize: 2 })),
  homogeneous(0)(scaleBySign()),
  homogeneous(1)(scale({ stepSize: 2 })),
  odd(scaleBySign()),
  idempotent(scaleBySign()),
  nonExpansive(clip({ maxDelta: 1 })),
  bounded(1)(scaleBySign()),
  followsRule(() => scale({ stepSize: 2 }), { init: () => 0, next: (g) => [2 * g, 0], state: () => ({}) }),
  followsWholeRule(() => scale({ stepSize: 2 }), {
    init: () => null,
    next: (updates) => [updates.map((leaf) => leaf?.values.map((x) => 2 * x)), null],
  }),
  sameTraining(
    () => sgd({ learningRate: 0.5 }),
    () => scale({ stepSize: -0.5 }),
  ),
  followsHistory((tx) => withAverage(exponential({ decay: 0 }))(tx), { average: (seen) => seen.at(-1) ?? Number.NaN }),
  averageWarningLaws(),
  trackedProfileLaws(),
  treeAverageLaws(),
  swagSampleLaws(),
  conditionalLaws(),
  flattenLaws(),
  freezeLaws(),
  hyperparamLaws(),
  namedChainLaws(),
  patternLaws(),
  labelLaws(),
  choiceLaws(),
  restartLaws(),
  skippingLaws(),
  slotMapLaws(),
  measureLaws(),
  equivariant((unit) => clip({ maxDelta: unit })),
  keepsDirection(() => scale({ stepSize: 2 })),
  clipsTo(1)(() => clip({ maxDelta: 1 })),
  translationEquivariant(() => scale({ stepSize: 2 })),
  rotationEquivariant(() => scale({ stepSize: 2 })),
  duplicationInvariant(() => scale({ stepSize: 2 })),
  monotone((learningRate) => sgd({ learningRate })),
  descends(() => sgd({ learningRate: 0.1 })),
  robust(() => sgd({ learningRate: 0.1 })),
  boundedMemory(0)(() => sgd({ learningRate: 0.1 })),
  unbiased(
    (key) => addNoise({ eta: 0.1, gamma: 0.5, key }),
    () => identity(),
    { deviation: (count) => Math.sqrt(0.1 / Math.sqrt(count + 1)) },
  ),
]

test('LAWS.md has every law of every suite', async () => {
  await expect(catalogue(suites)).toMatchFileSnapshot('../../LAWS.md')
})
