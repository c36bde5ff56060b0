/** @internal */

/** The numbers of a tensor of a foreign state, in the order of the leaf that it goes with; not read before they are
 *  asked for. */
export interface StateSource {
  /** Its name for messages and for `ignore`: `dense.weight.exp_avg`. */
  readonly name: string
  readonly shape: readonly number[]
  readonly values: () => ArrayLike<number>
}

/** What is known of a state, by the names that slots and numbers have here. */
export interface FoundState {
  readonly numbers: ReadonlyMap<string, number>
  readonly tensors: ReadonlyMap<string, StateSource>
  /** The steps taken, where the file says so. */
  readonly steps: number | null
}

/** A source of one number. */
export const oneNumber = (name: string, value: number): StateSource => ({ name, shape: [], values: () => [value] })
