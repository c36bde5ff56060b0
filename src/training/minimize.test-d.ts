import * as tf from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { zeros } from '../equation/Slot.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { counting } from '../transformation/equation.js'
import { grad } from './grad.js'
import { minimize } from './minimize.js'
import { valueAndGrad } from './valueAndGrad.js'

interface Params {
  readonly [layer: string]: { readonly kernel: tf.Tensor2D; readonly none: null } | tf.Tensor
  readonly dense: { readonly kernel: tf.Tensor2D; readonly none: null }
  readonly bias: tf.Tensor
}
declare const params: Params
declare const batch: { readonly x: tf.Tensor2D; readonly y: tf.Tensor1D }
const loss = (p: Params, { x }: typeof batch): tf.Scalar => tf.mean(tf.add(tf.matMul(x, p.dense.kernel), p.bias))

const { value, grads } = valueAndGrad(loss)(params, batch)
expectTypeOf(value).toEqualTypeOf<tf.Scalar>()
expectTypeOf(grads.dense.kernel).toEqualTypeOf<tf.Tensor | null>()
expectTypeOf(grads.dense.none).toEqualTypeOf<null>()
expectTypeOf(grad(loss)(params, batch).bias).toEqualTypeOf<tf.Tensor | null>()

const { aux } = valueAndGrad((p: Params, scale: number) => [tf.mean(p.bias), { scale, logits: p.bias }], {
  hasAux: true,
})(params, 2)
expectTypeOf(aux).toEqualTypeOf<{ scale: number; logits: tf.Tensor }>()

// @ts-expect-error the batch is missing
valueAndGrad(loss)(params)
// @ts-expect-error the parameters are others
valueAndGrad(loss)({ dense: 1 }, batch)
// @ts-expect-error a loss with aux needs hasAux
valueAndGrad((p: Params) => [tf.mean(p.bias), 1] as const)
// @ts-expect-error no number has a gradient
valueAndGrad((_p: Params) => 3)
// @ts-expect-error no such option
valueAndGrad(loss, { maks: true })

const momentum = equation({ name: 'momentum', slots: { mu: zeros }, host: counting })((A) => ({ update, mu }) => ({
  update,
  mu: A.add(mu, update),
}))
const state = momentum.init(params)
const next = minimize(momentum, loss)({ params, state }, batch)
expectTypeOf(next.params).toEqualTypeOf<Params>()
expectTypeOf(next.state.mu.dense.kernel).toEqualTypeOf<tf.Tensor2D>()
expectTypeOf(next.state.count).toEqualTypeOf<number>()
expectTypeOf(next.value).toEqualTypeOf<tf.Scalar>()
minimize(momentum, loss)(next, batch)
// @ts-expect-error there is no aux
void next.aux
// @ts-expect-error the state has no such slot
void next.state.nu
// @ts-expect-error the state is missing
minimize(momentum, loss)({ params }, batch)

const withAux = minimize(momentum, (p: Params) => [tf.mean(p.bias), { logits: p.bias }], { hasAux: true })({
  params,
  state,
})
expectTypeOf(withAux.aux.logits).toEqualTypeOf<tf.Tensor>()

const rated = equation({ name: 'rated', scalars: (_host: {}, { rate }: { readonly rate: number }) => ({ r: rate }) })(
  (A) =>
    ({ update }, { r }) => ({ update: A.mul(r, update) }),
)
minimize(rated, loss, { extra: () => ({ rate: 1 }) })
minimize(rated, loss, {
  extra: (evaluated, b) => {
    expectTypeOf(evaluated.grads.bias).toEqualTypeOf<tf.Tensor | null>()
    expectTypeOf(b).toEqualTypeOf<typeof batch>()
    return { rate: 1 }
  },
})
// @ts-expect-error the optimizer needs a rate
minimize(rated, loss)
// @ts-expect-error the optimizer needs a rate
minimize(rated, loss, { donate: true })
// @ts-expect-error it is called rate
minimize(rated, loss, { extra: () => ({ rat: 1 }) })
