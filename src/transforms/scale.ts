import { finite } from '../scalars/numbers.js'
import { options, required, type OptionsOf } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'

/** Scales updates by a number.
 *
 *    u = s·g
 *
 *  Shapes   any; no state.
 *  Laws     linear; `scale(a)` then `scale(b)` is `scale(a·b)` on exact numbers.
 *  Source   optax.scale
 *  Example  `scale({ stepSize: -0.1 })` */
export const scale = (given: OptionsOf<typeof parse>) => {
  const { stepSize } = parse(given)
  return equation({ name: 'scale', options: { stepSize }, scalars: () => ({ s: stepSize }) })(
    (A) =>
      ({ update }, { s }) => ({ update: A.mul(s, update) }),
  )
}

const parse = options('scale', { stepSize: required(finite) })
