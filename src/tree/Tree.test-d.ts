import type { NamedTensorMap, Rank, Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { mapTree } from './mapTree.js'
import { pathsOf } from './pathsOf.js'
import type { Hidden, Leaves, Tree, TreeOf } from './Tree.js'
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

// Interfaces, Variables, tuples and maps of tensors are trees as they are.
interface Net {
  readonly w: Tensor2D
  readonly layers: readonly [first: { readonly b: Variable<Rank.R1> }, rest: null]
}
declare const net: Net
declare const named: NamedTensorMap
pathsOf(net)
pathsOf({ ...net })
pathsOf(named)
expectTypeOf(mapTree((leaf) => leaf)(net).layers[0].b).toEqualTypeOf<Tensor>()
expectTypeOf(mapTree((leaf) => leaf)(named)['w']).toEqualTypeOf<Tensor | undefined>()
const same = <P>(tree: P & TreeOf<P>): P => tree
expectTypeOf(same(net)).toEqualTypeOf<Net>()
expectTypeOf(same(null as Tree)).toEqualTypeOf<Tree>()
// A tree of which only the constraint is known.
const generic = <P>(tree: P & TreeOf<P>): Leaves<P, Tensor> => mapTree((leaf) => leaf)<P>(tree)
generic(net)
// @ts-expect-error no tree
pathsOf({ w: 1 })
// @ts-expect-error no tree
pathsOf({ w: undefined })
// @ts-expect-error a number is no tensor
same({ w: 1 })
// @ts-expect-error a function is no tree
same({ w: () => net.w })
