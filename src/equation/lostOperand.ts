/** @internal */

/** What is told of an operand that is not there. The types cannot see a scalar that got lost in a spread: the record has
 *  its names only as the rule asks for them. */
export const lostOperand = (op: string): TypeError =>
  new TypeError(
    `an operand of "${op}" is undefined. Take slots and scalars by name: a copy by spreading has no scalars.`,
  )
