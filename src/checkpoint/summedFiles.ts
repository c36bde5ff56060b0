/** @internal */
import { sizeOf } from '../tree/sizeOf.js'
import { nth } from '../scalars/nth.js'
import * as tf from '@tensorflow/tfjs-core'
import { function as F, taskEither as TE } from 'fp-ts'
import { leafName } from '../state/tensorNames.js'
import { buildTree } from '../tree/leaves.js'
import { type Skeleton, spell, shapeAt } from '../tree/Skeleton.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { openedSafetensors } from './openedSafetensors.js'
import { readSpans } from './readSpans.js'
import type { TensorSpan } from './readEntry.js'
import type { Store } from './Store.js'
import { taskStore } from './taskStore.js'
import { typedArrayOf } from './typedArrayOf.js'
import { usingOpened } from './usingOpened.js'
import { must } from '../scalars/must.js'

/** A file, and how much of it is wanted. */
export interface Summand {
  readonly name: string
  readonly coefficient: number
}

/** Σ coefficient·tree over files, in double, one tensor at a time: the memory is that of the largest and of the sum. `suffix`
 *  is what follows the path in the names of the tensors. */
export const summedFiles = (
  store: Store,
  skeleton: Skeleton,
  suffix: string,
  summands: readonly Summand[],
): TE.TaskEither<CheckpointError, unknown> => {
  // −0 and x is x, whatever x is: the sum of one file is that file
  const sums = skeleton.shapes.map((shape) => new Float64Array(sizeOf(shape)).fill(-0))
  const add = ({ name, coefficient }: Summand): TE.TaskEither<CheckpointError, void> =>
    usingOpened(taskStore(store).open(name), (item) =>
      F.pipe(
        openedSafetensors(name, item),
        TE.chain((header) => {
          const byName = new Map(header.spans.map((span) => [span.name, span]))
          const leaves = skeleton.paths.map((path) => byName.get(`${leafName(path)}${suffix}`))
          const [first, ...others] = leaves.flatMap((leaf, i) => wrong(name, skeleton, suffix, i, leaf))
          if (first !== undefined) return TE.left<CheckpointError>([first, ...others])
          const place = new Map(leaves.map((leaf, i) => [leaf, sums[i]]))
          const wanted = header.spans.filter((span) => place.has(span))
          const whole = (span: TensorSpan, bytes: Uint8Array): void => {
            const sum = place.get(span)
            const data = typedArrayOf(bytes, span.dtype)
            if (sum !== undefined) data.forEach((x, k) => (sum[k] = nth(sum, k) + coefficient * x))
          }
          return readSpans(name, item, header, wanted, { whole })
        }),
      ),
    )
  return F.pipe(
    // What weighs nothing is not read.
    summands.filter(({ coefficient }) => coefficient !== 0),
    TE.traverseSeqArray(add),
    TE.map(() =>
      buildTree(
        skeleton,
        sums.map((sum, i) => tf.tensor(Float32Array.from(sum), [...shapeAt(skeleton, i)], 'float32')),
      ),
    ),
  )
}

const wrong = (
  file: string,
  { paths, shapes }: Skeleton,
  suffix: string,
  i: number,
  leaf: TensorSpan | undefined,
): readonly CheckpointProblem[] => {
  const shape = must(shapes[i], 'shape of a leaf')
  if (leaf !== undefined && leaf.dtype === 'F32' && leaf.shape.join() === shape.join()) return []
  return [
    checkpointProblem(leaf === undefined ? 'Missing' : 'Mismatch', {
      path: `${leafName(must(paths[i], 'path of a leaf'))}${suffix}`,
      expected: `a float32 tensor of shape [${shape.join(', ')}] in ${file}`,
      found:
        leaf === undefined
          ? 'nothing'
          : spell({ shape: leaf.shape, dtype: leaf.dtype === 'F32' ? 'float32' : 'int32' }),
      fix: 'pass parameters like those that were saved',
    }),
  ]
}
