import { checkFunction } from '../scalars/checkFunction.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { options } from '../scalars/options.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { evaluation } from './evaluation.js'
import { gradSpec } from './gradSpec.js'
import type { GradOptions, Loss } from './Loss.js'

/** The gradient of a loss alone.
 *
 *  ```text
 *  grad(L)(p, …) = c · ∂L/∂p
 *  ```
 *
 *  @shapes those of `valueAndGrad`.
 *  @throws what `valueAndGrad` throws.
 *  @laws `grad(L)(p) = valueAndGrad(L)(p).grads`; the gradients are the only new tensors.
 *  @reference jax.grad
 *  @example const grads = grad(loss)(params) */
export const grad = <P, Args extends readonly unknown[]>(loss: Loss<P, Args>, given?: GradOptions) => {
  checkFunction('grad: loss', loss, '(params) => tf.sum(params.w)')
  const evaluate = evaluation(loss, { where: 'grad', ...parse(given), hasAux: false })
  return (params: P & TreeOf<P>, ...args: Args): Leaves<P, Tensor | null> => {
    const { value, grads } = evaluate(params, args)
    value.dispose()
    return grads as Leaves<P, Tensor | null> // an evaluation keeps the structure of the parameters
  }
}

const parse = options('grad', gradSpec)
