import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { whole } from '../../laws/checks/part.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { plain } from '../transformation/plain.js'
import type { Opaque, StateLambda, Transformation } from '../transformation/Transformation.js'
import { scale } from '../transforms/scale.js'
import { trace } from '../transforms/trace.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Tree } from '../tree/Tree.js'
import { applyIfFinite } from './applyIfFinite.js'
import { chain } from './chain.js'
import { conditionallyMask } from './conditionallyMask.js'
import { conditionallyTransform } from './conditionallyTransform.js'
import { flatten } from './flatten.js'
import { lookahead } from './lookahead.js'
import { masked } from './masked.js'
import { multiSteps } from './multiSteps.js'
import { partition } from './partition.js'
import { selectiveTransform } from './selectiveTransform.js'
import { skipNotFinite } from './skipUpdates.js'
import { hide } from './transformations.js'

type Any = Transformation<Opaque>

/** Every wrapper, each where it does the most. */
const wrappers: Readonly<Record<string, (name: string) => (tx: Any) => Any>> = {
  'lookahead, reset': () => (tx) => hide(lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })(tx)),
  lookahead: () => (tx) => hide(lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(tx)),
  'applyIfFinite, host': () => (tx) => hide(applyIfFinite({ maxConsecutiveErrors: 1 })(tx)),
  'applyIfFinite, device': () => (tx) => hide(applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(tx)),
  multiSteps: () => (tx) => hide(multiSteps({ everyKSchedule: 2 })(tx)),
  'multiSteps, skipping': () => (tx) => hide(multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn: skipNotFinite })(tx)),
  masked: () => (tx) => hide(masked({ mask: { a: true, b: false } })(tx)),
  'masked, zero': () => (tx) => hide(masked({ mask: { a: true, b: false }, otherwise: 'zero' })(tx)),
  selective: () => (tx) => hide(selectiveTransform({ freezeMask: { a: false, b: true } })(tx)),
  partition: () => (tx) =>
    hide(partition({ transforms: { one: tx, two: sgd({ learningRate: 1 }) }, paramLabels: { a: 'one', b: 'two' } })),
  'every other step': () => (tx) => hide(conditionallyTransform({ shouldTransformFn: (n) => n % 2 === 0 })(tx)),
  'every other step, else nothing': () => (tx) =>
    hide(conditionallyMask({ shouldTransformFn: (n) => n % 2 === 0 })(tx)),
  average: (name) => (tx) => hide(withMovingAverage({ decay: 0.5, name })(tx)),
  flatten: () => (tx) => hide(flatten(tx)),
  'between others': () => (tx) => hide(chain(trace({ decay: 0.5 }), tx, scale({ stepSize: 0.5 }))),
}

interface Keeping extends StateLambda {
  readonly State: { readonly m: Tree }
}

/** What they are put around: an equation, and a pair that shares tensors between its updates and its state. */
const cores: Readonly<Record<string, Any>> = {
  momentum: hide(sgd({ learningRate: 0.5, momentum: 0.5 })),
  sharing: hide(
    plain<Keeping>({
      name: 'sharing',
      init: (params) => ({ m: mapTree((leaf) => tf.zerosLike(leaf))(params) }),
      update: (updates) => {
        const m = mapTree((leaf) => tf.mul(leaf, 0.5))(updates)
        return [m, { m }]
      },
    }),
  ),
}

const leaves = (x: number): { readonly a: tf.Tensor; readonly b: tf.Tensor } => ({
  a: tf.tensor1d([x, 2]),
  b: tf.scalar(-x),
})
const gradients = [1, 2, Number.NaN, 3, Number.NaN, Number.NaN, 4, 5]

/** The numbers after some steps; nothing may be left over, and nothing missing. */
const run = (optimizer: Any, donate: boolean): readonly unknown[] => {
  const before = tf.memory().numTensors
  const params = leaves(1)
  let now: { params: ReturnType<typeof leaves>; state: unknown } = { params, state: optimizer.init(params) }
  const initial = tf.memory().numTensors - before - 2
  for (const g of gradients) {
    const grads = leaves(g)
    const given = donate ? { ...now, params: mapTree((leaf) => tf.clone(leaf))(now.params) } : now
    const next = step(optimizer, { donate })(grads, given.state, given.params)
    for (const tensor of tensorsOf([grads, next, donate ? now.params : now])) expect(tensor.isDisposed).toBe(false)
    disposeExcept([now, grads], [next])
    now = next
    expect(tf.memory().numTensors - before).toBe(tensorsOf(now).length)
  }
  expect(tensorsOf(now.state).length).toBe(initial)
  const found = tensorsOf(now).map((tensor) => [...tensor.dataSync()])
  disposeExcept(now, [])
  expect(tf.memory().numTensors).toBe(before)
  return found
}

const names = Object.keys(wrappers)
const wrap = (name: string, depth: number) => wrappers[name]?.(`Average${depth}`) ?? ((tx: Any) => tx)

/** Labels and masks that do not fit a narrower or a flat tree, are refused. */
const composed = (...path: readonly string[]): ((core: Any) => Any) | null => {
  const flat = path.indexOf('flatten')
  const structured = ['masked', 'masked, zero', 'selective', 'partition']
  return flat >= 0 && path.slice(flat).some((name) => structured.includes(name))
    ? null
    : (core) => path.reduceRight((tx, name, i) => wrap(name, i)(tx), core)
}

for (const [kind, core] of Object.entries(cores))
  describe(`around ${kind}: nothing leaks and nothing is lost, donated or not, with NaN now and then`, () => {
    test.each(names)('%s, around each wrapper', (outer) => {
      // by default a third of the pairs, another for each wrapper
      const inners = names.filter((_, i) => whole || (i + names.indexOf(outer)) % 3 === 0)
      const both = inners.flatMap((inner) => composed(outer, inner) ?? [])
      expect(both.map((wrapped) => run(wrapped(core), true))).toEqual(both.map((wrapped) => run(wrapped(core), false)))
    })
  })

// What releases tensors is the same on every backend: the others run the pairs.
describe.skipIf(backendName !== 'cpu')('three deep', () => {
  for (const [kind, core] of Object.entries(cores))
    test.each(['lookahead, reset', 'applyIfFinite, device', 'multiSteps, skipping'])(
      `%s, around each pair around ${kind}`,
      (outer) => {
        // by default two in the middle, others for each outer one and each core
        const turn = 3 * names.indexOf(outer) + (kind === 'sharing' ? 4 : 0)
        const middles = names.filter((_, i) => whole || (i + turn) % 8 === 0)
        const all = middles.flatMap((middle) => names.flatMap((inner) => composed(outer, middle, inner) ?? []))
        expect(all.map((wrapped) => run(wrapped(core), true).length)).not.toContain(0)
      },
    )
})
