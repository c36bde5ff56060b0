import { anatomyOf } from '../transformation/anatomyOf.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { at, put } from '../state/paths.js'
import { slotsOf } from '../state/slots.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { averageNames } from './averageNames.js'
import { exchanged } from './swapped.js'

/** One average, wherever it lies in the state of an optimizer: a lens on it, and its swap. */
export interface AverageLens<F extends StateLambda> {
  readonly name: string
  /** The path of its record in the state, such as `inner.1`. */
  readonly path: string
  readonly get: <P extends Tree>(state: StateOf<F, P>) => Leaves<P, Tensor | null>
  readonly set: <P extends Tree>(average: Leaves<P, Tensor | null>) => (state: StateOf<F, P>) => StateOf<F, P>
  readonly swap: <P extends Tree>(now: {
    readonly params: P
    readonly state: StateOf<F, P>
  }) => { readonly params: P; readonly state: StateOf<F, P> }
}

/** A lens for each average anywhere in an optimizer's state, outermost last.
 *
 *  @laws get(set(a)(s)) = a;  set(get(s))(s) = s;  set(b)(set(a)(s)) = set(b)(s);  swap ∘ swap = identity; each
 *    reads its own alone.
 *  @example averages(optimizer).find(({ name }) => name === 'Slow')?.get(state) */
export const averages = <F extends StateLambda, E>(tx: Transformation<F, E>): readonly AverageLens<F>[] =>
  slotsOf(anatomyOf('averages: the optimizer', tx).shape).flatMap(({ at: path, name: slot, average: name }) => {
    if (name === undefined) return []
    const place = [...path, slot]
    const lens = {
      name,
      path: path.join('.'),
      get: (state: unknown) => at(state, place),
      set: (average: unknown) => (state: unknown) => put(state, place, average),
      swap: (now: { readonly params: unknown; readonly state: unknown }) => {
        const [params, average] = exchanged(now.params, at(now.state, place))
        return { params, state: put(now.state, place, average) }
      },
    }
    return [lens as unknown as AverageLens<F>] // the place is the shape's own, so what lies there is what the type says
  })

/** The names of an optimizer's averages.
 *
 *  @example namesOfAverages(optimizer) // is `['ExponentialMovingAverage']` */
export const namesOfAverages = (tx: AnyTransformation): readonly string[] =>
  averageNames(anatomyOf('namesOfAverages: the optimizer', tx).shape)
