import * as tf from '@tensorflow/tfjs-core'
// The inner files that follow register no executor.
import '../../../src/cpu.js'
import '../../../src/wasm.js'
import { exponential } from '../../../src/averaging/schemes/exponential.js'
import { withAverage } from '../../../src/averaging/withAverage.js'
import { withSwag } from '../../../src/averaging/withSwag.js'
import { withWindowAverage } from '../../../src/averaging/withWindowAverage.js'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { chain } from '../../../src/combinators/chain.js'
import { eager } from '../../../src/engine/eager.js'
import { run } from '../../../src/engine/run.js'
import { adam } from '../../../src/optimizers/adam.js'
import { adamw } from '../../../src/optimizers/adamw.js'
import { step } from '../../../src/transformation/step.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { timing, type Contestant } from './interleaved.js'
import { sizeOf, tree, values, type ParameterSet } from './sets.js'

const learningRate = 1e-3
const decay = 0.999
const weightDecay = 0.01

/** The optimizers that are measured, by name. */
export const optimizers = (): Readonly<Record<string, Transformation<Opaque>>> => ({
  // What is measured needs no types of states.
  'AdamW + average': withMovingAverage({ decay })(
    adamw({ learningRate, weightDecay }),
  ) as unknown as Transformation<Opaque>,
  'clip + AdamW + average': withMovingAverage({ decay })(
    chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate, weightDecay })),
  ) as unknown as Transformation<Opaque>,
  Adam: adam({ learningRate }) as unknown as Transformation<Opaque>,
  ...Object.fromEntries(averageCounts.map((n) => [averagesName(n), averagedTimes(n)])),
  'AdamW + window, between snapshots': withWindowAverage({ window: 5, every: 1e9 })(
    adamw({ learningRate, weightDecay }),
  ) as unknown as Transformation<Opaque>,
  'AdamW + SWAG, between snapshots': withSwag({ rank: 5, every: 1e9 })(
    adamw({ learningRate, weightDecay }),
  ) as unknown as Transformation<Opaque>,
})

/** How many averages beside AdamW are measured. */
export const averageCounts = [0, 1, 2, 4, 8] as const

/** The name of AdamW with so many averages. */
export const averagesName = (n: number): string => `AdamW + ${n} averages`

/** AdamW with so many averages, each with a decay of its own. */
const averagedTimes = (n: number): Transformation<Opaque> =>
  Array.from({ length: n }).reduce<Transformation<Opaque>>(
    (inner, _, i) =>
      withAverage(exponential({ decay: 1 - 2 ** -(i + 4) }), { name: `Average${i}` })(
        inner,
      ) as unknown as Transformation<Opaque>,
    adamw({ learningRate, weightDecay }) as unknown as Transformation<Opaque>,
  )

type Tree = Readonly<Record<string, tf.Tensor>>

/** A copy of as many bytes as a step reads and writes, between plain arrays that are there already: what no step can
 *  beat by much. AdamW with an average reads five arrays (gradient, parameter, two moments, average) and writes four:
 *  nine streams, four and a half copies. */
export const copy = (set: ParameterSet, streams: number): Contestant => {
  const arrays = Array.from({ length: Math.ceil(streams / 2) }, (_, i) =>
    set.shapes.map((shape) => values(tf.util.sizeFromShape([...shape]), 1, i)),
  )
  const targets = arrays.map((list) => list.map((array) => new Float32Array(array.length)))
  const sources = arrays.map((list, i) =>
    2 * i + 1 < streams ? list : list.map((array) => array.subarray(0, array.length / 2)),
  )
  return {
    name: `copy of the same ${((sizeOf(set) * 4 * streams) / 1e6).toFixed(1)} MB`,
    backend: '',
    end: () => undefined,
    timed: timing(() => targets.forEach((list, i) => list.forEach((target, k) => target.set(sources[i]?.[k] ?? [])))),
  }
}

/** A step of this library on the backend that is set now. */
export const stepped = (
  name: string,
  optimizer: Transformation<Opaque>,
  set: ParameterSet,
  grads: Tree,
  donate: boolean,
): Contestant => {
  const params = tree(set, 0.1, 7)
  let now: { readonly params: Tree; readonly state: unknown } = { params, state: optimizer.init(params) }
  const next = step(optimizer, { donate })
  return {
    name: `${name}${donate ? ', donated' : ''}`,
    backend: tf.getBackend(),
    end: () => disposeExcept(now, []),
    timed: timing(() => {
      const old = now
      now = next(grads, old.state, old.params)
      if (!donate) disposeExcept(old, now)
    }),
  }
}

/** The same equations as tensor operations. */
export const chained = (
  name: string,
  optimizer: Transformation<Opaque>,
  set: ParameterSet,
  grads: Tree,
): Contestant => {
  const params = tree(set, 0.1, 7)
  let now: { readonly params: unknown; readonly state: unknown } = { params, state: optimizer.init(params) }
  const manner = {
    executor: eager,
    mode: 'step',
    donate: true,
    add: (a: tf.Tensor, b: tf.Tensor) => tf.add(a, b),
    release: (t: tf.Tensor) => t.dispose(),
    copied: (t: tf.Tensor) => tf.clone(t),
  } as const
  return {
    name: `${name}, as tensor operations`,
    backend: tf.getBackend(),
    end: () => disposeExcept(now, []),
    timed: timing(() => {
      const occasion = { updates: grads, params: now.params, extra: undefined }
      const [next, state] = run(manner, optimizer.anatomy.plan(now.state, occasion), occasion, now.state)
      now = { params: next, state }
    }),
  }
}

/** tfjs' own Adam, which has neither weight decay nor an average. */
export const tfAdam = (set: ParameterSet, grads: Tree): Contestant => {
  const variables = variablesOf(set)
  const optimizer = tf.train.adam(learningRate)
  const named = Object.entries(grads).map(([key, tensor]) => ({ name: variables[key]?.name ?? '', tensor }))
  return {
    name: 'tf.train.adam alone',
    backend: tf.getBackend(),
    timed: timing(() => optimizer.applyGradients(named)),
    end: () => {
      optimizer.dispose()
      Object.values(variables).forEach((v) => v.dispose())
    },
  }
}

/** tfjs' own Adam made to do the job of AdamW with an average. */
export const tfAdamAlike = (set: ParameterSet, grads: Tree): Contestant => {
  const variables = variablesOf(set)
  const averages = Object.values(variables).map((v) => tf.variable(v, false))
  const optimizer = tf.train.adam(learningRate)
  const named = Object.entries(grads).map(([key, tensor]) => ({ name: variables[key]?.name ?? '', tensor }))
  return {
    name: 'tf.train.adam + decay + average',
    backend: tf.getBackend(),
    timed: timing(() => {
      tf.tidy(() => Object.values(variables).forEach((v) => v.assign(tf.mul(v, 1 - learningRate * weightDecay))))
      optimizer.applyGradients(named)
      tf.tidy(() =>
        Object.values(variables).forEach((v, i) => {
          const average = averages[i]
          average?.assign(tf.add(average, tf.mul(tf.sub(v, average), 1 - decay)))
        }),
      )
    }),
    end: () => {
      optimizer.dispose()
      ;[...Object.values(variables), ...averages].forEach((v) => v.dispose())
    },
  }
}

const variablesOf = (set: ParameterSet): Readonly<Record<string, tf.Variable>> =>
  Object.fromEntries(Object.entries(tree(set, 0.1, 7)).map(([key, tensor]) => [key, tf.variable(tensor)]))
