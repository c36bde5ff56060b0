import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { byPath } from './byPath.js'
import { byPattern } from './byPattern.js'
import { freeze } from './freeze.js'
import { partition } from './partition.js'
import { selectiveTransform } from './selectiveTransform.js'

declare const params: {
  readonly embed: { readonly table: Tensor2D }
  readonly dense: { readonly kernel: Tensor2D; readonly bias: Tensor1D }
}
const transforms = { slow: sgd({ learningRate: 0.1, momentum: 0.9 }), fast: adam({ learningRate: 0.1 }) }

// states by label, hidden leaves may be null
const groups = partition({ transforms, paramLabels: { embed: 'slow', dense: 'fast' } })
const state = groups.init(params)
expectTypeOf(state.slow[0].trace.embed.table).toEqualTypeOf<Tensor2D | null>()
expectTypeOf(state.fast[0].mu.dense.bias).toEqualTypeOf<Tensor1D | null>()
expectTypeOf(state.fast[0].count).toEqualTypeOf<number>()
// @ts-expect-error there is no group of that name
state.middle
// @ts-expect-error no slot of that name
state.fast[0].trace

partition({ transforms, paramLabels: byPattern({ slow: 'embed/**' }, 'fast') })
partition({ transforms, paramLabels: byPath((path) => (path.startsWith('embed') ? 'slow' : 'fast')) })
// @ts-expect-error a misspelt label in a tree
partition({ transforms, paramLabels: { embed: 'slwo', dense: 'fast' } })
// @ts-expect-error a misspelt label among patterns
partition({ transforms, paramLabels: byPattern({ slwo: 'embed/**' }, 'fast') })
// @ts-expect-error a misspelt label for the rest
partition({ transforms, paramLabels: byPattern({ slow: 'embed/**' }, 'fats') })
// @ts-expect-error a misspelt label of a function
partition({ transforms, paramLabels: byPath((path) => (path.startsWith('embed') ? 'slwo' : 'fast')) })

// what one group needs, all need
const needsLoss = equation({
  name: 'polyak',
  scalars: (_host: {}, { value }: { readonly value: number }) => ({ value }),
})((A) => ({ update }, { value }) => ({ update: A.mul(value, update) }))
const both = partition({
  transforms: { a: needsLoss, b: adam({ learningRate: 1 }) },
  paramLabels: { embed: 'a', dense: 'b' },
})
const grads = params
both.update(grads, both.init(params), params, { value: 1 })
// @ts-expect-error the loss is missing
both.update(grads, both.init(params), params)
// @ts-expect-error the loss is misspelt
both.update(grads, both.init(params), params, { vlaue: 1 })
groups.update(grads, state, params)

const some = selectiveTransform({ freezeMask: { embed: true, dense: false } })(adam({ learningRate: 1 }))
expectTypeOf(some.init(params)[0].nu.embed.table).toEqualTypeOf<Tensor2D | null>()
expectTypeOf(some.update(grads, some.init(params), params)[0].dense.bias).toEqualTypeOf<Tensor | null>()
// @ts-expect-error a mask is made of booleans
selectiveTransform({ freezeMask: { embed: 1 } })
// @ts-expect-error options are misspelt
freeze({ masks: true })
expectTypeOf(freeze({ mask: true }).init(params)).toExtend<object>()
declare const scalar: { readonly x: Scalar }
expectTypeOf(
  partition({ transforms: { all: adam({ learningRate: 1 }) }, paramLabels: 'all' }).init(scalar).all[0].mu.x,
).toEqualTypeOf<Scalar | null>()
