import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { expectTypeOf } from 'vitest'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { averaged } from './averaged.js'
import { averages } from './averages.js'
import { swapped } from './swapped.js'
import { withMovingAverage } from './withMovingAverage.js'

// Checked by tsc alone, never run.

interface Grads {
  readonly dense: { readonly kernel: Tensor; readonly bias: Tensor | null }
}
declare const params: { readonly dense: { readonly kernel: Tensor2D; readonly bias: Tensor1D } }
type Params = typeof params
declare const grads: Grads

// The state is inferred to the last field.
const optimizer = F.pipe(
  chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 1e-3 })),
  withMovingAverage({ decay: 0.9999 }),
)
const state = optimizer.init(params)
expectTypeOf(state.count).toEqualTypeOf<number>()
expectTypeOf(state.average).toEqualTypeOf<Params>()
expectTypeOf(state.inner[1][0].mu.dense.kernel).toEqualTypeOf<Tensor2D>()
// @ts-expect-error [ts2339] no such slot
void state.inner[1][0].momentum
// @ts-expect-error [ts2339] only `precision: 'compensated'` keeps a residual
void state.residual
// @ts-expect-error [ts2339] only `debias` and `every` keep products
void state.total

// A slot or number that exists with an option only is in the type with that option only.
const compensated = F.pipe(adam({ learningRate: 1e-3 }), withMovingAverage({ precision: 'compensated' })).init(params)
expectTypeOf(compensated.residual.dense.bias).toEqualTypeOf<Tensor1D>()
const debiased = F.pipe(adam({ learningRate: 1e-3 }), withMovingAverage({ debias: true })).init(params)
expectTypeOf(debiased.total).toEqualTypeOf<number>()
const rare = F.pipe(adam({ learningRate: 1e-3 }), withMovingAverage({ every: 10, precision: 'compensated' })).init(
  params,
)
expectTypeOf(rare.block).toEqualTypeOf<number>()
expectTypeOf(rare.residual).toEqualTypeOf<Params>()

// Options are checked, and none is an option too.
withMovingAverage()
withMovingAverage({})
withMovingAverage({ decay: (count: number) => 1 - 1 / (count + 1) })
// @ts-expect-error [ts2353] misspelt
withMovingAverage({ decays: 0.5 })
// @ts-expect-error [ts2322] the API says sequential or concurrent
withMovingAverage({ order: 'before' })
// @ts-expect-error [ts2322] not text
withMovingAverage({ decay: '0.9' })

// A count handed in is an extra that each step needs.
const told = F.pipe(sgd({ learningRate: 0.1 }), withMovingAverage({ numUpdates: 'given' }))
const toldState = told.init(params)
step(told)(grads, toldState, params, { numUpdates: 3 })
// @ts-expect-error [ts2554] the number of updates is missing
step(told)(grads, toldState, params)
// @ts-expect-error [ts2353] misspelt
step(told)(grads, toldState, params, { numUpdate: 3 })
step(optimizer)(grads, state, params)

// Reading and swapping need an average in the type of the state.
expectTypeOf(averaged(state)).toEqualTypeOf<Params>()
expectTypeOf(swapped({ params, state }).params).toEqualTypeOf<Params>()
expectTypeOf(swapped({ params, state }).state.inner[1][0].count).toEqualTypeOf<number>()
const bare = adam({ learningRate: 1e-3 })
// @ts-expect-error [ts2345] no average: nothing to swap
swapped({ params, state: bare.init(params) })
// @ts-expect-error [ts2345] no average: nothing to read
averaged(bare.init(params))
// @ts-expect-error [ts2345] swap before init: there is no state yet
swapped({ params })

// The average of a masked lift may hold nothing at a leaf.
const confined = masked({ mask: true })(withMovingAverage()(sgd({ learningRate: 1 }))).init(params)
expectTypeOf(confined.average.dense.kernel).toEqualTypeOf<Tensor2D | null>()

// A lens for each average, wherever it is.
const [lens] = averages(optimizer)
if (lens !== undefined) {
  expectTypeOf(lens.get(state).dense.kernel).toEqualTypeOf<Tensor | null>()
  expectTypeOf(lens.swap({ params, state }).params).toEqualTypeOf<Params>()
}
