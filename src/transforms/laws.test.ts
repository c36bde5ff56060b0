import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { backendName } from '../../laws/backend.js'
import { dyadic } from '../../laws/arbitraries/numbers.js'
import { trainings } from '../../laws/arbitraries/training.js'
import { bounded, homogeneous, idempotent, linear, nonExpansive, odd } from '../../laws/transformation/optionalLaws.js'
import type { TransformationOptions } from '../../laws/transformation/Subject.js'
import { transformationLaws } from '../../laws/transformationLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { describe } from '../transformation/describe.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import type { Tree } from '../tree/Tree.js'
import { treeVdot } from '../tree/treeVdot.js'
import * as transforms from './index.js'

interface Row extends TransformationOptions {
  readonly of: AnyTransformation
  readonly except?: Readonly<Record<string, string>>
}

/** Half of the sum of squares, whose gradient is the parameters themselves: exact for dyadic values, so that a search decides alike everywhere. */
const bowl = (params: Tree): tf.Scalar => tf.tidy(() => tf.mul(0.5, treeVdot(params, params)))
const searching = {
  couples: true, cases: trainings({ values: dyadic.map((x) => x / 16), maxSteps: 2 }),
  extra: (_: Tree, params: Tree) => ({ value: tf.tidy(() => bowl(params).dataSync()[0] ?? Number.NaN), grad: params, valueFn: bowl }),
}

const one = (of: AnyTransformation, options: Omit<Row, 'of'> = {}): Row => ({ of, ...options })
const whole = { couples: true }
/** Every transformation of the barrel by its name, with options that matter. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  adaptiveGradClip: [one(transforms.adaptiveGradClip({ clipping: 0.1 }))],
  addDecayedWeights: [one(transforms.addDecayedWeights({ weightDecay: 0.1 }))],
  addNoise: [one(transforms.addNoise({ eta: 0.1, gamma: 0.5, key: 7 }), { ...whole, except: { names: 'the noise of a leaf is drawn by its place in the tree' } })],
  applyEvery: [one(transforms.applyEvery({ k: 2 }))],
  centralize: [one(transforms.centralize())],
  clip: [one(transforms.clip({ maxDelta: 1 }))],
  clipByBlockRms: [one(transforms.clipByBlockRms({ threshold: 1 }))],
  clipByGlobalNorm: [one(transforms.clipByGlobalNorm({ maxNorm: 1 }), whole)],
  ema: [one(transforms.ema({ decay: 0.9 })), one(transforms.ema({ decay: 0.9, debias: false }))],
  keepParamsNonnegative: [one(transforms.keepParamsNonnegative())],
  normalizeByUpdateNorm: [one(transforms.normalizeByUpdateNorm(), whole)],
  scale: [one(transforms.scale({ stepSize: -0.5 }))],
  scaleByAdadelta: [one(transforms.scaleByAdadelta())],
  scaleByAdam: [one(transforms.scaleByAdam()), one(transforms.scaleByAdam({ nesterov: true, epsRoot: 1e-3 }))],
  scaleByAdamax: [one(transforms.scaleByAdamax())],
  scaleByAdan: [one(transforms.scaleByAdan())],
  scaleByAmsgrad: [one(transforms.scaleByAmsgrad())],
  scaleByBacktrackingLinesearch: [one(transforms.scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 6, decreaseFactor: 0.5, increaseFactor: 2 }), searching)],
  scaleByBelief: [one(transforms.scaleByBelief())],
  scaleByDistanceOverGradients: [one(transforms.scaleByDistanceOverGradients())],
  scaleByFactoredRms: [one(transforms.scaleByFactoredRms({ minDimSizeToFactor: 2 }))],
  scaleByLbfgs: [one(transforms.scaleByLbfgs({ memorySize: 2 }), whole)],
  scaleByLearningRate: [one(transforms.scaleByLearningRate({ learningRate: (t) => 1 / (1 + t) }))],
  scaleByLion: [one(transforms.scaleByLion())],
  scaleByNovograd: [one(transforms.scaleByNovograd())],
  scaleByOptimisticGradient: [one(transforms.scaleByOptimisticGradient())],
  scaleByParamBlockNorm: [one(transforms.scaleByParamBlockNorm())],
  scaleByParamBlockRms: [one(transforms.scaleByParamBlockRms())],
  scaleByPolyak: [one(transforms.scaleByPolyak(), { ...whole, extra: { value: 2 } })],
  scaleByRadam: [one(transforms.scaleByRadam())],
  scaleByRms: [one(transforms.scaleByRms())],
  scaleByRprop: [one(transforms.scaleByRprop({ learningRate: 0.1 }))],
  scaleByRss: [one(transforms.scaleByRss())],
  scaleBySchedule: [one(transforms.scaleBySchedule({ stepSizeFn: (t) => 1 / (1 + t) }))],
  scaleBySign: [one(transforms.scaleBySign())],
  scaleBySm3: [one(transforms.scaleBySm3())],
  scaleByStddev: [one(transforms.scaleByStddev({ eps: 1e-2 }))],
  scaleByTrustRatio: [one(transforms.scaleByTrustRatio())],
  scaleByYogi: [one(transforms.scaleByYogi())],
  scaleByZoomLinesearch: [one(transforms.scaleByZoomLinesearch({ maxLinesearchSteps: 6 }), searching)],
  setToZero: [one(transforms.setToZero())],
  stateless: [one(transforms.stateless({ f: (updates) => updates }))],
  statelessWithTreeMap: [one(transforms.statelessWithTreeMap({ f: (g, p) => tf.tidy(() => tf.add(g, tf.mul(p, 0.1))) }))],
  trace: [one(transforms.trace({ decay: 0.9 })), one(transforms.trace({ decay: 0.9, nesterov: true }))],
  zeroNans: [one(transforms.zeroNans())],
}

/** What the barrel has besides: functions of gradients. */
const others = ['perExampleGlobalNormClip', 'perExampleLayerNormClip', 'unitwiseClip', 'unitwiseNorm']

