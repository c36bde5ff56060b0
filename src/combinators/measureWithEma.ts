import * as tf from '@tensorflow/tfjs-core'
import { unitInterval } from '../scalars/Decay.js'
import { flag, fn } from '../scalars/kinds.js'
import { options, required, withDefault } from '../scalars/options.js'
import { tensorFrom } from '../tensors/tensorFrom.js'
import type { Tree } from '../tree/Tree.js'
import { measured } from './measured.js'
import type { Measure } from './monitor.js'

/** What is smoothed, and how. */
export interface MeasureWithEmaOptions {
  /** A tensor made of the updates. */
  readonly measure: (updates: Tree) => tf.Tensor
  /** The weight of the past, in [0, 1]. */
  readonly decay: number
  /** Whether the start at zero is corrected for.
   *
   *  @defaultValue true */
  readonly debias?: boolean
}

/** A running mean of a measurement. */
export interface EmaState {
  /** Measurements so far. */
  readonly count: number
  /** Without correction. */
  readonly ema: tf.Tensor
}

/** A measurement smoothed over updates, for `monitor`.
 *
 *  ```text
 *  E ← d·E + (1−d)·m        the measurement is E/(1−dᵗ), or E without debias
 *  ```
 *
 *  @laws constant measurements are measured as they are; d = 0 is the measure itself.
 *  @departs before the first update the measurement is that of the parameters, unsmoothed.
 *  @reference optax.measure_with_ema
 *  @example monitor({ gradNorm: measureWithEma({ measure: treeNorm, decay: 0.9 }) }) */
export const measureWithEma = (given: MeasureWithEmaOptions): Measure<EmaState, tf.Tensor> => {
  const { decay, debias } = parse(given)
  const { measure } = given
  return {
    kind: 'measure',
    options: { measure: measure.name, decay, debias },
    init: (params) => {
      const value = tensorOf(measure, params)
      return [value, { count: 0, ema: tf.zerosLike(value) }]
    },
    update: (updates, { count, ema: old }) => {
      const value = tensorOf(measure, updates)
      const ema = tf.tidy(() => tf.add(tf.mul(old, decay), tf.mul(value, 1 - decay)))
      value.dispose()
      // With decay 1 there is nothing to correct for: 0/0 would hide that.
      const weight = debias && decay < 1 ? 1 - decay ** (count + 1) : 1
      return [tf.div(ema, weight), { count: count + 1, ema }]
    },
  }
}

const tensorOf = (measure: (updates: Tree) => tf.Tensor, updates: unknown): tf.Tensor =>
  measured(
    'measureWithEma: measure',
    (seen) => tensorFrom('measureWithEma: measure', measure(seen), 'Pass e.g. { measure: treeNorm }.'),
    updates,
  )

const parse = options('measureWithEma', {
  measure: required(fn<(updates: never) => unknown>('a function of the updates', 'treeNorm')),
  decay: required(unitInterval),
  debias: withDefault(flag, true),
})
