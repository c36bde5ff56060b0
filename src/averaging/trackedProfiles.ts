import type { StatePath } from '../equation/Stage.js'
import { at } from '../state/paths.js'
import type { StateShape } from '../state/StateShape.js'
import { checkState } from '../state/checkState.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { StoredProfile } from './postHocCoefficients.js'
import { ruleOf } from './ruleOf.js'

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
  return found(shape, [], state)
}

const found = (shape: StateShape, path: StatePath, state: unknown): readonly TrackedProfile[] => {
  switch (shape.kind) {
    case 'opaque':
      return []
    case 'hidden':
      return found(shape.part, path, state)
    case 'tuple':
      return shape.parts.flatMap((part, i) => found(part, [...path, i], state))
    case 'record': {
      const inside = Object.entries(shape.parts).flatMap(([key, part]) => found(part, [...path, key], state))
      const profile = ruleOf(shape)?.profile
      const record = at(state, path)
      // the numbers of its own record
      const time = profile?.timeAt(record as Readonly<Record<string, number>>) ?? 0
      return profile === undefined || shape.average === undefined || time <= 0
        ? inside
        : [...inside, { name: shape.average, time, gamma: profile.gamma, average: at(record, ['average']) }]
    }
  }
}
