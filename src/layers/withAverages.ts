import { checkFunction } from '../scalars/checkFunction.js'
import { checkFields } from '../scalars/checkFields.js'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { text } from '../scalars/kinds.js'
import { listed } from '../scalars/listed.js'
import { optional, options, withDefault } from '../scalars/options.js'
import { at } from '../state/paths.js'
import { leavesOf } from '../tree/leaves.js'
import { sharedTensor } from '../tensors/sharedTensor.js'
import { averageRecords } from '../averaging/averageRecords.js'
import { averageNamed } from './averageNamed.js'
import { type Cell, cellOf } from './Cell.js'
import { type Estimate, estimatedStatistics } from './estimatedStatistics.js'
import type { Held } from './Held.js'
import { boundTo } from './met.js'
import { boundStatistics } from './statistics.js'
import { statisticsOption } from './statisticsOption.js'

/** Which averages stand in the place of parameters, and what becomes of the statistics of batch normalisation. */
export interface AveragesOptions {
  /** The name of the average. Default: the outermost one. */
  readonly average?: string
  /** The statistics of batch normalisation while the averages are in place: those of the training as they are ('kept'),
   *  their own averages, by the coefficients of the parameters' ('averaged'), or those that the averages have on batches
   *  of inputs, pooled over batches of any sizes. An iterable is asked anew each time; its batches stay the caller's.
   *
   *  @defaultValue 'kept' */
  readonly statistics?: 'kept' | 'averaged' | AsyncIterable<tf.Tensor | readonly tf.Tensor[]>
}

/** Puts averages in the place of a model's parameters while a function uses it: to evaluate, to predict, to save.
 *
 *  ```text
 *  withAverages(model, use) = use(model with averaged(state) for its parameters)
 *  ```
 *
 *  @shapes parameters that have no average (a mask hides them) stay as they are. Nothing is copied: what `use` hands out of
 *    the model's own, as `model.getWeights()`, holds the raw values afterwards; read or clone it inside.
 *  @throws `TypeError` for a model that was not compiled with `layersOptimizer`; `RangeError` for an average that is not
 *    there; `Error` before the first step, for a model whose optimizer trains another one, and inside another
 *    `withAverages`. Training while averages are in place throws.
 *  @laws parameters and statistics are as they were afterwards, bit for bit, whatever `use` does, throwing included; no
 *    tensor is left.
 *  @departs re-estimated statistics are those of all batches together; torch's update_bn gives each batch the same weight.
 *  @reference tf.contrib.opt.MovingAverageOptimizer.swapping_saver; torch.optim.swa_utils.update_bn
 *  @example
 *  ```ts no-run
 *  await withAverages(model, (averaged) => averaged.save('localstorage://best'))
 *  ``` */
export const withAverages = async <A>(
  model: LayersModel,
  use: (model: LayersModel) => A | Promise<A>,
  given?: AveragesOptions,
): Promise<A> => {
  const { average, statistics } = parse(given)
  const { cell, held } = trained(model)
  checkFunction('withAverages: use', use, '(model) => model.evaluate(x, y)')
  const averages = [
    ...averagesOf(cell, held, average),
    ...(statistics === 'averaged' ? averagedStatistics(cell, average) : []),
  ]
  const own = new Map<tf.Variable, tf.Tensor>()
  const remember = (variable: tf.Variable): void => {
    if (!own.has(variable)) own.set(variable, tf.keep(sharedTensor(variable)))
  }
  const put = ({ variable, value }: Estimate): void => {
    remember(variable)
    variable.assign(value)
  }
  cell.averagesInPlace = true
  try {
    averages.forEach(put)
    if (typeof statistics === 'object') {
      // what a layer's own training would do to its statistics is undone with the rest
      untrained(model).forEach(remember)
      for (const estimate of await estimatedStatistics(model, statistics)) {
        put(estimate)
        estimate.value.dispose()
      }
    }
    return await use(model)
  } finally {
    cell.averagesInPlace = false
    for (const [variable, value] of own) {
      if (!variable.isDisposed) variable.assign(value)
      value.dispose()
    }
  }
}

/** The cell of a model's optimizer, which has trained it. */
const trained = (model: LayersModel): { readonly cell: Cell; readonly held: Held } => {
  checkFields('withAverages: model', model, { optimizer: 'unknown' }, 'Pass a compiled tf.LayersModel.')
  const optimizer: unknown = model.optimizer
  const cell = typeof optimizer === 'object' && optimizer !== null ? cellOf(optimizer) : undefined
  if (cell === undefined)
    throw new TypeError(
      'withAverages: the model must be compiled with a layersOptimizer, whose chain keeps averages. ' +
        'Pass it as the optimizer of model.compile.',
    )
  if (cell.averagesInPlace)
    throw new Error('withAverages: averages are in place already. Use them inside the first call.')
  if (cell.held === null) throw new Error('withAverages: there are no averages before the first step. Train first.')
  const own = model.weights.map((weight) => weight.read() as tf.Variable) // a LayerVariable reads its variable
  cell.held = boundTo(
    cell.held,
    own.filter(({ trainable }) => trainable),
  )
  cell.statistics = boundStatistics(
    cell.statistics,
    own.filter(({ trainable }) => !trainable),
  )
  if (!cell.held.members.some(({ variable }) => variable !== null && own.includes(variable)))
    throw new Error(
      `withAverages: the averages are those of another model, of ${listed(cell.held.members.map(({ path }) => path))}; ` +
        `this one has ${listed(own.map(({ name }) => name))}. Compile each model with an optimizer of its own.`,
    )
  return { cell, held: cell.held }
}

const averagesOf = (cell: Cell, { skeleton, placed, state }: Held, wanted: string | undefined): readonly Estimate[] => {
  const record = averageNamed('withAverages', cell.chain.anatomy.shape, wanted)
  const where = [...record.at, 'average']
  const leaves = leavesOf<tf.Tensor>(skeleton, at(state, where), {
    where: `state.${where.join('.')}`,
    nullable: true,
    alike: true,
  })
  return placed.flatMap(({ variable }, i) => {
    const value = leaves[i] ?? null
    return variable === null || value === null ? [] : [{ variable, value }]
  })
}

const averagedStatistics = ({ chain, statistics }: Cell, wanted: string | undefined): readonly Estimate[] => {
  const { shape } = chain.anatomy
  const outermost = averageRecords(shape).at(-1)
  if (outermost?.rule === undefined || outermost.name !== (wanted ?? outermost.name))
    throw new RangeError(
      `withAverages: statistics are averaged with the outermost average, where that goes by coefficients; ${wanted ?? outermost?.name} ` +
        "is another one. Pass statistics: 'kept', or batches to estimate them from.",
    )
  return statistics.flatMap(({ variable, standIn }) =>
    variable === null || standIn === null || variable.isDisposed ? [] : [{ variable, value: standIn }],
  )
}

const untrained = (model: LayersModel): readonly tf.Variable[] =>
  model.nonTrainableWeights.map((weight) => weight.read() as tf.Variable) // a LayerVariable reads its variable

const parse = options('withAverages', { average: optional(text), statistics: withDefault(statisticsOption, 'kept') })
