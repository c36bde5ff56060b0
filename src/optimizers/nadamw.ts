import { chain } from '../combinators/chain.js'
import { options, type OptionsOf } from '../scalars/options.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Chained } from '../transformation/types.js'
import type { Counting } from '../transforms/addDecayedWeights.js'
import { countOption, type CountBy, type Counts } from '../transforms/countOption.js'
import { type Adam, scaleByAdam } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { decayed, decayOptions } from './decayed.js'
import { recipe } from './recipe.js'

type Options = OptionsOf<typeof parse>

/** Adam with Nesterov's momentum and decoupled weight decay.
 *
 *    p ← p − η·(m̂ / (√(v̂ + ε_root) + ε) + w·p),   m̂ as in `nadam`
 *
 *  Shapes   state `[{ count, mu, nu }, { count }, { count }]`; more slots with `count: 'leaf'`, see `scaleByAdam`.
 *  Laws     `adamw` with `nesterov: true`.
 *  Departs  as `nadam` and `adamw` do.
 *  Source   Dozat 2016; Loshchilov & Hutter 2019, arXiv:1711.05101; optax.nadamw
 *  Example  `nadamw({ learningRate: 2e-3, weightDecay: 0.01 })` */
export function nadamw<C extends CountBy>(
  given: Options & Counts<C>,
): Transformation<Chained<readonly [Adam<C>, Counting, Counting]>>
export function nadamw(
  given: Options & Counts<'step'>,
): Transformation<Chained<readonly [Adam<'step'>, Counting, Counting]>>
export function nadamw(given: Options): Transformation<Chained<readonly [Adam<CountBy>, Counting, Counting]>> {
  const checked = parse(given)
  const { learningRate, weightDecay, mask, ...moments } = checked
  return recipe(
    'nadamw',
    checked,
    chain(
      scaleByAdam({ ...moments, nesterov: true }),
      decayed(weightDecay, mask),
      scaleByLearningRate({ learningRate }),
    ),
  )
}

const parse = options('nadamw', { ...adamOptions, ...decayOptions(1e-4), ...countOption })
