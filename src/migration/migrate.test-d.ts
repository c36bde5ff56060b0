import type * as tf from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { adam } from '../optimizers/adam.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { migrate } from './migrate.js'
import { planMigration } from './planMigration.js'
import type { StatePlan } from './StatePlan.js'

declare const params: { readonly dense: { readonly kernel: tf.Tensor2D; readonly bias: tf.Tensor1D } }
declare const wider: { readonly dense: { readonly kernel: tf.Tensor2D }; readonly head: readonly [tf.Tensor1D] }

const from = adam({ learningRate: 0.1 })
const to = withMovingAverage({ decay: 0.9 })(chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 })))
const state = from.init(params)

const next = migrate(from, to, { accept: ['started'] })({ params, state }, params)
expectTypeOf(next).toEqualTypeOf(to.init(params))
expectTypeOf(next.inner[1][0].mu.dense.kernel).toEqualTypeOf<tf.Tensor2D>()
expectTypeOf(next.average.dense.bias).toEqualTypeOf<tf.Tensor1D>()
expectTypeOf(next.count).toEqualTypeOf<number>()

const grown = migrate(from, from, { accept: (line) => line.kind === 'started' && line.at === 'zeros' })(
  { params, state },
  wider,
)
expectTypeOf(grown[0].mu.head[0]).toEqualTypeOf<tf.Tensor1D>()

expectTypeOf(planMigration(from, to)({ params, state }, params)).toEqualTypeOf<StatePlan>()

// @ts-expect-error a state of other parameters
migrate(from, to)({ params: wider, state }, params)
// @ts-expect-error a state of another chain
migrate(to, from)({ params, state }, params)
// @ts-expect-error what is ambiguous can only be resolved
migrate(from, to, { accept: ['ambiguous'] })
// @ts-expect-error no kind
migrate(from, to, { accept: ['start'] })
// @ts-expect-error no tree of tensors
migrate(from, to)({ params, state }, { w: 1 })
// @ts-expect-error plans accept nothing
planMigration(from, to, { accept: ['started'] })
