import { knownOnly } from '../scalars/knownOnly.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { TreeOf } from '../tree/Tree.js'
import { checkPlan } from './checkPlan.js'
import { migration } from './migration.js'
import type { PlanOptions, StatePlan } from './StatePlan.js'

/** What `planMigration` returns: the plan for parameters and a state, and parameters to be. */
export interface MigrationPlanner<F extends StateLambda> {
  <Q, P>(
    before: { readonly params: Q & TreeOf<Q>; readonly state: NoInfer<StateOf<F, Q>> },
    params: P & TreeOf<P>,
  ): StatePlan
}

/** What `migrate` would do, line by line. Nothing is made or changed.
 *
 *  @throws `TypeError` for names in `slots` and patterns in `rename` that nothing has.
 *  @laws of a chain with itself every line is `same`; each number and tensor of the new state is on one line, each of
 *    the old that no line takes is `dropped`.
 *  @example console.log(formatPlan(planMigration(adam(rate), adamw(rate))(now, now.params))) */
export const planMigration = <F extends StateLambda, E1, G extends StateLambda, E2>(
  from: Transformation<F, E1>,
  to: Transformation<G, E2>,
  options: PlanOptions = {},
): MigrationPlanner<F> => {
  checkPlan('planMigration', known(options))
  const planOf = migration('planMigration', from, to, options)
  const plan = (before: { readonly params: unknown; readonly state: unknown }, params: unknown): StatePlan => {
    const { planned, target } = planOf(before, params)
    target.release()
    return planned.plan
  }
  return plan
}

const known = knownOnly<PlanOptions>('planMigration', { rename: true, slots: true })
