import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { mapTree } from './mapTree.js'
import { pathsOf } from './pathsOf.js'
import type { Hidden, Leaves, Tree } from './Tree.js'
import { zipTree } from './zipTree.js'

declare const params: { dense: { kernel: Tensor2D; bias: Tensor1D }; list: [Scalar, null]; frozen: null }

// Every leaf is replaced, and nothing else.
expectTypeOf<Leaves<typeof params, Tensor | null>>().toEqualTypeOf<{
  readonly dense: { readonly kernel: Tensor | null; readonly bias: Tensor | null }
  readonly list: readonly [Tensor | null, null]
  readonly frozen: null
}>()
expectTypeOf<Hidden<typeof params>>().toEqualTypeOf<{
  readonly dense: { readonly kernel: Tensor2D | null; readonly bias: Tensor1D | null }
  readonly list: readonly [Scalar | null, null]
  readonly frozen: null
}>()
expectTypeOf<Leaves<Tensor2D, number>>().toEqualTypeOf<number>()
expectTypeOf<Hidden<Tree>>().toEqualTypeOf<Tree>()

expectTypeOf(mapTree((leaf) => leaf)(params).dense.kernel).toEqualTypeOf<Tensor>()
zipTree((a) => a)(params, {
  dense: { kernel: null, bias: params.dense.bias },
  list: [params.list[0], null],
  frozen: null,
})
// @ts-expect-error a key is missing
zipTree((a) => a)(params, { dense: { kernel: null, bias: null }, list: [null, null] })
// @ts-expect-error nothing is here in the parameters
zipTree((a) => a)(params, { dense: { kernel: null, bias: null }, list: [null, null], frozen: params.list[0] })
// @ts-expect-error there is no such leaf
void mapTree((leaf) => leaf)(params).dense.kernal

// Types of trees are written with `type`: an interface has no index signature.
interface Net {
  readonly w: Tensor
}
declare const net: Net
// @ts-expect-error see the comment at `Tree`
pathsOf(net)
pathsOf({ ...net })
// @ts-expect-error no tree
pathsOf({ w: 1 })
// @ts-expect-error no tree
pathsOf({ w: undefined })
