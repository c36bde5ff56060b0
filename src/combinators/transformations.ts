import type { monoid } from 'fp-ts'
import { identity } from '../transformation/identity.js'
import type { Opaque, StateLambda, Transformation } from '../transformation/Transformation.js'
import { chain } from './chain.js'

/** Forgets the type of a transformation's state, so that different ones fit in one list. A state of unknown type can
 *  only be passed on.
 *
 *  @example [hide(scaleByAdam()), hide(scaleByLion())] */
export const hide = <F extends StateLambda, E>(tx: Transformation<F, E>): Transformation<Opaque, E> => tx

/** Transformations under `chain`, with their state's type hidden.
 *
 *  ```text
 *  empty = identity        concat(a, b) = chain(a, b)
 *  ```
 *
 *  @laws the monoid laws, on traces of updates: states differ in how they are nested.
 *  @example monoid.concatAll(transformations)([hide(clip({ maxDelta: 1 })), hide(adam({ learningRate: 1e-3 }))]) */
export const transformations: monoid.Monoid<Transformation<Opaque>> = {
  empty: hide(identity()),
  concat: (a, b) => hide(chain(a, b)),
}
