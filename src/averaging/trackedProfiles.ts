import { at } from '../state/paths.js'
import { checkState } from '../state/checkState.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import { averageRecords } from './averageRecords.js'
import type { StoredProfile } from './postHocCoefficients.js'

/** A power-function average of a state. */
export interface TrackedProfile extends StoredProfile {
  /** The average's name. */
  readonly name: string
  /** The average: the state's own tensors. */
  readonly average: unknown
}

/** The power-function averages of a state, with the times and powers by which they can be stored and combined.
 *
 *  ```text
 *  time: the steps, samples, tokens or seconds since the average's start
 *  ```
 *
 *  @laws changes nothing; the tensors are the state's own, borrowed. An average that has not begun is left out.
 *  @example trackedProfiles(optimizer, now.state).map(({ name, time, gamma }) => [name, time, gamma]) */
export const trackedProfiles = <F extends StateLambda, E, P>(
  tx: Transformation<F, E>,
  state: StateOf<F, P>,
): readonly TrackedProfile[] => {
  const { shape } = anatomyOf('trackedProfiles: the optimizer', tx)
  checkState(shape, state)
  return averageRecords(shape).flatMap(({ name, at: path, rule }) => {
    const profile = rule?.profile
    if (profile === undefined) return []
    const record = at(state, path)
    const time = profile.timeAt(record as Readonly<Record<string, number>>) // the numbers of its own record
    return time > 0 ? [{ name, time, gamma: profile.gamma, average: at(record, ['average']) }] : []
  })
}
