import { type Optimizer, serialization } from '@tensorflow/tfjs-core'
import { text } from '../scalars/kinds.js'
import { optional, options } from '../scalars/options.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import { rememberChain } from './chainsByName.js'
import type { Named } from './Named.js'
import { optimizerRecord } from './optimizerRecord.js'
import { registerLayersOptimizer } from './registerLayersOptimizer.js'

/** How an optimizer of a model is known. */
export interface LayersOptimizerOptions {
  /** Under this name a saved model finds its chain again. Default: what `describe` says of the chain. */
  readonly name?: string
}

/** An optimizer of tfjs, for `model.compile` and for loops over `tf.Variable`s, whose rule is a chain of this library. */
export interface LayersOptimizer<F extends StateLambda> extends Optimizer {
  /** The Variables that it trains, by their names. `null` before the first step. One that a loaded state has, but that
   *  has not been trained since, is zeros. */
  readonly params: Named | null
  /** The state of the chain for them, borrowed until the next step, which writes into it. `null` before the first
   *  step. */
  readonly state: StateOf<F, Named> | null
  /** Goes on with another state: a restored or migrated one, or the same with another number in it. It is the
   *  optimizer's from now on, and what the old one does not share with it is disposed. */
  readonly replace: (state: StateOf<F, Named>) => void
}

/** An optimizer of tfjs whose rule is a chain of this library: for `model.compile`, and for loops over `tf.Variable`s.
 *
 *  ```text
 *  minimize(f, _, varList):  params ← step(chain)(∇f, state, params)      params = { variables by their names }
 *  ```
 *
 *  One optimizer trains one model: its parameters are the union of the variables that it has met. What a call leaves out
 *  rests, moments and averages included; what is new is grown into the state. So layers may be frozen and unfrozen, and
 *  the model compiled anew, and no moment is lost.
 *
 *  @shapes `params` is the tree of the Variables, nested at `/`: `{ dense_Dense1: { kernel, bias } }`, so that masks and
 *    groups by path work; `state` is that of the chain for it.
 *  @throws `TypeError` for what is no transformation, for two different chains with one name, for names that make no tree
 *    (`a` beside `a/b`); `Error` for a call none of whose variables it has met or that has two gradients for one, and
 *    while averages are in place.
 *  @laws the same numbers as `step`, bit for bit; `fit`, `fitDataset` and `trainOnBatch` leave no tensor behind; saved with
 *    `model.save({ includeOptimizer: true })` and loaded, training goes on as if it had not stopped, bit for bit.
 *  @departs tfjs' own optimizers keep moments by position: where the list of variables changes they throw, or exchange
 *    moments. `compile` does not dispose the state of an optimizer that was handed to it: `optimizer.dispose()` does.
 *  @reference tf.train.Optimizer
 *  @example
 *  ```ts no-run
 *  const chain = F.pipe(adamw({ learningRate: 1e-3 }), withMovingAverage({ decay: 0.999 }))
 *  model.compile({ optimizer: layersOptimizer(chain, { name: 'mine' }), loss: 'meanSquaredError' })
 *  ``` */
export const layersOptimizer = <F extends StateLambda>(
  chain: Transformation<F>,
  given?: LayersOptimizerOptions,
): LayersOptimizer<F> => {
  anatomyOf('layersOptimizer: the chain', chain)
  const { name } = parse(given)
  const known = rememberChain(chain, name)
  registerLayersOptimizer(serialization)
  // tfjs declares a class with protected members, which no record has; what it calls is all there.
  return optimizerRecord(chain, known) as unknown as LayersOptimizer<F>
}

const parse = options('layersOptimizer', { name: optional(text) })
