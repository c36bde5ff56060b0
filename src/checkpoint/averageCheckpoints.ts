import { wrongArgument } from '../scalars/wrongArgument.js'
import { nth } from '../scalars/nth.js'
import { function as F, taskEither as TE } from 'fp-ts'
import type { CheckpointError } from './CheckpointError.js'
import { knownOnly } from '../scalars/knownOnly.js'
import { nonNegative } from '../scalars/numbers.js'
import { shown } from '../scalars/shown.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { TreeOf } from '../tree/Tree.js'
import { promised } from './promised.js'
import type { Store } from './Store.js'
import { summedFiles } from './summedFiles.js'

/** Which files are averaged. */
export interface AverageCheckpointsRequest<P> {
  readonly store: Store
  /** The names of the checkpoints: at least one. */
  readonly names: readonly string[]
  /** Parameters like those that were saved. Not changed, not disposed. */
  readonly like: P & TreeOf<P>
  /** What each weighs, ≥ 0, in the order of the names. By default all weigh the same. */
  readonly weights?: readonly number[]
  /** The name of an average in the files that is averaged in place of the parameters. */
  readonly average?: string
}

/** The mean of the parameters in several checkpoints: averaging after training, without having thought of it before.
 *
 *  ```text
 *  Σ w·x/Σ w, in double, one tensor at a time
 *  ```
 *
 *  @shapes those of `like`; new tensors, all the caller's. The memory is that of the largest tensor and of the sum, in double.
 *  @throws Rejects with `RangeError` for no names, and weights that are none or sum to 0; with `CheckpointFailed`, which
 *    has every problem of a file by path. Nothing is made then.
 *  @laws of one file, or of equal ones, it is what is in it, bit for bit.
 *  @reference fairseq's average_checkpoints; tensor2tensor's avg_checkpoints
 *  @example await averageCheckpoints({ store, names: ['step-9', 'step-10'], like: params }) */
export const averageCheckpoints = async <P>(request: AverageCheckpointsRequest<P>): Promise<P> =>
  promised(averageCheckpointsTask(request))

/** `averageCheckpoints` as a task; throws what is wrong with the request itself.
 *
 *  @laws promised ∘ averageCheckpointsTask = averageCheckpoints.
 *  @example const found = await averageCheckpointsTask({ store, names: ['step-9', 'step-10'], like: params })() */
export const averageCheckpointsTask = <P>(request: AverageCheckpointsRequest<P>): TE.TaskEither<CheckpointError, P> => {
  const { store, names, like, weights: given, average } = known(request)
  for (const [name, list] of Object.entries({ names, weights: given }))
    if (list !== undefined && !Array.isArray(list))
      throw wrongArgument(
        `averageCheckpoints: ${name}`,
        'an array',
        list,
        "Pass e.g. { names: ['step-9', 'step-10'] }.",
      )
  const weights = given ?? names.map(() => 1)
  if (names.length === 0)
    throw new RangeError(
      "averageCheckpoints: names must hold at least one. Pass e.g. { names: ['step-9', 'step-10'] }.",
    )
  const stray = weights.find((w) => nonNegative.codec.decode(w)._tag === 'Left')
  const most = Math.max(...weights)
  if (stray !== undefined || weights.length !== names.length || !(most > 0))
    throw new RangeError(
      `averageCheckpoints: weights must be ${names.length} finite numbers ≥ 0, not all 0, found ${shown(weights)}.`,
    )
  // of the largest, so that their sum is finite
  const shares = weights.map((w) => w / most)
  const sum = shares.reduce((total, share) => total + share, 0)
  return F.pipe(
    summedFiles(
      store,
      skeletonOf(like, 'like'),
      average === undefined ? '' : `/${average}`,
      names.map((name, i) => ({ name, coefficient: nth(shares, i) / sum })),
    ),
    TE.map((tree) => tree as P), // of the structure of `like`
  )
}

const known = knownOnly<AverageCheckpointsRequest<unknown>>('averageCheckpoints', {
  store: 'required',
  names: 'required',
  like: 'required',
  weights: true,
  average: true,
})
