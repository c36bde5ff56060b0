/** @internal */

import type { Equation } from '../equation/Equation.js'
import type { Host } from '../equation/Host.js'
import { copied, zeros } from '../equation/Slot.js'
import { steadyEquationOf } from '../transformation/steadyEquation.js'
import type { CoefficientRule } from './CoefficientRule.js'

/** The four ways in which one average moves. */
export type AverageEquations = {
  /** c = 0: nothing moves, the average is the same tensors. */
  readonly rest: Equation
  /** c = 1: the average becomes the parameters, exactly. */
  readonly copy: Equation
  /** c ≤ ½: A − c·(A − x), which keeps a constant bitwise. */
  readonly near: Equation
  /** c > ½: x − (1 − c)·(x − A), which reaches x bitwise at c = 1. */
  readonly far: Equation
}

/** The equations of an average.
 *
 *  ```text
 *  x = p + u ('sequential') or p ('concurrent')        A ← A − c·(A − x)
 *  compensated: y = c·(A − x) − r,  A' = A − y,  r' = (A − A') − y
 *  ```
 *
 *  All are differences, because −0 − 0 is −0 where −0 + 0 is 0: a constant keeps its sign. */
export const averageEquations = (
  name: string,
  rule: CoefficientRule,
  order: 'sequential' | 'concurrent',
  compensated: boolean,
): AverageEquations => {
  const host = { init: rule.init, next: rule.next }
  const scalars = (numbers: Host, extra: unknown) => {
    const c = rule.coefficient(numbers, extra)
    return { c, d: 1 - c }
  }
  if (compensated) {
    const slots = { average: copied, residual: zeros }
    const base = { name, slots, host, scalars, observes: true }
    const moved = steadyEquationOf(base)((A) => ({ update, param, average, residual }, { c }) => {
      const x = order === 'sequential' ? A.applied(param, update) : param
      const y = A.sub(A.mul(c, A.sub(average, x)), residual)
      const next = A.sub(average, y)
      return { update, average: next, residual: A.sub(A.sub(average, next), y) }
    })
    return {
      rest: steadyEquationOf(base)(() => ({ update, average, residual }) => ({ update, average, residual })),
      copy: steadyEquationOf(base)((A) => ({ update, param }) => ({
        update,
        average: order === 'sequential' ? A.applied(param, update) : param,
        residual: A.lit(0),
      })),
      near: moved,
      far: moved,
    }
  }
  const base = { name, slots: { average: copied }, host, scalars, observes: true }
  return {
    rest: steadyEquationOf(base)(() => ({ update, average }) => ({ update, average })),
    copy: steadyEquationOf(base)((A) => ({ update, param }) => ({
      update,
      average: order === 'sequential' ? A.applied(param, update) : param,
    })),
    near: steadyEquationOf(base)((A) => ({ update, param, average }, { c }) => {
      const x = order === 'sequential' ? A.applied(param, update) : param
      return { update, average: A.sub(average, A.mul(c, A.sub(average, x))) }
    }),
    far: steadyEquationOf(base)((A) => ({ update, param, average }, { d }) => {
      const x = order === 'sequential' ? A.applied(param, update) : param
      return { update, average: A.sub(x, A.mul(d, A.sub(x, average))) }
    }),
  }
}
