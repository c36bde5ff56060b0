/** @internal */

/** A leaf that a step needs: what joined the trees has looked, and says where one is missing. */
export const present = <A>(leaf: A | null | undefined): A => {
  if (leaf === null || leaf === undefined)
    throw new TypeError('a leaf is missing in a state: was the state made by this optimizer?')
  return leaf
}