test('every transformation has a row', () => {
  expect([...Object.keys(rows), ...others].toSorted()).toEqual(Object.keys(transforms).toSorted())
})

test('each is described by the name of its constructor', () => {
  for (const [name, all] of Object.entries(rows)) for (const { of } of all) expect(describe(of).name).toBe(name)
})

const runs = { numRuns: backendName === 'webgl' ? 1 : 10 }

for (const { of, except = {}, ...options } of Object.values(rows).flat()) describeLaws(transformationLaws(of, options), { ...runs, except })

const more = { numRuns: backendName === 'webgl' ? 2 : 20 }

for (const tx of [transforms.scale({ stepSize: -2 }), transforms.trace({ decay: 0.5 }), transforms.centralize(), transforms.ema({ decay: 0.75 }), transforms.applyEvery({ k: 2 })])
  describeLaws(linear(tx), more)
for (const tx of [transforms.trace({ decay: 0.9, nesterov: true }), transforms.scaleByOptimisticGradient(), transforms.zeroNans()]) describeLaws(homogeneous(1)(tx), more)
for (const tx of [transforms.scaleBySign(), transforms.scaleByLion(), transforms.normalizeByUpdateNorm({ eps: 0 })]) describeLaws(homogeneous(0)(tx), more)
for (const tx of [transforms.scaleBySign(), transforms.clip({ maxDelta: 1 }), transforms.scaleByAdam(), transforms.scaleByRms(), transforms.scaleByTrustRatio()]) describeLaws(odd(tx), more)
for (const tx of [transforms.scaleBySign(), transforms.clip({ maxDelta: 1 }), transforms.clipByGlobalNorm({ maxNorm: 1 }), transforms.clipByBlockRms({ threshold: 1 }), transforms.centralize(), transforms.zeroNans(), transforms.setToZero()])
  describeLaws(idempotent(tx), more)
for (const tx of [transforms.clip({ maxDelta: 1 }), transforms.clipByGlobalNorm({ maxNorm: 1 }), transforms.clipByBlockRms({ threshold: 1 }), transforms.centralize()]) describeLaws(nonExpansive(tx), more)
for (const tx of [transforms.scaleBySign(), transforms.scaleByLion(), transforms.clip({ maxDelta: 1 })]) describeLaws(bounded(1)(tx), more)
