import { checkFields } from '../scalars/checkFields.js'
import { checkFunction } from '../scalars/checkFunction.js'
import type * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { exactNumber } from '../scalars/exactNumber.js'
import { withOptimizer } from './withOptimizer.js'
import { leafName } from '../state/tensorNames.js'
import { visitState } from '../state/visitState.js'
import type { AnyTransformation, StateLambda } from '../transformation/Transformation.js'
import { leavesOf } from '../tree/leaves.js'
import { skeletonOf, type Skeleton, pathAt } from '../tree/Skeleton.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import { type CheckpointRecord, formatVersion, metadataKeys, writtenDescription } from './CheckpointContents.js'
import { heldFile, writtenHeld } from './heldFile.js'
import { writtenRecord } from './recordText.js'
import { givenBeside, type SaveRequest, type SwappedSaveRequest } from './SaveRequest.js'
import type { Interruptible, Store } from './Store.js'
import { missingPartners, type SwapNames, swapNames } from './swapNames.js'
import { writtenParts } from './writtenParts.js'

/** `save` as a task: nothing is held or written before it is run, and what goes wrong is a `Left` with every problem.
 *
 *  @laws promised ∘ saveTask = save.
 *  @example const left = await saveTask({ store: memoryStore(), name: 'last', optimizer, params: now.params, state: now.state })() */
export const saveTask = <F extends StateLambda, P, E>(
  request: SaveRequest<F, P, E>,
): TE.TaskEither<CheckpointError, void> =>
  saved(
    knownToSave(request),
    E.right((name) => name),
    false,
  )

/** `saveSwapped` as a task.
 *
 *  @laws promised ∘ saveSwappedTask = saveSwapped.
 *  @example const left = await saveSwappedTask({ store: memoryStore(), name: 'averages', optimizer, params: now.params, state: now.state })() */
export const saveSwappedTask = <F extends StateLambda, P, E>(
  request: SwappedSaveRequest<F, P, E>,
): TE.TaskEither<CheckpointError, void> =>
  saved(
    knownToSaveSwapped(request),
    swapNames(request.optimizer, skeletonOf({ ...request }.params, 'params'), request.average),
    true,
  )

const names = {
  store: 'required',
  name: 'required',
  optimizer: 'required',
  params: 'required',
  state: 'required',
  record: true,
  metadata: true,
  only: true,
  signal: true,
} as const
const knownToSave = withOptimizer<SaveRequest<StateLambda, unknown, unknown>>('save', names, givenBeside)
const knownToSaveSwapped = withOptimizer<SwappedSaveRequest<StateLambda, unknown, unknown>>(
  'saveSwapped',
  {
    ...names,
    average: true,
  },
  givenBeside,
)

interface Untyped extends Interruptible {
  readonly store: Store
  readonly name: string
  readonly optimizer: AnyTransformation
  readonly params: unknown
  readonly state: unknown
  readonly record?: CheckpointRecord
  readonly metadata?: Readonly<Record<string, string>>
  readonly only?: (name: string) => boolean
}

const saved = (
  request: object,
  swap: E.Either<CheckpointError, SwapNames>,
  swapped: boolean,
): TE.TaskEither<CheckpointError, void> => {
  // the types of trees end here
  const {
    store,
    name,
    optimizer,
    params,
    state,
    record = {},
    metadata: more = {},
    only = () => true,
    signal,
  } = request as Untyped
  const owner = swapped ? 'saveSwapped' : 'save'
  checkFields(`${owner}: metadata`, more, {}, "Pass e.g. { run: 'a' }.")
  checkFunction(`${owner}: only`, only, "(name) => name.startsWith('dense')")
  // Held before the first await, so that the caller may dispose the originals as soon as the task has begun; after all
  // that may fail, so that nothing is held in vain.
  return async () =>
    F.pipe(
      swap,
      E.bindTo('rename'),
      E.chainFirst(() => foreignKeys(more)),
      E.bind('text', () => writtenRecord(record)),
      E.let('skeleton', () => skeletonOf(params, 'params')),
      E.bind('chosen', ({ rename, skeleton }) => contents(optimizer, skeleton, params, state, rename, only, swapped)),
      E.bind('metadata', ({ text, skeleton, chosen }) =>
        metadataOf(optimizer, skeleton, chosen.numbers, text, swapped),
      ),
      E.chain(({ chosen, metadata }) => heldFile(chosen.tensors, { ...more, ...metadata })),
      TE.fromEither,
      TE.chain((held) => writtenHeld(store, name, held, { signal })),
    )()
}

