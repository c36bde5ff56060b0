import { equation } from '../transformation/equation.js'

/** Replaces every update by zero: parameters stay as they are, the same tensors.
 *
 *    u = 0
 *
 *  Shapes   any; no state.
 *  Laws     idempotent; `chain(t, setToZero())` is `setToZero` for any stateless t.
 *  Source   optax.set_to_zero
 *  Example  `partition({ transforms: { train: adam({ learningRate: 1e-3 }), freeze: setToZero() }, paramLabels: byPattern({ freeze: 'embed/**' }, 'train') })` */
export const setToZero = () => zero

const zero = equation({ name: 'setToZero' })((A) => () => ({ update: A.lit(0) }))
