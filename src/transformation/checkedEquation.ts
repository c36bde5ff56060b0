import type { Host } from '../equation/Host.js'
import { checkFunction } from '../scalars/checkFunction.js'
import { knownOnly } from '../scalars/knownOnly.js'
import { checkEquation } from '../equation/checkEquation.js'
import type { Rule } from '../equation/Equation.js'
import type { Slot } from '../equation/Slot.js'
import { type EquationLambda, transformed } from './equation.js'
import type { EquationParts } from './equationOf.js'
import { steadyEquationOf } from './steadyEquation.js'
import type { Transformation } from './Transformation.js'

/** A transformation that works leaf by leaf, written once for all interpreters.
 *
 *  ```text
 *  (update, slots) = rule(arithmetic)({ update, param, ...slots }, scalars)
 *  ```
 *
 *  Curried, so that the names of slots and scalars are inferred before the rule is checked against them.
 *
 *  @throws `TypeError` at construction for a slot that the rule does not return, does not declare, or gives too far a
 *    reach.
 *  @laws everything in `transformationLaws`; the rule cannot look inside its numbers, so all interpreters agree.
 *  @example
 *  ```ts
 *  const momentum = equation({ name: 'momentum', slots: { trace: zeros }, scalars: () => ({ d: 0.9 }) })(
 *    (A) => ({ update, trace }, { d }) => {
 *      const next = A.add(update, A.mul(d, trace))
 *      return { update: next, trace: next }
 *    })
 *  const optimizer = chain(momentum, scaleByLearningRate({ learningRate: 0.1 }))
 *  ```
 */
export const checkedEquation = <
  const S extends Readonly<Record<string, Slot>> = {},
  H extends Readonly<Record<string, number>> = {},
  C extends string = never,
  E = {},
>(
  parts: EquationParts<H, S, C, E>,
) => {
  known(parts)
  return (rule: Rule<keyof S & string, C>): Transformation<EquationLambda<H, S>, E> => {
    checkFunction('equation: rule', rule, '(A) => ({ update }) => ({ update: A.neg(update) })')
    const made = steadyEquationOf(parts)(rule)
    checkEquation(made)
    return transformed(made, parts.options)
  }
}

const known = knownOnly<EquationParts<Host, Readonly<Record<string, Slot>>, string, unknown>>('equation', {
  name: 'required',
  options: true,
  slots: true,
  host: true,
  scalars: true,
  observes: true,
})
