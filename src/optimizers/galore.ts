import { chain } from '../combinators/chain.js'
import { positiveCount } from '../scalars/Count.js'
import { anything, numberOrSchedule } from '../scalars/kinds.js'
import { learningRate as rate } from '../scalars/LearningRate.js'
import { finite } from '../scalars/numbers.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import type { AnyTransformation, StateLambda, Transformation } from '../transformation/Transformation.js'
import type { MatrixDimensionsLike } from '../transforms/matrixAxes.js'
import { scaleByGalore, type ScaleByGaloreOptions, type ScaleByGaloreState } from '../transforms/scaleByGalore.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { decayed, decayOptions } from './decayed.js'
import type { RatedOptions, WeightDecayOptions } from './ratedOptions.js'
import { recipe } from './recipe.js'
import type { CountState } from '../transformation/types.js'

/** Options of `galore`. */
export interface GaloreOptions extends RatedOptions, WeightDecayOptions, ScaleByGaloreOptions {}

/** The state of `galore`. */
export type GaloreState<P> = readonly [direction: ScaleByGaloreState<P>, decay: CountState, rate: CountState]

/** `GaloreState` as a function of the parameters. */
export interface Galore extends StateLambda {
  readonly State: GaloreState<this['Params']>
}

/** GaLore: Adam on gradients of low rank, with moments of that size.
 *
 *  ```text
 *  p ← p − η·(scale·P·adam(Pᵀg) + w·p)        (see `scaleByGalore`)
 *  ```
 *
 *  @shapes state `[{ count, projector, base }, { count }, { count }]`.
 *  @departs as `scaleByGalore` does.
 *  @reference Zhao et al. 2024, arXiv:2403.03507; optax.contrib.galore
 *  @example galore({ learningRate: 1e-2, rank: 64, scale: 0.25 }) */
export const galore = (given: GaloreOptions): Transformation<Galore> => galoreBy(scaleByGalore)(given)

/** The same with another direction.
 *
 *  @internal */
export const galoreBy =
  (directionOf: typeof scaleByGalore) =>
  (given: GaloreOptions): Transformation<Galore> => {
    const { learningRate, weightDecay, mask, baseOptimizer, weightDimensionNumbers, ...rule } = parse(given)
    const direction = directionOf({
      ...rule,
      ...(baseOptimizer === undefined ? {} : { baseOptimizer }),
      ...(weightDimensionNumbers === undefined ? {} : { weightDimensionNumbers }),
    })
    return recipe(
      'galore',
      { learningRate, ...rule, weightDecay, weightDimensionNumbers },
      chain(direction, decayed(weightDecay, mask), scaleByLearningRate({ learningRate })),
    )
  }

const parse = options('galore', {
  learningRate: required(numberOrSchedule(rate)),
  rank: withDefault(positiveCount, 128),
  updateProjGap: withDefault(positiveCount, 200),
  scale: withDefault(finite, 1),
  baseOptimizer: optional(anything<AnyTransformation>('a transformation', 'scaleByAdam()')),
  weightDimensionNumbers: optional(
    anything<MatrixDimensionsLike>(
      'a tree of { reductionAxis, outputAxis } or null, or a function of the parameters to one',
      '{ kernel: { reductionAxis: 0, outputAxis: 1 }, bias: null }',
    ),
  ),
  ...decayOptions(0),
})
