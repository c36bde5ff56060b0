import type { StateLambda, StateOf } from '../transformation/Transformation.js'
import { promised } from './promised.js'
import type { Restored, RestoreRequest, SwappedRestoreRequest } from './RestoreRequest.js'
import { restoreSwappedTask, restoreTask } from './restoreTask.js'

/** Restores what `save` has written, also where chain or model have changed since: what is the same equation's for the same
 *  leaf goes on, wherever it stands now; the rest is told, and happens where `accept` says so.
 *
 *  @throws Rejects with `CheckpointFailed`, which has every problem by path: a corrupt, truncated, hostile or foreign
 *    file; each line of its plan that is neither the same nor moved nor accepted, with the word that would accept it.
 *    Nothing is made then, and store and `like` stay as they are. A hyperparameter that has changed is a warning in the
 *    result, and so are what has moved or was accepted, and a record that cannot be read: it never costs the parameters.
 *  @laws restore ∘ save = identity, bit for bit; a run resumed from a file equals the unbroken one; of a changed chain,
 *    the state is that of `migrate`.
 *  @reference tf.train.Saver.restore
 *  @example await restore({ store, name: 'last', optimizer, like: { params, state: optimizer.init(params) } }) */
export const restore = async <F extends StateLambda, P, E>(
  request: RestoreRequest<F, P, E>,
): Promise<Restored<P, StateOf<F, P>>> => promised(restoreTask(request))

/** Restores what `saveSwapped` has written: parameters and averages in their own places again.
 *
 *  @throws Rejects as `restore`, and where there is no average, or several and none named.
 *  @laws restoreSwapped ∘ saveSwapped = identity; restore ∘ saveSwapped = swapped.
 *  @reference tf.contrib.opt.MovingAverageOptimizer.swapping_saver
 *  @example await restoreSwapped({ store, name: 'averages', optimizer, like: now }) */
export const restoreSwapped = async <F extends StateLambda, P, E>(
  request: SwappedRestoreRequest<F, P, E>,
): Promise<Restored<P, StateOf<F, P>>> => promised(restoreSwappedTask(request))
