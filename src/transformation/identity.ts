import { empty } from '../equation/Program.js'
import { stateless } from '../state/StateShape.js'
import { assemble } from './assemble.js'
import type { Transformation } from './Transformation.js'
import type { Stateless } from './types.js'

/** Leaves updates as they are.
 *
 *    u = g
 *
 *  Shapes   any; no state.
 *  Laws     the unit of `chain`.
 *  Source   optax.identity
 *  Example  `chain(identity(), adam({ learningRate: 1e-3 }))` */
export const identity = (): Transformation<Stateless> => nothing

const nothing = assemble<Stateless>({
  description: { name: 'identity', options: {}, parts: [] },
  shape: stateless,
  plan: () => empty,
})
