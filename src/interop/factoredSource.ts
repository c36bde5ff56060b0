/** @internal */
import { shapeAt, type Skeleton } from '../tree/Skeleton.js'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import type { Met } from './decodeForeign.js'
import type { FlatSlot } from './FlatState.js'
import type { StateSource } from './StateSource.js'

/** A factored second moment of a matrix. Elsewhere rows belong to its first axis, whatever its size; here they belong to
 *  the shorter one, or the first of two alike. Both are the same pair of vectors, and one rule takes either: `first` is
 *  the axis here that is the first one there. */
export const factoredSource = (
  key: string,
  first: number,
  leaf: number,
  source: StateSource,
  skeleton: Skeleton,
  { problem }: Met,
): FlatSlot => {
  const shape = shapeAt(skeleton, leaf)
  const [rows = 1, columns = 1] = shape
  if (shape.length !== 2)
    problem(
      checkpointProblem('Unsupported', {
        path: source.name,
        expected: 'rows and columns of a matrix',
        found: `those of a leaf of shape [${shape.join(', ')}], which is factored along other axes there`,
        fix: `begin its second moment anew: ignore: ['${source.name}'], with fresh`,
      }),
    )
  const kept = key.startsWith('row') ? first : 1 - first
  return {
    key: kept === (rows <= columns ? 0 : 1) ? 'row' : 'column',
    leaf,
    source: { ...source, shape: [kept === 0 ? rows : columns] },
  }
}
