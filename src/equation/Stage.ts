/** @internal */
import type { Ambient } from './Ambient.js'
import type { Equation } from './Equation.js'
import type { Scope } from './Scope.js'

/** Where a record lies in a state. */
export type StatePath = readonly (string | number)[]

/** A record of the state, further up, that the functions of a segment find around them. */
export interface Surrounding {
  readonly ambient: Ambient
  readonly at: StatePath
}

/** An equation at its place: which record of the state is its own, and which leaves it sees. */
export interface Stage {
  readonly kind: 'stage'
  readonly equation: Equation
  readonly at: StatePath
  readonly scope: Scope
  readonly surroundings?: readonly Surrounding[]
}
