/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F } from 'fp-ts'
import type { CheckpointError } from './CheckpointError.js'
import type { FileTensor } from './fileParts.js'
import type { NamedArray } from './NamedArray.js'
import type { Wanted } from './planFile.js'
import type { ReadMetadata } from './readMetadata.js'
import { type HowToRestore, type OpenedFile, restoreByPlan } from './restoreByPlan.js'
import type { Restored } from './RestoreRequest.js'
import type { TensorSpec } from './safetensorsLayout.js'
import type { SwapNames } from './swapNames.js'

/** Restores a file whose bytes are here by its plan. */
export const byPlan = (
  wanted: Wanted,
  entries: readonly NamedArray[],
  metadata: ReadMetadata,
  rename: SwapNames,
  how: HowToRestore,
): E.Either<CheckpointError, Restored<unknown, unknown>> => {
  const data = new Map(entries.map((entry) => [rename(entry.name), entry.data]))
  const read = ({ name, shape, dtype }: FileTensor): tf.Tensor => {
    const values = data.get(name)
    if (values === undefined) throw new TypeError(`checkpoint: there is no tensor named ${name}.`)
    return tf.tensor(values, [...shape], dtype)
  }
  return F.pipe(
    restoreByPlan(openedFile(entries, metadata, rename), wanted, how, read),
    E.map(({ params, state, warnings }) => ({
      params,
      state,
      record: metadata.record,
      warnings: [...metadata.warnings, ...warnings],
    })),
  )
}

/** A file without its data. */
export const openedFile = (entries: readonly TensorSpec[], metadata: ReadMetadata, rename: SwapNames): OpenedFile => ({
  metadata,
  tensors: entries.map(({ name, shape, dtype }) => ({
    name: rename(name),
    shape,
    dtype: dtype === 'F32' ? 'float32' : 'int32',
  })),
})
