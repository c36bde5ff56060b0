import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { sgd } from '../optimizers/sgd.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { step } from '../transformation/step.js'
import { scaleBySchedule } from '../transforms/scaleBySchedule.js'
import { treeNorm } from '../tensors/treeNorm.js'
import { applyIfFinite } from './applyIfFinite.js'
import { cautious } from './cautious.js'
import { chain } from './chain.js'
import { conditionallyMask } from './conditionallyMask.js'
import { conditionallyTransform } from './conditionallyTransform.js'
import { flatten } from './flatten.js'
import { injectHyperparams } from './injectHyperparams.js'
import { lookahead } from './lookahead.js'
import { measureWithEma } from './measureWithEma.js'
import { mechanize } from './mechanize.js'
import { monitor } from './monitor.js'
import { multiSteps } from './multiSteps.js'
import { sam } from './sam.js'
import { snapshot } from './snapshot.js'
import { treeMapParams } from './treeMapParams.js'

declare const params: { readonly dense: { readonly kernel: Tensor2D; readonly bias: Tensor1D }; readonly none: null }
declare const grads: {
  readonly dense: { readonly kernel: Tensor | null; readonly bias: Tensor | null }
  readonly none: null
}
const needsLoss = equation({
  name: 'polyak',
  scalars: (_host: {}, { value }: { readonly value: number }) => ({ value }),
})((A) => ({ update }, { value }) => ({ update: A.mul(value, update) }))

// multiSteps
const gathered = multiSteps({ everyKSchedule: 4 })(withMovingAverage({ decay: 0.9 })(adam({ learningRate: 1 })))
const s1 = gathered.init(params)
expectTypeOf(s1.miniStep).toEqualTypeOf<number>()
expectTypeOf(s1.acc.dense.kernel).toEqualTypeOf<Tensor2D>()
expectTypeOf(s1.inner.average.dense.bias).toEqualTypeOf<Tensor1D>()
expectTypeOf(s1.inner.inner[0].mu.dense.kernel).toEqualTypeOf<Tensor2D>()
expectTypeOf(gathered.update(grads, s1, params)[1]).toEqualTypeOf<typeof s1>()
// @ts-expect-error no such number
s1.ministep
// @ts-expect-error misspelt
multiSteps({ everyK: 4 })
multiSteps({ everyKSchedule: 4 })(needsLoss).update(
  grads,
  multiSteps({ everyKSchedule: 4 })(needsLoss).init(params),
  params,
  { value: 1 },
)
// @ts-expect-error the loss is missing
multiSteps({ everyKSchedule: 4 })(needsLoss).update(
  grads,
  multiSteps({ everyKSchedule: 4 })(needsLoss).init(params),
  params,
)
// @ts-expect-error the state of another optimizer
gathered.update(grads, adam({ learningRate: 1 }).init(params), params)

// applyIfFinite: numbers on the host, tensors on the device
const host = applyIfFinite({ maxConsecutiveErrors: 5 })(gathered)
const device = applyIfFinite({ maxConsecutiveErrors: 5, decide: 'device' })(gathered)
expectTypeOf(host.init(params).notFiniteCount).toEqualTypeOf<number>()
expectTypeOf(host.init(params).inner).toEqualTypeOf<typeof s1>()
expectTypeOf(device.init(params).notFiniteCount).toEqualTypeOf<Tensor>()
expectTypeOf(device.init(params).accepted).toEqualTypeOf<Tensor>()
// @ts-expect-error the host keeps no such number
host.init(params).accepted
// @ts-expect-error neither host nor device
applyIfFinite({ maxConsecutiveErrors: 5, decide: 'gpu' })
// @ts-expect-error required
applyIfFinite({})

// conditions: what they read is needed
const masks = conditionallyMask({ shouldTransformFn: (_count, { loss }: { readonly loss: number }) => loss < 1 })(
  sgd({ learningRate: 1 }),
)
const s2 = masks.init(params)
expectTypeOf(s2.step).toEqualTypeOf<number>()
expectTypeOf(s2.inner[1].count).toEqualTypeOf<number>()
masks.update(grads, s2, params, { loss: 1 })
// @ts-expect-error the loss is missing
masks.update(grads, s2, params)
// @ts-expect-error the loss is misspelt
masks.update(grads, s2, params, { los: 1 })
const both = conditionallyMask({ shouldTransformFn: (_count, { loss }: { readonly loss: number }) => loss < 1 })(
  needsLoss,
)
both.update(grads, both.init(params), params, { loss: 1, value: 1 })
// @ts-expect-error the inner transformation's is missing
both.update(grads, both.init(params), params, { loss: 1 })
const always = conditionallyTransform({ shouldTransformFn: (count) => count > 3 })(sgd({ learningRate: 1 }))
always.update(grads, always.init(params), params)
step(always)(grads, always.init(params), params)

// lookahead keeps the type of the parameters
const ahead = lookahead({ syncPeriod: 5, slowStepSize: 0.5 })(adam({ learningRate: 1 }))
expectTypeOf(ahead.init(params).slow).toEqualTypeOf<typeof params>()
expectTypeOf(ahead.init(params).inner[0].nu.dense.bias).toEqualTypeOf<Tensor1D>()
expectTypeOf(step(ahead)(grads, ahead.init(params), params).params).toEqualTypeOf<typeof params>()
// @ts-expect-error required
lookahead({ syncPeriod: 5 })

