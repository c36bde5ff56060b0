import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { agreeInPasses } from '../../laws/checks/agreeInPasses.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { applyUpdates } from '../transformation/applyUpdates.js'
import { described, describe as describeIt } from '../transformation/describe.js'
import { step } from '../transformation/step.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { treeNorm } from '../tensors/treeNorm.js'
import { applyIfFinite } from './applyIfFinite.js'
import { byPattern } from './byPattern.js'
import { chain } from './chain.js'
import { conditionallyMask } from './conditionallyMask.js'
import { conditionallyTransform } from './conditionallyTransform.js'
import { flatten } from './flatten.js'
import { freeze } from './freeze.js'
import { injectHyperparams } from './injectHyperparams.js'
import { lookahead } from './lookahead.js'
import { masked } from './masked.js'
import { measureWithEma } from './measureWithEma.js'
import { monitor } from './monitor.js'
import { multiSteps } from './multiSteps.js'
import { partition } from './partition.js'
import { selectiveTransform } from './selectiveTransform.js'
import { skipLargeUpdates, skipNotFinite } from './skipUpdates.js'
import { snapshot } from './snapshot.js'
import { hide } from './transformations.js'

const inner = () =>
  withMovingAverage({ decay: 0.5 })(chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 })))
const sometimes = { shouldTransformFn: (count: number) => count % 3 !== 1 }
const norm = { measureName: 'norm', measure: treeNorm }

const wrappers = {
  masked: hide(masked({ mask: { a: true, b: false } })(inner())),
  partition: hide(
    partition({
      transforms: { x: inner(), y: sgd({ learningRate: 0.1, momentum: 0.9 }) },
      paramLabels: byPattern({ x: 'a' }, 'y'),
    }),
  ),
  freeze: hide(chain(inner(), freeze({ mask: { a: true, b: false } }))),
  selectiveTransform: hide(selectiveTransform({ freezeMask: { a: false, b: true } })(inner())),
  multiSteps: hide(multiSteps({ everyKSchedule: 3 })(inner())),
  'multiSteps, skipping': hide(
    chain(
      multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn: skipLargeUpdates({ maxSquaredNorm: 40 }) })(inner()),
      clipByGlobalNorm({ maxNorm: 0.1 }),
    ),
  ),
  applyIfFinite: hide(applyIfFinite({ maxConsecutiveErrors: 2 })(inner())),
  'applyIfFinite, on the device': hide(applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(inner())),
  'applyIfFinite in a chain': hide(
    chain(
      clipByGlobalNorm({ maxNorm: 2 }),
      applyIfFinite({ maxConsecutiveErrors: 2 })(inner()),
      clipByGlobalNorm({ maxNorm: 0.1 }),
    ),
  ),
  'applyIfFinite in a chain, on the device': hide(
    chain(
      clipByGlobalNorm({ maxNorm: 2 }),
      applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(inner()),
      clipByGlobalNorm({ maxNorm: 0.1 }),
    ),
  ),
  'applyIfFinite, around multiSteps': hide(
    applyIfFinite({ maxConsecutiveErrors: 2 })(multiSteps({ everyKSchedule: 2 })(inner())),
  ),
  'applyIfFinite, on the device, around multiSteps': hide(
    applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(
      multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn: skipNotFinite })(inner()),
    ),
  ),
  conditionallyTransform: hide(conditionallyTransform(sometimes)(inner())),
  conditionallyMask: hide(conditionallyMask(sometimes)(inner())),
  lookahead: hide(lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(inner())),
  'lookahead, starting again': hide(
    lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(
      chain(applyIfFinite({ maxConsecutiveErrors: 2 })(inner()), flatten(sgd({ learningRate: 1, momentum: 0.5 }))),
    ),
  ),
  flatten: hide(flatten(inner())),
  snapshot: hide(chain(snapshot(norm), inner())),
  monitor: hide(chain(monitor({ norm: treeNorm, smooth: measureWithEma({ measure: treeNorm, decay: 0.5 }) }), inner())),
  injectHyperparams: hide(injectHyperparams(adam)({ learningRate: (count) => 0.1 / (1 + count), b1: 0.8 })),
}

const tree = (seed: number) => ({
  a: tf.tensor2d(
    Float32Array.from({ length: 6 }, (_, i) => Math.sin(i + seed)),
    [2, 3],
  ),
  b: [
    tf.tensor1d(Float32Array.from({ length: 19 }, (_, i) => Math.cos(i * seed))),
    null,
    tf.scalar(seed === 3 ? Number.NaN : seed),
  ] as const,
})

const bits = (value: unknown): unknown =>
  tensorsOf(value).map((t) => [t.shape, ...[...t.dataSync()].map((x) => (Object.is(x, -0) ? '-0' : x))])

/** A state without its tensors: structure, shapes and the names of numbers. */
const structure = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (v instanceof tf.Tensor ? v.shape : typeof v === 'number' ? 'number' : v))

const frozen = (value: unknown): boolean =>
  value instanceof tf.Tensor ||
  typeof value !== 'object' ||
  value === null ||
  (Object.isFrozen(value) && Object.values(value).every(frozen))

for (const [name, tx] of Object.entries(wrappers))
  test(`${name}: step is update and applyUpdates, donated or not; the state keeps its structure; nothing leaks`, () => {
    const before = tf.memory().numTensors
    const [params, own] = [tree(2), tree(2)]
    let pure = { params, state: tx.init(params) }
    let donated = { params: own, state: tx.init(own) }
    const shape = structure(pure.state)
    for (const seed of [1, 4, 3, 5, 6, 7]) {
      const grads = tree(seed)
      const held = bits([grads, pure])
      const [updates, state] = tx.update(grads, pure.state, pure.params)
      const applied = applyUpdates(pure.params, updates)
      const next = step(tx)(grads, pure.state, pure.params)
      expect(bits([grads, pure])).toEqual(held)
      agreeInPasses([applied, state], [next.params, next.state])
      expect(JSON.stringify(numbersOnly(state))).toBe(JSON.stringify(numbersOnly(next.state)))
      expect(structure(next.state)).toBe(shape)
      expect(frozen(next.state)).toBe(true)
      donated = step(tx, { donate: true })(grads, donated.state, donated.params)
      expect(bits([donated.params, donated.state])).toEqual(bits([next.params, next.state]))
      disposeExcept([updates, applied, state], [pure, next, grads])
      disposeExcept(grads, [])
      disposeExcept(pure, [next, params])
      pure = next
    }
    expect(tf.memory().numTensors).toBe(before + tensorsOf([params, pure, donated]).length)
    disposeExcept([params, pure, donated], [])
    expect(tf.memory().numTensors).toBe(before)
    expect(described(describeIt(tx, tree(1))).length).toBeGreaterThan(name.length / 4)
  })

const numbersOnly = (value: unknown): unknown =>
  value instanceof tf.Tensor
    ? 'tensor'
    : typeof value !== 'object' || value === null
      ? value
      : Object.fromEntries(Object.entries(value).map(([key, child]) => [key, numbersOnly(child)]))
