import { flag } from '../scalars/kinds.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { recordGiven } from '../scalars/wrongOptions.js'

/** How a step may treat its inputs. */
export interface StepOptions {
  /** Reuse the memory of the old parameters and state: they must not be used again. What was read from them stays as it
   *  was. Variables are refused.
   *
   *  @defaultValue false */
  readonly donate?: boolean
}

/** Whether a step may give away what it was handed: its options, checked.
 *
 *  @internal */
export const donates = (door: 'step' | 'flush', given: StepOptions | undefined): boolean =>
  given !== undefined &&
  // they come second, which the words for options do not know
  optionsFor<StepOptions>()(door, spec)(recordGiven(door, given, `Pass e.g. ${door}(optimizer, { donate: true }).`))
    .donate

const spec = { donate: withDefault(flag, false) }
