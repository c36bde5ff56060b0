/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { either as E, taskEither as TE } from 'fp-ts'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import type { NamedArray } from './NamedArray.js'

/** A clone under its name in a file. */
export interface Held {
  readonly name: string
  readonly tensor: tf.Tensor
}

/** Clones keep tensors alive, whatever becomes of the originals. */
export const hold = (
  tensors: readonly (readonly [name: string, tensor: tf.Tensor])[],
): E.Either<CheckpointError, readonly Held[]> => {
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
  const held: Held[] = []
  try {
    for (const [name, tensor] of tensors) held.push({ name, tensor: tf.keep(tf.clone(tensor)) })
    return E.right(held)
  } catch (error) {
    for (const { tensor } of held) tensor.dispose()
    throw error
  }
}

/** The numbers of what is held, which is let go then, whatever happens. */
export const readHeld = (held: readonly Held[]): TE.TaskEither<CheckpointError, readonly NamedArray[]> => {
  const entry = async ({ name, tensor }: Held): Promise<NamedArray> => {
    const data = await tensor.data()
    return tensor.dtype === 'int32'
      ? { name, dtype: 'I32', shape: tensor.shape, data: Int32Array.from(data) }
      : { name, dtype: 'F32', shape: tensor.shape, data: Float32Array.from(data) }
  }
  return TE.tryCatch(
    () =>
      Promise.all(held.map(entry)).finally(() => {
        for (const { tensor } of held) tensor.dispose()
      }),
    (reason): CheckpointError => [
      checkpointProblem('Store', {
        path: 'device',
        expected: 'tensors that can be read',
        found: String(reason),
        fix: 'save before the backend is removed',
      }),
    ],
  )
}
