import { oneOf } from '../scalars/kinds.js'
import { withDefault } from '../scalars/options.js'
import type { StateLambda, StateOf } from '../transformation/Transformation.js'
import type { Leaves } from '../tree/Tree.js'
import type { Tensor } from '@tensorflow/tfjs-core'

/** What a bias correction counts. `step`: all steps, one count for all leaves, as optax does. `leaf`: for each leaf the
 *  steps on which it had a gradient, as PyTorch does; a state that was begun with `step` does not know them. */
export type CountBy = 'step' | 'leaf'

/** What is counted, where the type of the state depends on it. */
export interface Counts<C extends CountBy> {
  /** What the bias correction counts. Default `step`. */
  readonly count?: C
}

/** What a rule keeps beside its other slots where each leaf counts for itself. */
export interface LeafCorrections<P> {
  /** 1 − β₁ᵗ of a leaf's own steps: one number for each. */
  readonly muCorrection: Leaves<P, Tensor>
  /** 1 − β₂ᵗ of a leaf's own steps: one number for each. */
  readonly nuCorrection: Leaves<P, Tensor>
}

/** The state of a rule whose leaves count for themselves, as a function of the parameters. */
export interface ByLeaf<F extends StateLambda> extends StateLambda {
  readonly State: StateOf<F, this['Params']> & LeafCorrections<this['Params']>
}

/** The state where steps are counted, or that where each leaf counts. */
export type CountedBy<C extends CountBy, Step extends StateLambda, Leaf = ByLeaf<Step>> = C extends 'leaf' ? Leaf : Step

/** The option in a constructor's spec.
 *
 *  @internal */
export const countOption = { count: withDefault(oneOf('step', 'leaf'), 'step') }
