/** @internal */
import type { Host } from '../equation/Host.js'
import type { Scope } from '../equation/Scope.js'
import type { Slot } from '../equation/Slot.js'
import type { owned } from '../tree/owned.js'
import type { Skeleton } from '../tree/Skeleton.js'

/** What a state is made of. Its first value, its codec, its slots and their names are all derived from this. */
export type StateShape =
  | RecordShape
  | { readonly kind: 'tuple'; readonly parts: readonly StateShape[] }
  /** The state of a part that sees fewer leaves: `null` takes the place of the others. */
  | { readonly kind: 'hidden'; readonly scope: Scope; readonly part: StateShape }
  /** The state of a transformation that is no equation: whatever its `init` makes of tensors, numbers, records and
   *  arrays. Where its numbers are counts that files from before there were any lack, `before` is what they then
   *  are. */
  | {
      readonly kind: 'opaque'
      readonly of: string
      readonly init: (params: unknown) => unknown
      /** What gives it leaves of its own: `owned`, by reference, so that a bundle without such states holds nothing of
       *  it. */
      readonly owned: typeof owned
      /** Refuses a state of its author's that no file would keep. */
      readonly refuse?: (of: string, state: unknown) => void
      readonly before?: number
    }

/** A record of plain numbers, slots and the states of parts. */
export interface RecordShape {
  readonly kind: 'record'
  /** The name of the equation that keeps it, a combinator's for a combinator: with its place among its like, what it is
   *  known by when the chain has changed. */
  readonly of: string
  readonly host: Host
  readonly slots: Readonly<Record<string, Slot>>
  readonly parts: Readonly<Record<string, StateShape>>
  /** The public name of the slot `average`, if the record has one that is a moving average of the parameters. */
  readonly average?: string
  /** What refuses a second average of that name: `checkAverages`, by reference, so that a bundle without averages holds
   *  nothing of it. */
  readonly check?: (owner: string, shape: StateShape, skeleton?: Skeleton) => void
  /** The name of the number that is above 0 while updates have gathered that wait to go on. */
  readonly pending?: string
}

/** The shape of a state without numbers, slots or parts. */
export const stateless: RecordShape = { kind: 'record', of: 'identity', host: {}, slots: {}, parts: {} }
