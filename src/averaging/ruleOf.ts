/** @internal */
import type { StateShape } from '../state/StateShape.js'
import type { CoefficientRule } from './CoefficientRule.js'

// Beside the shapes, not in them: a state is what its shape says, and rules are functions.
const rules = new WeakMap<StateShape, CoefficientRule>()

/** A shape of an average's record that remembers by which rule the average goes. */
export const ruled = <S extends StateShape>(rule: CoefficientRule, shape: S): S => {
  rules.set(shape, rule)
  return shape
}

/** The rule of the average in a record, if there is one. */
export const ruleOf = (shape: StateShape): CoefficientRule | undefined => rules.get(shape)
