import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { averaged } from './averaged.js'
import { sampleSwag } from './sampleSwag.js'
import { scheduleFree } from './scheduleFree.js'
import { scheduleFreeEvalParams } from './scheduleFreeEvalParams.js'
import { debiased } from './schemes/debiased.js'
import { exponential } from './schemes/exponential.js'
import { halfLife } from './schemes/halfLife.js'
import { uniform } from './schemes/uniform.js'
import { treeAverage } from './treeAverage.js'
import { withBema } from './withBema.js'
import { withBestAverage } from './withBestAverage.js'
import { withCombinedAverage } from './withCombinedAverage.js'
import { withDoubleAverage } from './withDoubleAverage.js'
import { withFeedback } from './withFeedback.js'
import { withSwag } from './withSwag.js'
import { withWindowAverage } from './withWindowAverage.js'

// Checked by tsc alone, never run.

declare const params: { readonly w: Tensor1D }
declare const grads: { readonly w: Tensor | null }
type Params = typeof params
const inner = adam({ learningRate: 1e-3 })

// Each state has its own slots and numbers, and the inner one as it was.
const double = withDoubleAverage(debiased({ decay: 0.9 }))(inner).init(params)
expectTypeOf(double.first).toEqualTypeOf<Params>()
expectTypeOf(double.total).toEqualTypeOf<number>()
expectTypeOf(double.inner[0].mu.w).toEqualTypeOf<Tensor1D>()
expectTypeOf(averaged(withBema()(inner).init(params))).toEqualTypeOf<Params>()
expectTypeOf(withBema()(inner).init(params).initial).toEqualTypeOf<Params>()

// Combined averages are named, and only what is named has a coefficient.
const combined = withCombinedAverage({ of: { fast: uniform(), slow: uniform() }, coefficients: { fast: 2, slow: -1 } })
expectTypeOf(combined(inner).init(params).slow).toEqualTypeOf<Params>()
// @ts-expect-error [ts2339] no such average
void combined(inner).init(params).middle
// @ts-expect-error [ts2741] a coefficient is missing
withCombinedAverage({ of: { fast: uniform(), slow: uniform() }, coefficients: { fast: 1 } })
// @ts-expect-error [ts2322] a scheme that keeps numbers of its own
withCombinedAverage({ of: { a: debiased({ decay: 0.9 }) }, coefficients: { a: 1 } })

// A metric may be handed in, and only a number.
const best = withBestAverage({ best: 2 })(inner)
step(best)(grads, best.init(params), params)
step(best)(grads, best.init(params), params, { metric: 0.5 })
// @ts-expect-error [ts2345] not text
step(best)(grads, best.init(params), params, { metric: '0.5' })

// Feedback by a clock needs its total.
const fed = withFeedback(halfLife({ halfLife: 100, unit: 'samples' }), { period: 10 })(inner)
step(fed)(grads, fed.init(params), params, { samples: 32 })
// @ts-expect-error the total is missing
step(fed)(grads, fed.init(params), params)
// @ts-expect-error [ts2345] the period is missing
withFeedback(uniform(), {})

// Samples are parameters.
expectTypeOf(sampleSwag(withSwag()(inner).init(params), { key: 1 })).toEqualTypeOf<Params>()
// @ts-expect-error [ts2345] not the state of withSwag
sampleSwag(withWindowAverage({ window: 2 })(inner).init(params), { key: 1 })

// What one evaluates with, of schedule-free, is like the parameters.
const free = scheduleFree({ learningRate: 0.1 })(sgd({ learningRate: 0.1 }))
expectTypeOf(scheduleFreeEvalParams(free.init(params), params)).toEqualTypeOf<Params>()
// @ts-expect-error [ts2345] not a state of scheduleFree
scheduleFreeEvalParams(inner.init(params), params)

// Of any tree.
const losses = treeAverage(exponential({ decay: 0.9 }))
expectTypeOf(losses.update(losses.init(params), params).average).toEqualTypeOf<Params>()
const told = treeAverage(halfLife({ halfLife: 10, unit: 'seconds' }))
told.update(told.init(params), params, { seconds: 1 })
// @ts-expect-error [ts2554] the total is missing
told.update(told.init(params), params)
