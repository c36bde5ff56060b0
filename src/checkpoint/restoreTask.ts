import { checkPlan } from '../migration/checkPlan.js'
import { checkFields } from '../scalars/checkFields.js'
import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { withOptimizer } from './withOptimizer.js'
import { rebuildState } from '../state/rebuildState.js'
import { leafName } from '../state/tensorNames.js'
import type { AnyTransformation, StateLambda, StateOf } from '../transformation/Transformation.js'
import { buildTree } from '../tree/leaves.js'
import { skeletonOf, type Skeleton } from '../tree/Skeleton.js'
import type { CheckpointError } from './CheckpointError.js'
import type { NamedArray } from './NamedArray.js'
import { dtypeOf } from './dtypeOf.js'
import { fitting } from './fitting.js'
import { metadataFor } from './metadataFor.js'
import { openedSafetensors } from './openedSafetensors.js'
import type { ReadMetadata } from './readMetadata.js'
import { heapTensor } from './heapTensor.js'
import { readSpans, type Taker } from './readSpans.js'
import { typedArrayOf } from './typedArrayOf.js'
import { byPlan, openedFile } from './byPlan.js'
import { isOwn, isPlain } from './isOwn.js'
import type { HowToRestore } from './restoreByPlan.js'
import { namesToPlan, type Restored, type RestoreRequest, type SwappedRestoreRequest } from './RestoreRequest.js'
import type { TensorSpan } from './readEntry.js'
import type { SafetensorsHeader } from './safetensorsHeader.js'
import type { Interruptible, OpenedItem, Store } from './Store.js'
import { type SwapNames, swapNames } from './swapNames.js'
import { taskStore } from './taskStore.js'
import { usingOpened } from './usingOpened.js'

/** `restore` as a task: nothing is read before it is run, and what goes wrong is a `Left` with every problem.
 *
 *  @laws promised ∘ restoreTask = restore.
 *  @example const found = await restoreTask({ store: memoryStore(), name: 'last', optimizer, like: now })() */
export const restoreTask = <F extends StateLambda, P, E>(
  request: RestoreRequest<F, P, E>,
): TE.TaskEither<CheckpointError, Restored<P, StateOf<F, P>>> =>
  restored<Restored<P, StateOf<F, P>>>(knownToRestore(request), () => E.right((name) => name), false)

/** `restoreSwapped` as a task.
 *
 *  @laws promised ∘ restoreSwappedTask = restoreSwapped.
 *  @example const found = await restoreSwappedTask({ store: memoryStore(), name: 'averages', optimizer, like: now })() */
export const restoreSwappedTask = <F extends StateLambda, P, E>(
  request: SwappedRestoreRequest<F, P, E>,
): TE.TaskEither<CheckpointError, Restored<P, StateOf<F, P>>> =>
  restored<Restored<P, StateOf<F, P>>>(
    knownToRestoreSwapped(request),
    (skeleton) => swapNames(request.optimizer, skeleton, request.average),
    true,
  )

