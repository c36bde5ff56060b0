/// <reference types="vite/client" />
import * as tf from '@tensorflow/tfjs-core'
import * as losses from '../../../src/losses/index.js'
import text from './losses.json?raw'
import { tensorOf, type Written } from './written.js'

/** A loss as the real optax has it, in float64. `gradients[arg]` is the gradient of the sum of all outputs. */
export interface LossCase {
  readonly title: string
  readonly name: string
  readonly args: Readonly<Record<string, Written>>
  readonly options: Readonly<Record<string, unknown>>
  readonly value?: Written
  readonly gradients?: Readonly<Record<string, Written>>
  readonly edge?: string
  /** Where optax itself gives NaN. */
  readonly nan?: { readonly value: boolean; readonly gradients: boolean }
  readonly throws?: boolean
  readonly logAlphaBlank?: Written
  readonly logAlphaEmit?: Written
}

// The file is this repository's own; a case that is not one fails the test that reads it.
export const lossCases: readonly LossCase[] = (JSON.parse(text) as { readonly cases: readonly LossCase[] }).cases.map(
  (one, i) => ({ ...one, title: `${i} ${one.name} ${JSON.stringify(one.options).slice(0, 60)} ${one.edge ?? ''}` }),
)

/** Losses whose labels are class numbers. */
const classes = /Integer|multiclass(Hinge|Perceptron|Sparsemax)|ntxent|ctc/

const maxFuns: Readonly<Record<string, (scores: tf.Tensor) => tf.Tensor>> = {
  logSumExp: (scores) => tf.logSumExp(scores, -1),
  max: (scores) => tf.max(scores, -1),
}

/** A loss of this library, with arguments by name. */
export const called = ({ name, options }: LossCase, args: Readonly<Record<string, tf.Tensor>>): unknown => {
  const given = Object.fromEntries(
    Object.entries(options).map(([key, x]) => [
      key,
      key === 'where' || key === 'weights' || key === 'classWeights' ? tensorOf(x as Written) : x, // arrays of numbers
    ]),
  )
  if (name === 'makeFenchelYoungLoss') {
    const { scores, targets } = args
    const maxFun = maxFuns[String(options['maxFun'])]
    if (scores === undefined || targets === undefined || maxFun === undefined) throw new Error('no such case')
    return losses.makeFenchelYoungLoss({ maxFun })(scores, targets)
  }
  const loss = (losses as Readonly<Record<string, unknown>>)[name]
  if (typeof loss !== 'function') throw new Error(`the oracle names ${name}, which is not exported`)
  const list = Object.values(args)
  const places = /^(squaredError|l2Loss|huberLoss|logCosh)$/.test(name) ? [list[0], list[1]] : list
  // checked: a function; losses check their arguments
  return (loss as (...all: readonly unknown[]) => unknown)(...places, ...(Object.keys(given).length > 0 ? [given] : []))
}

/** The arguments of a case as tensors. */
export const argsOf = ({ name, args }: LossCase): Readonly<Record<string, tf.Tensor>> =>
  Object.fromEntries(
    Object.entries(args).map(([key, x]) => [
      key,
      tensorOf(x, key === 'labels' && classes.test(name) ? 'int32' : 'float32'),
    ]),
  )
