import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { expectedOf, stateCodec, type WrittenState } from '../state/stateCodec.js'
import { leafName } from '../state/tensorNames.js'
import type { AnyTransformation, StateLambda, StateOf } from '../transformation/Transformation.js'
import { buildTree } from '../tree/leaves.js'
import { alike, skeletonOf, spell, type Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { decodeSafetensors, type SafetensorsContents } from './decodeSafetensors.js'
import { metadataFor } from './metadataFor.js'
import type { ReadMetadata } from './readMetadata.js'
import { byPlan, openedFile } from './byPlan.js'
import { isOwn, isPlain } from './isOwn.js'
import type { HowToRestore } from './restoreByPlan.js'
import type { Restored, RestoreRequest, SwappedRestoreRequest } from './RestoreRequest.js'
import type { Interruptible, Store } from './Store.js'
import { type SwapNames, swapNames } from './swapNames.js'
import { taskStore } from './taskStore.js'

/** `restore` as a task: nothing is read before it is run, and what goes wrong is a `Left` with every problem.
 *
 *  @laws promised ∘ restoreTask = restore.
 *  @example const found = await restoreTask({ store: memoryStore(), name: 'last', optimizer, like: now })() */
export const restoreTask = <F extends StateLambda, P, E>(
  request: RestoreRequest<F, P, E>,
): TE.TaskEither<CheckpointError, Restored<P, StateOf<F, P>>> =>
  restored<Restored<P, StateOf<F, P>>>(request, () => E.right((name) => name), false)

/** `restoreSwapped` as a task.
 *
 *  @laws promised ∘ restoreSwappedTask = restoreSwapped.
 *  @example const found = await restoreSwappedTask({ store: memoryStore(), name: 'averages', optimizer, like: now })() */
export const restoreSwappedTask = <F extends StateLambda, P, E>(
  request: SwappedRestoreRequest<F, P, E>,
): TE.TaskEither<CheckpointError, Restored<P, StateOf<F, P>>> =>
  restored<Restored<P, StateOf<F, P>>>(
    request,
    (skeleton) => swapNames(request.optimizer, skeleton, request.average),
    true,
  )

interface Untyped extends Interruptible, HowToRestore {
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
  const { store, name, optimizer, like, signal, ...how } = request as Untyped // the types of trees end here
  const skeleton = skeletonOf(like.params, 'like.params')
  return F.pipe(
    taskStore(store).read(name, { signal }),
    TE.chainEitherK((bytes) =>
      F.pipe(
        E.Do,
        E.bind('rename', () => swap(skeleton)),
        E.bind('file', () => decodeSafetensors(bytes)),
        E.bind('metadata', ({ file }) => metadataFor(file.metadata, optimizer, swapped, how)),
        E.chain(({ rename, file, metadata }) =>
          isPlain(how) && isOwn(optimizer, skeleton, openedFile(file, metadata, rename))
            ? assembled(optimizer, skeleton, like.state, file, metadata, rename)
            : byPlan({ optimizer, skeleton, like }, file, metadata, rename, how),
        ),
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
            fix: 'restore with the optimizer that saved it, or see planRestore for what could be accepted',
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
