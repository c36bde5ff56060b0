import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { expectedOf, stateCodec, type WrittenState } from '../state/stateCodec.js'
import { leafName } from '../state/tensorNames.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import { buildTree } from '../tree/leaves.js'
import { alike, skeletonOf, spell, type Skeleton } from '../tree/Skeleton.js'
import type { Leaf, Tree } from '../tree/Tree.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import type { CheckpointRecord } from './CheckpointContents.js'
import { decodeSafetensors, type SafetensorsContents } from './decodeSafetensors.js'
import { type ReadMetadata, readMetadata } from './readMetadata.js'
import type { Store } from './Store.js'
import { type SwapNames, swapNames } from './swapNames.js'

/** What is restored, from where, and what it must be like. */
export interface RestoreRequest<F extends StateLambda, P, E> {
  readonly store: Store
  readonly name: string
  readonly optimizer: Transformation<F, E>
  /** Parameters and a state of the structure that is expected, such as `optimizer.init(params)`. Not changed, not
   *  disposed. */
  readonly like: { readonly params: P; readonly state: NoInfer<StateOf<F, P>> }
}

/** A swapped restore; says which average, where there are several. */
export interface SwappedRestoreRequest<F extends StateLambda, P, E> extends RestoreRequest<F, P, E> {
  readonly average?: string
}

/** What came of it: new tensors, all the caller's. */
export interface Restored<P, S> {
  readonly params: P
  readonly state: S
  /** The record that was saved, without what cannot be read of it. */
  readonly record: CheckpointRecord
  /** What differs without harm: hyperparameters that have changed since, a file that was saved swapped; and what of the
   *  record cannot be read, by path. */
  readonly warnings: readonly CheckpointProblem[]
}

/** Restores what `save` has written.
 *
 *  Errors   `Left` with every problem by path: a corrupt, truncated, hostile or foreign file, a tensor or number that
 *           is missing, surplus or of another shape, another structure of the optimizer. Nothing is made then, and
 *           store and `like` stay as they are. A hyperparameter that has changed is a warning in the result, and so is a
 *           record that cannot be read: it never costs the parameters.
 *  Laws     restore ∘ save = identity, bit for bit; a run resumed from a file equals the unbroken one.
 *  Source   tf.train.Saver.restore
 *  Example  `await restore({ store, name: 'last', optimizer, like: { params, state: optimizer.init(params) } })()` */
export const restore = <F extends StateLambda, P extends Tree, E>(
  request: RestoreRequest<F, P, E>,
): TE.TaskEither<CheckpointError, Restored<P, StateOf<F, P>>> =>
  restored<Restored<P, StateOf<F, P>>>(request, () => E.right((name) => name), false)

/** Restores what `saveSwapped` has written: parameters and averages in their own places again.
 *
 *  Laws     restoreSwapped ∘ saveSwapped = identity; restore ∘ saveSwapped = swapped.
 *  Source   tf.contrib.opt.MovingAverageOptimizer.swapping_saver
 *  Example  `await restoreSwapped({ store, name: 'averages', optimizer, like: now })()` */
export const restoreSwapped = <F extends StateLambda, P extends Tree, E>(
  request: SwappedRestoreRequest<F, P, E>,
): TE.TaskEither<CheckpointError, Restored<P, StateOf<F, P>>> =>
  restored<Restored<P, StateOf<F, P>>>(
    request,
    (skeleton) => swapNames(request.optimizer, skeleton, request.average),
    true,
  )

interface Untyped {
  readonly store: Store
  readonly name: string
  readonly optimizer: AnyTransformation
  readonly like: { readonly params: unknown; readonly state: unknown }
}

const restored = <R>(
  request: object,
  swap: (skeleton: Skeleton) => E.Either<CheckpointError, SwapNames>,
  swapped: boolean,
): TE.TaskEither<CheckpointError, R> => {
  const { store, name, optimizer, like } = request as Untyped // the types of trees end here
  const skeleton = skeletonOf(like.params, 'like.params')
  return F.pipe(
    store.read(name),
    TE.chainEitherK((bytes) =>
      F.pipe(
        E.Do,
        E.bind('rename', () => swap(skeleton)),
        E.bind('file', () => decodeSafetensors(bytes)),
        E.bind('metadata', ({ file }) => readMetadata(file.metadata, optimizer.anatomy.description, swapped)),
        E.chain(({ rename, file, metadata }) => assembled(optimizer, skeleton, like.state, file, metadata, rename)),
      ),
    ),
  ) as TE.TaskEither<CheckpointError, R> // assembled after `like`, whose types `R` repeats
}

const assembled = (
  { anatomy }: AnyTransformation,
  skeleton: Skeleton,
  like: unknown,
  { entries }: SafetensorsContents,
  { numbers, record, warnings }: ReadMetadata,
  rename: SwapNames,
): E.Either<CheckpointError, Restored<unknown, unknown>> => {
  const leaves = new Map(
    entries.map((entry) => [
      rename(entry.name),
      { ...entry, dtype: entry.dtype === 'F32' ? 'float32' : 'int32' } as const,
    ]),
  )
  const problems: CheckpointProblem[] = []
  skeleton.paths.forEach((path, i) => {
    const found = leaves.get(leafName(path))
    if (found === undefined || !alike(found, skeleton.shapes[i] ?? [], skeleton.dtypes[i] ?? ''))
      problems.push(
        checkpointProblem(found === undefined ? 'Missing' : 'Mismatch', {
          path: leafName(path),
          expected: `a parameter of shape [${skeleton.shapes[i]?.join(', ')}] and dtype ${skeleton.dtypes[i]}`,
          found: spell(found),
          fix: 'pass a `like` of the model that was saved',
        }),
      )
  })
  const own = new Set(skeleton.paths.map(leafName))
  const written: WrittenState<Leaf> = {
    numbers,
    tensors: Object.fromEntries([...leaves].filter(([name]) => !own.has(name))),
  }
  const checked = stateCodec<Leaf>(anatomy.shape, skeleton, like).decode(written)
  if (E.isLeft(checked))
    for (const error of checked.left) {
      const { context, message, value } = error
      problems.push(
        checkpointProblem(
          value === undefined ? 'Missing' : message?.startsWith('expected no') === true ? 'Unexpected' : 'Mismatch',
          {
            path: context.at(-1)?.key ?? '',
            expected: expectedOf(error),
            found: spell(value),
            fix: 'restore with the optimizer that saved it',
          },
        ),
      )
    }
  const [first, ...others] = problems
  if (first !== undefined) return E.left([first, ...others])
  const tensors = new Map(
    [...leaves].map(([name, { data, shape, dtype }]) => [name, tf.tensor(data, [...shape], dtype)]),
  )
  const state = stateCodec<Leaf>(anatomy.shape, skeleton, like).decode({
    numbers,
    tensors: Object.fromEntries([...tensors].filter(([name]) => !own.has(name))),
  })
  return F.pipe(
    state,
    E.map((whole) => ({
      params: buildTree(
        skeleton,
        skeleton.paths.map((path) => tensors.get(leafName(path)) ?? null),
      ),
      state: whole,
      record,
      warnings,
    })),
    E.mapLeft((): CheckpointError => [
      checkpointProblem('Mismatch', {
        path: '',
        expected: 'the state that was just checked',
        found: 'another',
        fix: 'report this',
      }),
    ]),
  )
}