const known = { ...namesToPlan, accept: true } as const
const knownToRestore = withOptimizer<RestoreRequest<StateLambda, unknown, unknown>>('restore', known)
const knownToRestoreSwapped = withOptimizer<SwappedRestoreRequest<StateLambda, unknown, unknown>>('restoreSwapped', {
  ...known,
  average: true,
})

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
  checkFields(
    `${swapped ? 'restoreSwapped' : 'restore'}: like`,
    like,
    { params: 'unknown' },
    'Pass e.g. { params, state: optimizer.init(params) }.',
  )
  checkPlan(swapped ? 'restoreSwapped' : 'restore', how)
  const skeleton = skeletonOf(like.params, 'like.params')
  return usingOpened(taskStore(store).open(name, { signal }), (item) =>
    F.pipe(
      TE.fromEither(swap(skeleton)),
      TE.bindTo('rename'),
      TE.bind('file', () => openedSafetensors(name, item, { signal })),
      TE.bind('metadata', ({ file }) => TE.fromEither(metadataFor(file.metadata, optimizer, swapped, how))),
      TE.chain(({ rename, file, metadata }) =>
        isPlain(how) && isOwn(optimizer, skeleton, openedFile(file.spans, metadata, rename))
          ? F.pipe(
              // before any data is read
              TE.fromEither(fitting(optimizer, skeleton, like.state, file, metadata, rename)),
              TE.chain((numbers) =>
                F.pipe(
                  readTensors(name, item, file, rename, { signal }),
                  TE.map((tensors) => assembled(optimizer, skeleton, like.state, tensors, numbers, metadata)),
                ),
              ),
            )
          : F.pipe(
              readEntries(name, item, file, { signal }),
              TE.chainEitherK((entries) => byPlan({ optimizer, skeleton, like }, entries, metadata, rename, how)),
            ),
      ),
    ),
  ) as TE.TaskEither<CheckpointError, R> // assembled after `like`, whose types `R` repeats
}

/** All that is in a file, with its numbers. */
const readEntries =
  (
    name: string,
    item: OpenedItem,
    file: SafetensorsHeader,
    how: Interruptible,
  ): TE.TaskEither<CheckpointError, readonly NamedArray[]> =>
  async () => {
    const entries: NamedArray[] = []
    const whole = ({ name: own, shape, dtype }: TensorSpan, bytes: Uint8Array): void => {
      entries.push({ name: own, shape, dtype, data: typedArrayOf(bytes, dtype) })
    }
    const read = await readSpans(name, item, file, file.spans, { whole }, how)()
    return E.isLeft(read) ? read : E.right(entries)
  }

/** New tensors of all that is in a file, by name; none are left where one cannot be read. */
const readTensors =
  (
    name: string,
    item: OpenedItem,
    file: SafetensorsHeader,
    rename: SwapNames,
    how: Interruptible,
  ): TE.TaskEither<CheckpointError, ReadonlyMap<string, tf.Tensor>> =>
  async () => {
    const tensors = new Map<string, tf.Tensor>()
    let done = false
    try {
      const read = await readSpans(name, item, file, file.spans, madeOf(tensors, rename), how)()
      if (E.isLeft(read)) return read
      done = true
      return E.right(tensors)
    } finally {
      if (!done) for (const tensor of tensors.values()) tensor.dispose()
    }
  }

/** Makes tensors of what is read: on the heap of wasm part by part, else of arrays that the backend then holds. */
const madeOf = (tensors: Map<string, tf.Tensor>, rename: SwapNames): Taker => {
  const add = ({ name }: TensorSpan, tensor: tf.Tensor) => tensors.set(rename(name), tensor)
  const onHeap = (span: TensorSpan) => {
    const made = heapTensor(span.shape, dtypeOf(span.dtype))
    if (made !== null) add(span, made.tensor)
    return made?.put
  }
  return {
    parts: onHeap,
    whole: (span, bytes) => {
      const put = onHeap(span)
      if (put === undefined) add(span, tf.tensor(typedArrayOf(bytes, span.dtype), [...span.shape], dtypeOf(span.dtype)))
      else put(0, bytes)
    },
  }
}

/** What is read, in the structure of `like`; it has been found to fit. */
const assembled = (
  { anatomy }: AnyTransformation,
  skeleton: Skeleton,
  like: unknown,
  tensors: ReadonlyMap<string, tf.Tensor>,
  numbers: ReadonlyMap<string, number>,
  { record, warnings }: ReadMetadata,
): Restored<unknown, unknown> => ({
  params: buildTree(
    skeleton,
    skeleton.paths.map((path) => tensors.get(leafName(path)) ?? null),
  ),
  state: rebuildState(anatomy.shape, skeleton, like, { numbers, tensors }),
  record,
  warnings,
})
