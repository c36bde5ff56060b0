import type * as tf from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { chain } from '../combinators/chain.js'
import { injectHyperparams } from '../combinators/injectHyperparams.js'
import { step } from '../transformation/step.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scaleByBacktrackingLinesearch } from '../transforms/scaleByBacktrackingLinesearch.js'
import {
  adafactor,
  adam,
  adamax,
  adamw,
  adan,
  dog,
  lbfgs,
  muon,
  novograd,
  polyakSgd,
  prodigy,
  rmsprop,
  sgd,
  sm3,
  yogi,
} from './index.js'

declare const params: {
  readonly dense: { readonly kernel: tf.Tensor2D; readonly bias: tf.Tensor1D }
  readonly none: null
}
declare const grads: { readonly dense: { readonly kernel: tf.Tensor; readonly bias: tf.Tensor }; readonly none: null }
declare const loss: (p: typeof params) => tf.Scalar

// A state is inferred to its last field.
expectTypeOf(adam({ learningRate: 1 }).init(params)[0].mu.dense.kernel).toEqualTypeOf<tf.Tensor2D>()
expectTypeOf(adan({ learningRate: 1 }).init(params)[0].g.dense.bias).toEqualTypeOf<tf.Tensor1D>()
expectTypeOf(novograd({ learningRate: 1 }).init(params)[0].nu.dense.bias).toEqualTypeOf<tf.Tensor>()
expectTypeOf(sm3({ learningRate: 1 }).init(params)[0].mu).items.toHaveProperty('dense')
// @ts-expect-error a slot that is misspelt
void adam({ learningRate: 1 }).init(params)[0].my

// A slot that exists only with an option is in the type only with it.
expectTypeOf(sgd({ learningRate: 1, momentum: 0.9 }).init(params)[0].trace.dense.bias).toEqualTypeOf<tf.Tensor1D>()
expectTypeOf(rmsprop({ learningRate: 1, momentum: 0.9 }).init(params)[2].trace.dense.bias).toEqualTypeOf<tf.Tensor1D>()
expectTypeOf(rmsprop({ learningRate: 1, centered: true }).init(params)[0].mu.dense.bias).toEqualTypeOf<tf.Tensor1D>()
// @ts-expect-error without `centered` there is no first moment
void rmsprop({ learningRate: 1 }).init(params)[0].mu.dense
expectTypeOf(
  adam({ learningRate: 1, count: 'leaf' }).init(params)[0].muCorrection.dense.bias,
).toEqualTypeOf<tf.Tensor>()
expectTypeOf(
  yogi({ learningRate: 1, count: 'leaf' }).init(params)[0].nuCorrection.dense.bias,
).toEqualTypeOf<tf.Tensor>()
// @ts-expect-error all leaves have one count
void adam({ learningRate: 1 }).init(params)[0].muCorrection
// @ts-expect-error the same, said aloud
void adamw({ learningRate: 1, count: 'step' }).init(params)[0].muCorrection
// @ts-expect-error the largest gradient needs no correction
void adamax({ learningRate: 1, count: 'leaf' }).init(params)[0].nuCorrection
// @ts-expect-error no such count
adam({ learningRate: 1, count: 'tree' })
expectTypeOf(
  injectHyperparams(adam)({ learningRate: 1 }).init(params).inner[0].mu.dense.bias,
).toEqualTypeOf<tf.Tensor1D>()
expectTypeOf(adafactor({ momentum: 0.9 }).init(params)[4].ema.dense.kernel).toEqualTypeOf<tf.Tensor2D>()
expectTypeOf(adafactor().init(params)[0].vRow.dense.kernel).toEqualTypeOf<tf.Tensor | null>()
// @ts-expect-error without momentum there is no average
void adafactor().init(params)[4].ema.dense

// Options are known by name.
// @ts-expect-error a learning rate is required
adam({})
// @ts-expect-error no such option
adam({ learningRate: 1, beta1: 0.9 })
// @ts-expect-error no such option
rmsprop({ learningRate: 1, beta: 0.9 })
// @ts-expect-error a number is no mode
adan({ learningRate: 1, lookAhead: 1 })

// What a chain needs beside gradients is in its type.
const polyak = chain(clipByGlobalNorm({ maxNorm: 1 }), polyakSgd())
step(polyak)(grads, polyak.init(params), params, { value: 1 })
// @ts-expect-error the loss is missing
step(polyak)(grads, polyak.init(params), params)
// @ts-expect-error the loss is misspelt
step(polyak)(grads, polyak.init(params), params, { values: 1 })

const newton = lbfgs()
const after = step(newton)(grads, newton.init(params), params, { value: 1, grad: grads, valueFn: loss })
expectTypeOf(after.state[2].info.curvatureError).toEqualTypeOf<number>()
expectTypeOf(after.state[2].grad.dense.kernel).toEqualTypeOf<tf.Tensor | null>()
// @ts-expect-error a line search asks for the loss
step(newton)(grads, newton.init(params), params, { value: 1, grad: grads })
const bare = lbfgs({ linesearch: 'none' })
step(bare)(grads, bare.init(params), params)
const own = lbfgs({ linesearch: scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 5 }) })
expectTypeOf(own.init(params)[2].info.decreaseError).toEqualTypeOf<number>()
// @ts-expect-error here too
step(own)(grads, own.init(params), params)

// Matrices and the rest, each with its state; others' leaves are hidden.
expectTypeOf(muon({ learningRate: 1 }).init(params).muon[0].count).toEqualTypeOf<number>()
expectTypeOf(muon({ learningRate: 1 }).init(params).adam[0].mu.dense.bias).toEqualTypeOf<tf.Tensor1D | null>()
// @ts-expect-error no such scaling
muon({ learningRate: 1, scaling: 'moonlit' })
// @ts-expect-error a pair of decays
prodigy({ betas: [0.9] })
expectTypeOf(prodigy().init(params).estimLr).toEqualTypeOf<tf.Tensor>()
expectTypeOf(dog().init(params)[1].initParams.dense.kernel).toEqualTypeOf<tf.Tensor2D>()
