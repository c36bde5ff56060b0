import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import * as polyak from 'polyak'
import * as core from 'polyak/core'
import * as node from 'polyak/node'
import * as fp from 'polyak/fp'
import * as interop from 'polyak/interop'
import * as laws from 'polyak/laws'
import 'polyak/cpu'
import 'polyak/gradients'
import 'polyak/wasm'
import 'polyak/webgl'

export const entries: readonly object[] = [polyak, core, node, fp, interop, laws]

/** Under `skipLibCheck` a type that a compiler cannot find is `any` without a word: so types are asked, not only read. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type IsAny<A> = 0 extends 1 & A ? true : false
const same = <A, B>(told: Same<A, B>): boolean => told

interface Net {
  readonly kernel: Tensor2D
  readonly layers: readonly { readonly bias: Tensor1D }[]
}

export const asked = (params: Net) => {
  const optimizer = polyak.withMovingAverage({ decay: 0.99 })(polyak.adamw({ learningRate: 1e-3 }))
  const state = optimizer.init(params)
  const averages = polyak.averaged(state)
  const step = polyak.step(optimizer)
  const now = step(params, state, params)
  // @ts-expect-error: misspelt
  polyak.adamw({ learningRate: 1e-3, weightdecay: 0 })
  // @ts-expect-error: gradients of another tree
  step({ kernel: params.kernel }, state, params)
  // @ts-expect-error: the state of another optimizer
  step(params, polyak.sgd({ learningRate: 1 }).init(params), params)
  return [
    same<typeof averages, Net>(true),
    same<typeof now.params, Net>(true),
    same<typeof now.state, typeof state>(true),
    same<Awaited<ReturnType<typeof interop.exportParams>>, Uint8Array<ArrayBuffer>>(true),
    same<IsAny<ReturnType<typeof laws.checkLaws>>, false>(true),
  ]
}
