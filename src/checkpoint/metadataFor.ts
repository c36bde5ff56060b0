/** @internal */

import { either as E } from 'fp-ts'
import type { AnyTransformation } from '../transformation/Transformation.js'
import type { CheckpointError } from './CheckpointError.js'
import { metadataKeys } from './CheckpointContents.js'
import { type ReadMetadata, readMetadata } from './readMetadata.js'
import type { HowToRestore } from './restoreByPlan.js'

/** The metadata of a file for who restores it: one that does not tell its parts is compared with the chain that saved it;
 *  where parameters alone are read, none is needed. */
export const metadataFor = (
  metadata: Readonly<Record<string, string>>,
  optimizer: AnyTransformation,
  swapped: boolean,
  { from, accept }: HowToRestore,
): E.Either<CheckpointError, ReadMetadata> => {
  const by = metadata[metadataKeys.format] === '1' ? (from ?? optimizer) : optimizer
  const read = readMetadata(metadata, by.anatomy.description, swapped)
  return E.isLeft(read) && accept === 'parameters'
    ? E.right({ numbers: {}, parts: [], different: [], record: {}, warnings: read.left })
    : read
}
