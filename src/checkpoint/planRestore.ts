import type { StatePlan } from '../migration/StatePlan.js'
import type { StateLambda } from '../transformation/Transformation.js'
import { planRestoreTask } from './planRestoreTask.js'
import { promised } from './promised.js'
import type { PlanRestoreRequest } from './RestoreRequest.js'

/** What `restore` would make of a file, line by line: parameters, then what the state holds. Nothing is made.
 *
 *  @throws Rejects as `restore`; not for what its plan would have to accept.
 *  @laws of what `save` has written every line is `same`.
 *  @example console.log(formatPlan(await planRestore({ store, name: 'last', optimizer, like: now }))) */
export const planRestore = async <F extends StateLambda, P, E>(
  request: PlanRestoreRequest<F, P, E>,
): Promise<StatePlan> => promised(planRestoreTask(request))
