import type * as tf from '@tensorflow/tfjs-core'
import { either as E, type taskEither as TE } from 'fp-ts'
import { trackedProfiles } from '../averaging/trackedProfiles.js'
import { withOptimizer } from './withOptimizer.js'
import { leafName } from '../state/tensorNames.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import { leavesOf } from '../tree/leaves.js'
import { skeletonOf, pathAt } from '../tree/Skeleton.js'
import type { TreeOf } from '../tree/Tree.js'
import type { CheckpointError } from './CheckpointError.js'
import { heldFile, type HeldFile } from './heldFile.js'
import { profileName } from './profiles.js'
import { promised } from './promised.js'
import type { Store } from './Store.js'
import { givenBeside } from './SaveRequest.js'
import { taskStore } from './taskStore.js'

/** Which averages are stored, and where. */
export interface SaveProfilesRequest<F extends StateLambda, P, E> {
  readonly store: Store
  /** The beginning of the names in the store: letters, digits and . _ + = - */
  readonly prefix: string
  readonly optimizer: Transformation<F, E>
  readonly params: P & TreeOf<P>
  readonly state: NoInfer<StateOf<F, P>>
}

/** Stores the power-function averages of a state as they are now, one file each, for `synthesize`.
 *
 *  ```text
 *  file `<prefix>@<time>@<gamma>`: the average under the names of the parameters
 *  ```
 *
 *  @throws Rejects with `RangeError` for a prefix that is no name, and where the optimizer tracks no power-function
 *    average; with `CheckpointFailed` as `save`.
 *  @laws a list of names is the index: nothing need be read to know times and widths. The tensors may be disposed as
 *    soon as this has returned: it holds what it needs until it is done.
 *  @reference Karras et al. 2024, arXiv:2312.02696: two widths, such as 0.05 and 0.2, at sixteen or more times
 *  @example await saveProfiles({ store, prefix: 'ema', optimizer, params: now.params, state: now.state }) */
export const saveProfiles = async <F extends StateLambda, P, E>(
  request: SaveProfilesRequest<F, P, E>,
): Promise<readonly string[]> => promised(saveProfilesTask(request))

/** `saveProfiles` as a task; throws what is wrong with the request itself.
 *
 *  @laws promised ∘ saveProfilesTask = saveProfiles.
 *  @example const found = await saveProfilesTask({ store, prefix: 'ema', optimizer, params: now.params, state: now.state })() */
export const saveProfilesTask = <F extends StateLambda, P, E>(
  request: SaveProfilesRequest<F, P, E>,
): TE.TaskEither<CheckpointError, readonly string[]> => {
  const { store, prefix, optimizer, params, state } = known(request)
  const tracked = trackedProfiles<F, E, P>(optimizer, state)
  if (tracked.length === 0)
    throw new RangeError(
      'saveProfiles: there is no power-function average that has begun. Track two, e.g. withAverage(powerFunction({ width: 0.05 }), { name: … }).',
    )
  const skeleton = skeletonOf(params, 'params')
  const files = tracked.map(({ time, gamma, average }) => ({
    name: profileName(prefix, time, gamma),
    tensors: leavesOf<tf.Tensor>(skeleton, average, { where: 'state.average', nullable: true, alike: true }).flatMap(
      (leaf, i) => (leaf === null ? [] : [[leafName(pathAt(skeleton, i)), leaf] as const]),
    ),
  }))
  return async () => {
    // Held all at once and before the first wait: where one is refused, none is.
    const held: (HeldFile & { readonly name: string })[] = []
    try {
      for (const { name, tensors } of files) {
        const file = heldFile(tensors, {})
        if (E.isLeft(file)) return file
        held.push({ ...file.right, name })
      }
      for (const { name, source } of held) {
        const written = await taskStore(store).write(name, source)()
        if (E.isLeft(written)) return written
      }
      return E.right(files.map(({ name }) => name))
    } finally {
      held.forEach(({ letGo }) => letGo())
    }
  }
}

const known = withOptimizer<SaveProfilesRequest<StateLambda, unknown, unknown>>(
  'saveProfiles',
  {
    store: 'required',
    prefix: 'required',
    optimizer: 'required',
    params: 'required',
    state: 'required',
  },
  [...givenBeside, 'record'],
)
