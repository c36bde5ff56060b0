import { equation } from '../transformation/equation.js'
import type { Transformation } from '../transformation/Transformation.js'
import type { Stateless } from '../transformation/types.js'

/** Replaces every update by zero: parameters stay as they are, the same tensors.
 *
 *  ```text
 *  u = 0
 *  ```
 *
 *  @shapes any; no state.
 *  @laws idempotent; `chain(t, setToZero())` is `setToZero` for any stateless t.
 *  @reference optax.set_to_zero
 *  @example partition({ transforms: { train: adam({ learningRate: 1e-3 }), freeze: setToZero() }, paramLabels: byPattern({ freeze: 'embed/**' }, 'train') }) */
export const setToZero = (): Transformation<Stateless> => zero

const zero = equation({ name: 'setToZero' })((A) => () => ({ update: A.lit(0) }))
