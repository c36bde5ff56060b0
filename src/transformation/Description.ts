import type { Scope } from '../equation/Scope.js'

/** What a transformation is, as data: for printing, for errors, and to compare a checkpoint with an optimizer. */
export interface Description {
  readonly name: string
  /** The options in effect, defaults included; schedules and functions as data. */
  readonly options: Readonly<Record<string, unknown>>
  readonly parts: readonly Description[]
  /** The leaves that the parts see, where a mask hides some. */
  readonly scope?: Scope
}
