/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F, type taskEither as TE } from 'fp-ts'
import { sharedTensor } from '../tensors/sharedTensor.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import { lentBytes } from './lentBytes.js'
import { lentTensors } from './lentTensors.js'
import { piecesOfTensors } from './piecesOfTensors.js'
import { safetensorsLayout, type TensorSpec } from './safetensorsLayout.js'
import type { ByteSource, Interruptible, Store } from './Store.js'
import { taskStore } from './taskStore.js'

/** A file that is not yet written, and whose tensors stay alive, as they are, until they are let go. */
export interface HeldFile {
  readonly source: ByteSource
  readonly letGo: () => void
}

/** Holds tensors as a file, whatever becomes of the originals, or says what a file cannot hold. Their memory is shared,
 *  not copied: a step that donates makes itself new memory then, and may have theirs when they are let go. */
export const heldFile = (
  tensors: readonly (readonly [name: string, tensor: tf.Tensor])[],
  metadata: Readonly<Record<string, string>>,
): E.Either<CheckpointError, HeldFile> =>
  F.pipe(
    savable(tensors),
    E.chain((entries) =>
      E.tryCatch(
        () => safetensorsLayout(entries, metadata),
        (reason): CheckpointError => [
          checkpointProblem('Unsupported', {
            path: 'checkpoint',
            expected: 'tensors that safetensors can hold',
            found: String(reason),
            fix: 'see the message',
          }),
        ],
      ),
    ),
    E.map(({ head, sorted, length }) => {
      const held = sharedAll(sorted.map(({ tensor }) => tensor))
      const source = { length, pieces: () => piecesOfTensors(head, held) }
      lentBytes.set(source, () => lentTensors(head, held))
      return { source, letGo: () => held.forEach((tensor) => tensor.dispose()) }
    }),
  )

/** Writes a file that is held, and lets it go then, whatever happens. */
export const writtenHeld =
  (
    store: Store,
    name: string,
    { source, letGo }: HeldFile,
    how: Interruptible = {},
  ): TE.TaskEither<CheckpointError, void> =>
  async () => {
    try {
      return await taskStore(store).write(name, source, how)()
    } finally {
      letGo()
    }
  }

const savable = (
  tensors: readonly (readonly [name: string, tensor: tf.Tensor])[],
): E.Either<CheckpointError, readonly (TensorSpec & { readonly tensor: tf.Tensor })[]> => {
  const [first, ...others] = tensors.flatMap(([path, { dtype, isDisposed }]) => [
    ...(isDisposed
      ? [
          checkpointProblem('Missing', {
            path,
            expected: 'a tensor',
            found: 'one that is disposed',
            fix: 'save before it is disposed; the clones of keep live on',
          }),
        ]
      : []),
    ...(dtype !== 'float32' && dtype !== 'int32'
      ? [
          checkpointProblem('Unsupported', {
            path,
            expected: 'dtype float32 or int32',
            found: dtype,
            fix: 'cast it before saving',
          }),
        ]
      : []),
  ])
  if (first !== undefined) return E.left([first, ...others])
  return E.right(
    tensors.map(([name, tensor]) => ({
      name,
      dtype: tensor.dtype === 'int32' ? 'I32' : 'F32',
      shape: tensor.shape,
      tensor,
    })),
  )
}

const sharedAll = (tensors: readonly tf.Tensor[]): readonly tf.Tensor[] => {
  const held: tf.Tensor[] = []
  try {
    for (const tensor of tensors) held.push(tf.keep(sharedTensor(tensor)))
    return held
  } catch (error) {
    for (const tensor of held) tensor.dispose()
    throw error
  }
}
