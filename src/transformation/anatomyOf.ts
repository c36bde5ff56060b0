/** @internal */
import { shown } from '../scalars/shown.js'
import type { Anatomy } from './Transformation.js'

/** The anatomy of what should be a transformation. `what` says in the user's words where it was passed, such as
 *  `part 0 of chain`.
 *
 *  @throws `TypeError` for a constructor that was not called, and for what is no transformation. */
export const anatomyOf = (what: string, tx: unknown): Anatomy => {
  if (typeof tx === 'object' && tx !== null && 'anatomy' in tx && isAnatomy(tx.anatomy)) return tx.anatomy
  const found =
    typeof tx === 'function'
      ? tx.name === ''
        ? 'is a function: call it with what it needs, as in masked({ mask })(adam({ … }))'
        : `is a function, call it: ${tx.name}({ … })`
      : Array.isArray(tx)
        ? `must be a transformation, found ${shown(tx)}: pass its parts one by one, as in chain(...parts)`
        : `must be a transformation, found ${shown(tx)}. Pass e.g. adam({ learningRate: 1e-3 })`
  throw new TypeError(`${what} ${found}.`)
}

const isAnatomy = (anatomy: unknown): anatomy is Anatomy =>
  typeof anatomy === 'object' && anatomy !== null && 'description' in anatomy && 'shape' in anatomy && 'plan' in anatomy
