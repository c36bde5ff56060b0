import { empty } from '../equation/Program.js'
import { stateless } from '../state/StateShape.js'
import { assemble } from './assemble.js'
import type { Transformation } from './Transformation.js'
import type { Stateless } from './types.js'

/** Leaves updates as they are.
 *
 *  ```text
 *  u = g
 *  ```
 *
 *  @shapes any; no state.
 *  @laws the unit of `chain`.
 *  @reference optax.identity
 *  @example chain(identity(), adam({ learningRate: 1e-3 })) */
export const identity = (): Transformation<Stateless> => nothing

const nothing = assemble<Stateless>({
  description: { name: 'identity', options: {}, parts: [] },
  shape: stateless,
  plan: () => empty,
})
