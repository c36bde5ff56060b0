import { checkFields } from '../scalars/checkFields.js'
import * as tf from '@tensorflow/tfjs-core'
import type { CustomCallbackArgs, LayersModel } from '@tensorflow/tfjs-layers'
import { anything, fn, membersOf, oneOf, pairOf, text } from '../scalars/kinds.js'
import { optional, options, optionsFor, required, withDefault } from '../scalars/options.js'
import { averageNamed } from './averageNamed.js'
import { cellOf } from './Cell.js'
import { loggedNumbers } from './loggedNumbers.js'
import { statisticsOption } from './statisticsOption.js'
import { type AveragesOptions, withAverages } from './withAverages.js'

/** What a model is given for its inputs or outputs. */
type Given = tf.Tensor | tf.Tensor[]

/** How averages are evaluated while a model trains. */
export interface AveragesCallbackOptions extends AveragesOptions {
  /** What they are evaluated on, after each epoch: a model of several inputs or outputs takes a list of tensors. */
  readonly validation: readonly [x: Given, y: Given]
  /** Saves the model under its averages whenever they are the best so far. By default nothing is saved. */
  readonly keep?: KeepBest
}

/** Which averages are the best, and what is then done with the model. */
export interface KeepBest {
  /** A number in the logs, such as `average_loss` or `average_acc`. */
  readonly monitor: string
  /** Whether less is better, or more.
   *
   *  @defaultValue 'min' */
  readonly mode?: 'min' | 'max'
  /** Called while the averages are in place. */
  readonly save: (model: LayersModel) => Promise<unknown>
}

/** Evaluates a model's averages after each epoch of `fit` or `fitDataset`, for its `callbacks`.
 *
 *  ```text
 *  logs.average_loss, logs.average_acc, … = withAverages(model, evaluate(validation))
 *  logs.learningRate, logs.averageDecay   = what the next step goes by
 *  ```
 *
 *  What is in the logs is in the history. A chain with several rates has `learningRate_<path>` for each.
 *
 *  @throws as `withAverages`; `TypeError` for names that are no options, at once; `RangeError` where `monitor` is no number in the logs, and says which there are.
 *  @laws training with it and without it is the same, bit for bit; no tensor is left.
 *  @departs tfjs hands no model to callbacks that are records, so it is handed here; and it takes either records or
 *    objects of its own in one list, so beside `tf.callbacks.earlyStopping` this one is wrapped, and stands before it:
 *    `[new tf.CustomCallback(averagesCallback(…)), tf.callbacks.earlyStopping({ monitor: 'average_loss' })]`.
 *  @reference keras.callbacks.SwapEMAWeights, ModelCheckpoint(save_best_only=True)
 *  @example
 *  ```ts no-run
 *  await model.fit(x, y, { epochs: 10, callbacks: averagesCallback(model, { validation: [heldOutX, heldOutY] }) })
 *  ``` */
export const averagesCallback = (model: LayersModel, given: AveragesCallbackOptions): CustomCallbackArgs => {
  checkFields('averagesCallback: model', model, { evaluate: 'function' }, 'Pass the model that is trained.')
  const {
    validation: [x, y],
    keep: wanted,
    average,
    statistics,
  } = parse(given)
  const averages: AveragesOptions = { statistics, ...(average === undefined ? {} : { average }) }
  const keep = wanted === undefined ? undefined : keepOf(wanted)
  let best: number | undefined
  return {
    onTrainBegin: () => {
      best = undefined
      return Promise.resolve()
    },
    onEpochEnd: async (_epoch, logs = {}) => {
      await withAverages(
        model,
        async (averaged) => {
          Object.assign(logs, await evaluated(averaged, x, y), numbersOf(model, average))
          if (keep === undefined) return
          const value = monitored(logs, keep.monitor)
          if (Number.isNaN(value)) return
          if (best !== undefined && (keep.mode === 'max' ? value <= best : value >= best)) return
          best = value
          await keep.save(averaged)
        },
        averages,
      )
    },
  }
}

const parse = options('averagesCallback', {
  validation: required(pairOf(anything<Given>('a tensor', 'x'), anything<Given>('a tensor', 'y'))),
  keep: optional(membersOf<KeepBest>('a record { monitor, mode, save }', "{ monitor: 'average_loss', save }")),
  average: optional(text),
  statistics: withDefault(statisticsOption, 'kept'),
})

const keepOf = optionsFor<KeepBest>()('averagesCallback: keep', {
  monitor: required(text),
  mode: withDefault(oneOf('min', 'max'), 'min'),
  save: required(fn<KeepBest['save']>('a function of the model', '(model) => model.save(…)')),
})

const evaluated = async (model: LayersModel, x: Given, y: Given): Promise<Readonly<Record<string, number>>> => {
  const found = model.evaluate(x, y, { verbose: 0 })
  const scalars = Array.isArray(found) ? found : [found]
  const values = await Promise.all(scalars.map((scalar) => scalar.data()))
  tf.dispose(scalars)
  return Object.fromEntries(
    model.metricsNames.flatMap((name, i) => {
      const value = values[i]?.[0]
      return value === undefined ? [] : [[`average_${name}`, value]]
    }),
  )
}

const numbersOf = (model: LayersModel, average: string | undefined): Readonly<Record<string, number>> => {
  const cell = cellOf(model.optimizer)
  return cell === undefined || cell.held === null
    ? {}
    : loggedNumbers(cell.chain, cell.held, averageNamed('averagesCallback', cell.chain.anatomy.shape, average))
}

const monitored = (logs: Readonly<Record<string, unknown>>, name: string): number => {
  const value = logs[name]
  if (typeof value === 'number') return value
  throw new RangeError(
    `averagesCallback: monitor must be a number in the logs, found ${JSON.stringify(name)}. ` +
      `There are ${Object.keys(logs).join(', ')}.`,
  )
}
