/** @internal */

import { leafName } from '../state/tensorNames.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { type Skeleton, shapeAt } from '../tree/Skeleton.js'
import { paramsIn } from './fileParts.js'
import type { HowToRestore, OpenedFile } from './restoreByPlan.js'
import { partsOf1 } from './partsOf1.js'
import { writtenParts } from './writtenParts.js'

/** Whether nothing is said of what may become of a file. */
export const isPlain = ({ accept, rename, slots, from }: HowToRestore): boolean =>
  accept === undefined && rename === undefined && slots === undefined && from === undefined

/** Whether a file is of this very chain and model: what is wrong with it then is damage, and no change to be planned. */
export const isOwn = (
  { anatomy: { shape } }: AnyTransformation,
  skeleton: Skeleton,
  { tensors, metadata: { parts, different } }: OpenedFile,
): boolean => {
  const params = paramsIn(tensors)
  return (
    different.length === 0 &&
    params.size === skeleton.paths.length &&
    skeleton.paths.every((path, i) => String(params.get(leafName(path))?.shape) === String(shapeAt(skeleton, i))) &&
    JSON.stringify(parts ?? partsOf1(shape, skeleton)) === JSON.stringify(writtenParts(shape, skeleton))
  )
}
