/** What a subject has made is longer or shorter than what it was made of. Thrown within a law it is no error of that
 *  law: the two lists are its sides, so that it does not hold.
 *
 *  @internal */
export class Apart extends Error {
  override readonly name = 'Apart'
  readonly sides: { readonly left: unknown; readonly right: unknown }

  constructor(left: readonly unknown[], right: readonly unknown[]) {
    super(`a list of ${left.length} beside one of ${right.length}`)
    this.sides = { left, right }
  }
}

/** The first list, where the second has as many members.
 *
 *  @internal
 *  @throws `Apart` where it has not. */
export const equallyLong = <A>(left: readonly A[], right: readonly unknown[]): readonly A[] => {
  if (left.length !== right.length) throw new Apart(left, right)
  return left
}
