import type { Equation } from '../equation/Equation.js'
import { type Plan, type Program, relocated } from '../equation/Program.js'
import type { Scope } from '../equation/Scope.js'
import { at } from '../state/paths.js'
import { equationOf } from '../transformation/equationOf.js'

/** The program of one equation whose record is the wrapper's own.
 *
 *  @internal */
export const alone = (equation: Equation, scope: Scope = null): Program => ({
  segments: [{ kind: 'stage', equation, at: [], scope }],
})

/** The plan of a part whose state lies at a key of the wrapper's record.
 *
 *  @internal */
export const under = (key: string, plan: Plan): Plan => {
  const move = relocated([key])
  return (state, occasion) => move(plan(at(state, [key]), occasion))
}

/** Replaces every update by literally zero: parameters stay, the same tensors.
 *
 *  @internal */
export const zeroed: Equation = equationOf({ name: 'setToZero' })((A) => () => ({ update: A.lit(0) }))
