import * as tf from '@tensorflow/tfjs-core'
import * as averaging from '../../../src/averaging/index.js'
import { chain } from '../../../src/combinators/chain.js'
import { hide } from '../../../src/combinators/transformations.js'
import { adam } from '../../../src/optimizers/adam.js'
import { step } from '../../../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'

/** Parameters and a state in the middle of a training. */
export interface Standing {
  readonly params: { readonly w: tf.Tensor; readonly b: tf.Tensor }
  readonly state: unknown
}

const a = averaging
const inner = chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 }))
const shared = { start: 2, every: 2 } as const

/** Every scheme, in `withAverage`. */
export const schemes = {
  annealed: a.withAverage(a.annealed({ gamma: 3 }))(inner),
  bema: a.withAverage(a.bema())(inner),
  debiased: a.withAverage(a.debiased({ decay: (t) => t / (t + 2) }), shared)(inner),
  exponential: a.withAverage(a.exponential({ decay: 0.9 }), { precision: 'compensated' })(inner),
  halfLife: a.withAverage(a.halfLife({ halfLife: 30, unit: 'samples' }), { every: 3 })(inner),
  inverseGamma: a.withAverage(a.inverseGamma())(inner),
  polynomial: a.withAverage(a.polynomial())(inner),
  powerFunction: a.withAverage(a.powerFunction({ width: 0.1, unit: 'tokens' }), shared)(inner),
  ramp: a.withAverage(a.ramp({ tau: 5 }), { order: 'concurrent' })(inner),
  uniform: a.withAverage(a.uniform(), { start: 3, before: 'rest' })(inner),
  uniformThen: a.withAverage(a.uniformThen({ warmup: 4, decay: 0.8 }))(inner),
  warmup: a.withAverage(a.warmup())(inner),
  weighted: a.withAverage(a.weighted({ weight: (count) => count % 3 }))(inner),
  weightedBy: a.withAverage(a.weightedBy())(inner),
} satisfies Readonly<Record<string, AnyTransformation>>

/** Every other lift and optimizer that carries an average. */
export const lifts = {
  scheduleFree: a.scheduleFree({ learningRate: 0.1, r: 1 })(adam({ learningRate: 0.1, b1: 0 })),
  scheduleFreeAdamw: a.scheduleFreeAdamw({ warmupSteps: 4 }),
  scheduleFreeRadam: a.scheduleFreeRadam(),
  scheduleFreeSgd: a.scheduleFreeSgd({ learningRate: 0.1 }),
  withAverage: a.withAverage(a.uniform(), { name: 'Outer' })(
    a.withAverage(a.exponential({ decay: 0.5 }), { name: 'Within' })(inner),
  ),
  withBema: a.withBema({ start: 1 })(inner),
  withBestAverage: a.withBestAverage({ best: 2 })(inner),
  withCombinedAverage: a.withCombinedAverage({
    of: { fast: a.exponential({ decay: 0.5 }), slow: a.uniform() },
    coefficients: { fast: 2, slow: -1 },
  })(inner),
  withDoubleAverage: a.withDoubleAverage(a.exponential({ decay: 0.75 }))(inner),
  withFeedback: a.withFeedback(a.exponential({ decay: 0.75 }), { period: 3, keep: 0.5 })(inner),
  withMovingAverage: a.withMovingAverage({ decay: 0.9, debias: true, numUpdates: 'before', precision: 'compensated' })(
    inner,
  ),
  withOuAverage: a.withOuAverage(a.uniform())(inner),
  withSwa: a.withSwa({ start: 1, period: 2 })(inner),
  withSwag: a.withSwag({ rank: 2, every: 2 })(inner),
  withTailAverage: a.withTailAverage({ start: 2 })(inner),
  withWindowAverage: a.withWindowAverage({ window: 3, every: 2 })(inner),
} satisfies Readonly<Record<string, AnyTransformation>>

/** What a step may be told. */
interface Told {
  readonly samples: number
  readonly tokens: number
  readonly weight: number
  readonly metric: number
}

/** Every training, by name. */
export const runs: readonly (readonly [name: string, optimizer: Transformation<Opaque, Told>])[] =
  Object.entries<AnyTransformation>({
    ...schemes,
    ...lifts,
  }).map(([name, optimizer]) => [name, hide(optimizer as Transformation<Opaque, Told>)]) // each takes what it needs of that

/** How many steps each of them takes. */
export const total = 9

export const beginning = (optimizer: Transformation<Opaque, Told>): Standing => {
  const params = { w: tf.tensor1d([1, -2, 0.3]), b: tf.tensor1d([0.5]) }
  return { params, state: optimizer.init(params) }
}

/** The step after so many. The gradient is that of a bowl with a wave on it, so that what was read back wrong shows. */
export const advanced = (optimizer: Transformation<Opaque, Told>, now: Standing, t: number): Standing => {
  const told = { samples: 10 * (t + 1) + (t % 3), tokens: 7 * (t + 1) + (t % 2), weight: t % 2, metric: (5 * t) % 7 }
  const grads = tf.tidy(() => ({
    w: tf.add(now.params.w, Math.sin(3 * t)),
    b: tf.add(tf.mul(2, now.params.b), Math.cos(t)),
  }))
  const next = step(optimizer)(grads, now.state, now.params, told)
  disposeExcept([now, grads], next)
  return next
}
