import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { expectTypeOf } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { averaged } from './averaged.js'
import { averagingWeights } from './averagingWeights.js'
import type { Scheme } from './Scheme.js'
import { debiased } from './schemes/debiased.js'
import { halfLife } from './schemes/halfLife.js'
import { powerFunction } from './schemes/powerFunction.js'
import { uniform } from './schemes/uniform.js'
import { warmup } from './schemes/warmup.js'
import { weightedBy } from './schemes/weighted.js'
import { swapped } from './swapped.js'
import { withAverage } from './withAverage.js'

// Checked by tsc alone, never run.

declare const params: { readonly w: Tensor1D }
declare const grads: { readonly w: Tensor | null }

// The state is inferred to the last field, a scheme's numbers among them.
const warmed = F.pipe(adam({ learningRate: 1e-3 }), withAverage(warmup({ decay: 0.999 })))
const state = warmed.init(params)
expectTypeOf(state.average).toEqualTypeOf<typeof params>()
expectTypeOf(state.count).toEqualTypeOf<number>()
expectTypeOf(state.inner[0].mu.w).toEqualTypeOf<Tensor1D>()
expectTypeOf(averaged(state)).toEqualTypeOf<typeof params>()
expectTypeOf(swapped({ params, state }).params).toEqualTypeOf<typeof params>()
// @ts-expect-error [ts2339] this scheme keeps no numbers
void state.total
// @ts-expect-error [ts2339] steps need no clock
void state.clock
// @ts-expect-error [ts2339] only `precision: 'compensated'` keeps a residual
void state.residual

const total = F.pipe(
  adam({ learningRate: 1e-3 }),
  withAverage(debiased({ decay: 0.9 }), { precision: 'compensated' }),
).init(params)
expectTypeOf(total.total).toEqualTypeOf<number>()
expectTypeOf(total.residual).toEqualTypeOf<typeof params>()

// A clock is told its total with each step.
const clocked = F.pipe(sgd({ learningRate: 0.1 }), withAverage(halfLife({ halfLife: 1e5, unit: 'samples' })))
const ticking = clocked.init(params)
expectTypeOf(ticking.clock).toEqualTypeOf<number>()
expectTypeOf(ticking.origin).toEqualTypeOf<number>()
step(clocked)(grads, ticking, params, { samples: 64 })
// @ts-expect-error [ts2554] the total is missing
step(clocked)(grads, ticking, params)
// @ts-expect-error [ts2353] another unit
step(clocked)(grads, ticking, params, { tokens: 64 })

// Two averages need what both need.
const both = F.pipe(
  sgd({ learningRate: 0.1 }),
  withAverage(powerFunction({ width: 0.1, unit: 'tokens' }), { name: 'Narrow' }),
  withAverage(weightedBy(), { name: 'Weighted' }),
)
step(both)(grads, both.init(params), params, { tokens: 64, weight: 2 })
// @ts-expect-error [ts2345] the weight is missing
step(both)(grads, both.init(params), params, { tokens: 64 })
expectTypeOf(both.init(params).inner.clock).toEqualTypeOf<number>()

// Options are checked.
withAverage(uniform())
withAverage(uniform(), { start: 3, every: 2, before: 'rest' })
// @ts-expect-error [ts2353] misspelt
withAverage(uniform(), { begin: 3 })
// @ts-expect-error [ts2322] copy or rest
withAverage(uniform(), { before: 'stay' })
// @ts-expect-error [ts2345] a constructor that was not called
withAverage(uniform)
// @ts-expect-error [ts2345] one of gamma and width
powerFunction({})
// @ts-expect-error [ts2345] one of gamma and width
powerFunction({ gamma: 1, width: 0.1 })
// @ts-expect-error [ts2322] no such unit
halfLife({ halfLife: 1, unit: 'minutes' })

// A scheme of one's own.
const own: Scheme<{ readonly last: number }> = {
  name: 'own',
  options: {},
  unit: 'steps',
  init: { last: 1 },
  coefficient: ({ n }, { last }) => last / n,
  next: (_, { last }) => ({ last }),
}
expectTypeOf(withAverage(own)(sgd({ learningRate: 1 })).init(params).last).toEqualTypeOf<number>()

// Weights are told what steps are.
averagingWeights(own, 10)
averagingWeights(halfLife({ halfLife: 10, unit: 'seconds' }), 10, { extra: (count) => ({ seconds: 2 * count }) })
// @ts-expect-error [ts2353] another unit
averagingWeights(halfLife({ halfLife: 10, unit: 'seconds' }), 10, { extra: (count) => ({ samples: 2 * count }) })
