import { checkPlan } from '../migration/checkPlan.js'
import { checkFields } from '../scalars/checkFields.js'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import type { StatePlan } from '../migration/StatePlan.js'
import { withOptimizer } from './withOptimizer.js'
import type { AnyTransformation, StateLambda } from '../transformation/Transformation.js'
import { skeletonOf } from '../tree/Skeleton.js'
import { openedFile } from './byPlan.js'
import type { CheckpointError } from './CheckpointError.js'
import { metadataFor } from './metadataFor.js'
import { openedSafetensors } from './openedSafetensors.js'
import { type HowToRestore, plannedFile } from './restoreByPlan.js'
import { namesToPlan, type PlanRestoreRequest } from './RestoreRequest.js'
import type { Interruptible, Store } from './Store.js'
import { taskStore } from './taskStore.js'
import { usingOpened } from './usingOpened.js'

/** `planRestore` as a task.
 *
 *  @laws promised ∘ planRestoreTask = planRestore.
 *  @example const plan = await planRestoreTask({ store: memoryStore(), name: 'last', optimizer, like: now })() */
export const planRestoreTask = <Fn extends StateLambda, P, E2>(
  request: PlanRestoreRequest<Fn, P, E2>,
): TE.TaskEither<CheckpointError, StatePlan> => {
  const { store, name, optimizer, like, signal, ...how } = known(request) as Untyped // the types of trees end here
  checkFields('planRestore: like', like, { params: 'unknown' }, 'Pass e.g. { params, state: optimizer.init(params) }.')
  checkPlan('planRestore', how)
  const skeleton = skeletonOf(like.params, 'like.params')
  return usingOpened(taskStore(store).open(name, { signal }), (item) =>
    F.pipe(
      openedSafetensors(name, item, { signal }),
      TE.chainEitherK(({ spans, metadata: written }) =>
        F.pipe(
          metadataFor(written, optimizer, false, how),
          E.chain((metadata) =>
            plannedFile(
              openedFile(spans, metadata, (one) => one),
              { optimizer, skeleton, like },
              how,
            ),
          ),
          E.map(({ plan }) => plan),
        ),
      ),
    ),
  )
}

const known = withOptimizer<PlanRestoreRequest<StateLambda, unknown, unknown>>('planRestore', namesToPlan)

interface Untyped extends Interruptible, HowToRestore {
  readonly store: Store
  readonly name: string
  readonly optimizer: AnyTransformation
  readonly like: { readonly params: unknown; readonly state: unknown }
}