// one vector inside
expectTypeOf(flatten(adam({ learningRate: 1 })).init(params)[0].mu).toEqualTypeOf<Tensor1D>()
// @ts-expect-error the loss is missing
flatten(needsLoss).update(grads, flatten(needsLoss).init(params), params)

// measurements by name
const watched = chain(
  snapshot({ measureName: 'gradNorm', measure: (updates) => treeNorm(updates) }),
  monitor({
    norm: (updates) => treeNorm(updates),
    one: () => 1,
    smooth: measureWithEma({ measure: (updates) => treeNorm(updates), decay: 0.9 }),
  }),
)
const s3 = watched.init(params)
expectTypeOf(s3[0].gradNorm).toEqualTypeOf<Tensor>()
expectTypeOf(s3[1].measurements.norm).toEqualTypeOf<Tensor>()
expectTypeOf(s3[1].measurements.one).toEqualTypeOf<number>()
expectTypeOf(s3[1].measurements.smooth).toEqualTypeOf<Tensor>()
expectTypeOf(s3[1].states.smooth.count).toEqualTypeOf<number>()
// @ts-expect-error a function remembers nothing
s3[1].states.norm
// @ts-expect-error no measurement of that name
s3[1].measurements.nrm

// hyperparameters by name
const injected = injectHyperparams(adamw)({
  learningRate: (count) => 1 / (1 + count),
  b1: 0.8,
  mask: { dense: true },
  nesterov: true,
})
const s4 = injected.init(params)
expectTypeOf(s4.hyperparams).toEqualTypeOf<{ readonly learningRate: number; readonly b1: number }>()
expectTypeOf(s4.inner[0].mu.dense.kernel).toEqualTypeOf<Tensor2D>()
expectTypeOf(s4.count).toEqualTypeOf<number>()
injected.update(grads, s4, params)
// b1 may be scheduled here, though adam itself takes a number
expectTypeOf(
  injectHyperparams(adam)({ learningRate: 0.1, b1: (count) => 1 - 1 / (2 + count) }).init(params).hyperparams.b1,
).toEqualTypeOf<number>()
expectTypeOf(
  injectHyperparams(adam, { staticArgs: ['b1'] })({ learningRate: 0.1, b1: 0.8 }).init(params).hyperparams,
).toEqualTypeOf<{ readonly learningRate: number }>()
expectTypeOf(injectHyperparams(scaleBySchedule)({ stepSizeFn: () => 1 }).init(params).hyperparams).toEqualTypeOf<{}>()
expectTypeOf(injectHyperparams(sgd)({ learningRate: 1 }).init(params).hyperparams.learningRate).toEqualTypeOf<number>()
// @ts-expect-error it was not passed
s4.hyperparams.b2
// @ts-expect-error misspelt
injectHyperparams(adam)({ learningRate: 0.1, b3: 0.8 })
// @ts-expect-error missing
injectHyperparams(adam)({ b1: 0.8 })
// @ts-expect-error no such option
injectHyperparams(adam, { staticArgs: ['b3'] })
// @ts-expect-error a flag is no schedule
injectHyperparams(adam)({ learningRate: 0.1, nesterov: () => 1 })

// treeMapParams: a state of the same type
const mapped = treeMapParams(gathered, (slot) => slot)(s1)
expectTypeOf(mapped).toEqualTypeOf<typeof s1>()
// @ts-expect-error a slot becomes a tensor
treeMapParams(gathered, () => 1)

// cautious and mechanize
expectTypeOf(cautious()(adam({ learningRate: 1 })).init(params)[0].mu.dense.kernel).toEqualTypeOf<Tensor2D>()
const learned = mechanize()(cautious()(needsLoss))
expectTypeOf(learned.init(params).x0.dense.bias).toEqualTypeOf<Tensor1D>()
expectTypeOf(mechanize()(adam({ learningRate: 1 })).init(params).inner[0].count).toEqualTypeOf<number>()
learned.update(grads, learned.init(params), params, { value: 1 })
// @ts-expect-error the loss is missing
learned.update(grads, learned.init(params), params)
// @ts-expect-error misspelt
mechanize({ numBeta: 2 })

// sam: the cache is there where its steps show, and gradients are asked for where they do not.
const sharp = sam()(adam({ learningRate: 1 }), sgd({ learningRate: 0.1 }))
expectTypeOf(sharp.init(params).cache.dense.kernel).toEqualTypeOf<Tensor2D>()
expectTypeOf(sharp.init(params).optimizer[0].mu.dense.bias).toEqualTypeOf<Tensor1D>()
const opaque = sam({ opaqueMode: true })(adam({ learningRate: 1 }), sgd({ learningRate: 0.1 }))
opaque.update(grads, opaque.init(params), params, { gradFn: (at: typeof params) => at })
// @ts-expect-error the gradients are missing
opaque.update(grads, opaque.init(params), params)
// @ts-expect-error no cache
void opaque.init(params).cache
