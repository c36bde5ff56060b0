import { oneOf } from '../scalars/kinds.js'
import { withDefault } from '../scalars/options.js'

/** What a bias correction counts. `step`: all steps, one count for all leaves, as optax does. `leaf`: for each leaf the
 *  steps on which it had a gradient, as PyTorch does; a state that was begun with `step` does not know them. */
export type CountBy = 'step' | 'leaf'

/** What is counted, where the type of the state depends on it. */
export interface Counts<C extends CountBy> {
  /** What the bias correction counts. Default `step`. */
  readonly count?: C
}

/** The option in a constructor's spec.
 *
 *  @internal */
export const countOption = { count: withDefault(oneOf('step', 'leaf'), 'step') }
