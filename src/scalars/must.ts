/** @internal */

/** A value that is there unless the library itself is wrong: at an index that was computed, under a key that was put.
 *  `what` is one word of the engine's vocabulary, without a template: bundles carry it, and the stack says where.
 *
 *  @throws `Error`, which says what is missing and asks for a report. */
export const must = <A>(value: A | undefined, what: string): A => {
  if (value === undefined) throw broken(`there is no ${what}`)
  return value
}

/** The error of an invariant that does not hold. */
export const broken = (what: string): Error =>
  new Error(
    `polyak: ${what}. This is the library's own mistake, not yours: please report it, with the optimizer and the shapes of its parameters.`,
  )
