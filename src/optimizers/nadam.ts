import { chain } from '../combinators/chain.js'
import { options, type OptionsOf } from '../scalars/options.js'
import { scaleByAdam } from '../transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../transforms/scaleByLearningRate.js'
import { adamOptions } from './adamOptions.js'
import { recipe } from './recipe.js'

/** Adam with Nesterov's momentum.
 *
 *    p ← p − η·m̂ / (√(v̂ + ε_root) + ε),   m̂ = β₁·mₜ/(1−β₁ᵗ⁺¹) + (1−β₁)·gₜ/(1−β₁ᵗ)
 *
 *  Shapes   state `[{ count, mu, nu }, { count }]`.
 *  Laws     `adam` with `nesterov: true`.
 *  Departs  v̂ keeps no factor β₂, as in optax; Dozat's note has one.
 *  Source   Dozat 2016; optax.nadam
 *  Example  `nadam({ learningRate: 2e-3 })` */
export const nadam = (given: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { learningRate, ...moments } = checked
  return recipe(
    'nadam',
    checked,
    chain(scaleByAdam({ ...moments, nesterov: true }), scaleByLearningRate({ learningRate })),
  )
}

const parse = options('nadam', adamOptions)
