/** @internal */
import type { Surrounding } from '../equation/Stage.js'
import { at } from '../state/paths.js'

/** Calls a function of a segment, with the records of the state around it that the segment asks for. */
export const within = <Args extends readonly unknown[], A>(
  { surroundings }: { readonly surroundings?: readonly Surrounding[] },
  state: unknown,
  call: (...args: Args) => A,
  ...args: Args
): A =>
  surroundings === undefined
    ? call(...args)
    : surroundings.reduce<() => A>(
        (inner, { ambient, at: path }) =>
          () =>
            ambient.during(at(state, path), inner),
        () => call(...args),
      )()