/** Keys of polyak's own would be read as what they are not, by this version or a later one. */
const foreignKeys = (metadata: Readonly<Record<string, string>>): E.Either<CheckpointError, void> => {
  const [first, ...others] = Object.keys(metadata)
    .filter((key) => key.startsWith('polyak.'))
    .map((key) =>
      checkpointProblem('Unsupported', {
        path: `metadata.${key}`,
        expected: 'a key that does not begin with polyak.',
        found: key,
        fix: 'give it another name, or put it into the record',
      }),
    )
  return first === undefined ? E.right(undefined) : E.left([first, ...others])
}

interface Contents {
  readonly tensors: readonly (readonly [name: string, tensor: tf.Tensor])[]
  readonly numbers: ReadonlyMap<string, number>
}

const contents = (
  { anatomy }: AnyTransformation,
  skeleton: Skeleton,
  params: unknown,
  state: unknown,
  rename: SwapNames,
  only: (name: string) => boolean,
  swapped: boolean,
): E.Either<CheckpointError, Contents> => {
  const flat = visitState<tf.Tensor>(anatomy.shape, skeleton, state)
  const leaves = leavesOf<tf.Tensor>(skeleton, params, { where: 'params', nullable: false, alike: true })
  const own = leaves.flatMap((leaf, i) => (leaf === null ? [] : [[leafName(pathAt(skeleton, i)), leaf] as const]))
  const chosen = [...own, ...flat.tensors].filter(([name]) => only(name))
  const missing = swapped
    ? missingPartners(
        chosen.map(([name]) => name),
        rename,
      )
    : []
  const [first, ...others] = missing.map((name) =>
    checkpointProblem('Missing', {
      path: rename(name),
      expected: `the partner of ${name} among the tensors to save`,
      found: 'nothing',
      fix: 'let `only` choose both of a pair, or neither',
    }),
  )
  return first === undefined
    ? E.right({ numbers: flat.numbers, tensors: chosen.map(([name, tensor]) => [rename(name), tensor] as const) })
    : E.left([first, ...others])
}

const metadataOf = (
  optimizer: AnyTransformation,
  skeleton: Skeleton,
  numbers: ReadonlyMap<string, number>,
  record: string,
  swapped: boolean,
): E.Either<CheckpointError, Readonly<Record<string, string>>> =>
  F.pipe(
    E.tryCatch(
      () => JSON.stringify(writtenDescription(optimizer.anatomy.description)),
      (reason): CheckpointError => [
        checkpointProblem('Unsupported', {
          path: metadataKeys.optimizer,
          expected: 'options that JSON can hold',
          found: String(reason),
          fix: 'keep big integers and records that hold themselves out of the options of the optimizer',
        }),
      ],
    ),
    E.map((description) => ({
      [metadataKeys.format]: formatVersion,
      [metadataKeys.numbers]: JSON.stringify(
        Object.fromEntries([...numbers].map(([path, x]) => [path, exactNumber.encode(x)])),
      ),
      [metadataKeys.optimizer]: description,
      [metadataKeys.parts]: JSON.stringify(writtenParts(optimizer.anatomy.shape, skeleton)),
      [metadataKeys.record]: record,
      [metadataKeys.swapped]: String(swapped),
    })),
  )
