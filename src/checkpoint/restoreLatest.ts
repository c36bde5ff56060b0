import type { StateLambda, StateOf } from '../transformation/Transformation.js'
import { promised } from './promised.js'
import type { LatestRequest, RestoredLatest } from './RestoredLatest.js'
import { restoreLatestTask } from './restoreLatestTask.js'

/** Restores the newest checkpoint of a store that is whole, and says which. Newer ones that are corrupt are passed over,
 *  and told in `passedOver` and `warnings`.
 *
 *  ```text
 *  the last of list() whose name begins with the prefix and whose bytes are those of a checkpoint
 *  ```
 *
 *  @throws Rejects with `CheckpointFailed`: where none is whole (`Missing` first, then each that is not), and where the
 *    newest is whole but another optimizer's or another model's: nobody goes back to an older one in silence.
 *  @laws of stores without corrupt files, restoreLatest = restore of the last name in `list`; new tensors are those of
 *    its result, whatever was passed over.
 *  @reference tf.train.latest_checkpoint
 *  @example const { name, record, params, state } = await restoreLatest({ store, prefix: 'step-', optimizer, like: now }) */
export const restoreLatest = async <F extends StateLambda, P, E>(
  request: LatestRequest<F, P, E>,
): Promise<RestoredLatest<P, StateOf<F, P>>> => promised(restoreLatestTask(request))
