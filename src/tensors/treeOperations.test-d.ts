import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { periodicUpdate } from './periodicUpdate.js'
import { treeAdd } from './treeAdd.js'
import { treeGet } from '../tree/treeGet.js'
import { treeNorm } from './treeNorm.js'
import { treeScale } from './treeScale.js'
import { treeSet } from '../tree/treeSet.js'

declare const params: {
  readonly dense: { readonly kernel: Tensor2D; readonly bias: Tensor1D | null }
  readonly none: null
}
declare const other: { readonly dense: { readonly kernel: Tensor2D } }

expectTypeOf(treeAdd(params, params).dense.kernel).toEqualTypeOf<Tensor | null>()
expectTypeOf(treeScale(2, params).none).toEqualTypeOf<null>()
expectTypeOf(treeNorm(params)).toEqualTypeOf<Tensor>()
expectTypeOf(periodicUpdate(params, params, 1, 2)).toEqualTypeOf<typeof params>()
// @ts-expect-error another structure
treeAdd(params, other)

declare const state: readonly [
  { readonly count: number; readonly mu: typeof params },
  { readonly hyperparams: { readonly learningRate: number }; readonly x: Scalar },
]
expectTypeOf(treeGet(state, [0, 'mu', 'dense', 'kernel'])).toEqualTypeOf<Tensor2D>()
expectTypeOf(treeGet(state, [1, 'hyperparams', 'learningRate'])).toEqualTypeOf<number>()
// @ts-expect-error there is nothing of that name
treeGet(state, [1, 'hyperparams', 'rate'])
expectTypeOf(treeSet(state, [1, 'hyperparams', 'learningRate'], 0.1)).toEqualTypeOf<typeof state>()
// @ts-expect-error a number is needed
treeSet(state, [1, 'hyperparams', 'learningRate'], '0.1')
// @ts-expect-error there is nothing of that name
treeSet(state, [1, 'hyperparams', 'rate'], 0.1)
