/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { leafName } from '../state/tensorNames.js'
import { buildTree } from '../tree/leaves.js'
import { type Skeleton, spell } from '../tree/Skeleton.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { decodeSafetensors } from './decodeSafetensors.js'
import type { NamedArray } from './NamedArray.js'
import type { Store } from './Store.js'
import { taskStore } from './taskStore.js'

/** A file, and how much of it is wanted. */
export interface Summand {
  readonly name: string
  readonly coefficient: number
}

/** Σ coefficient·tree over files, in double, one file at a time: the memory is that of one file and of the sum. `suffix`
 *  is what follows the path in the names of the tensors. */
export const summedFiles = (
  store: Store,
  skeleton: Skeleton,
  suffix: string,
  summands: readonly Summand[],
): TE.TaskEither<CheckpointError, unknown> => {
  const sums = skeleton.shapes.map((shape) => new Float64Array(shape.reduce((n, d) => n * d, 1)))
  const add = ({ name, coefficient }: Summand): TE.TaskEither<CheckpointError, void> =>
    F.pipe(
      taskStore(store).read(name),
      TE.chainEitherK(decodeSafetensors),
      TE.chainEitherK(({ entries }) => {
        const byName = new Map(entries.map((entry) => [entry.name, entry]))
        const leaves = skeleton.paths.map((path) => byName.get(`${leafName(path)}${suffix}`))
        const [first, ...others] = leaves.flatMap((leaf, i) => wrong(name, skeleton, suffix, i, leaf))
        if (first !== undefined) return E.left<CheckpointError>([first, ...others])
        leaves.forEach((leaf, i) => {
          const sum = sums[i]
          if (sum !== undefined) leaf?.data.forEach((x, k) => (sum[k] = (sum[k] ?? Number.NaN) + coefficient * x))
        })
        return E.right(undefined)
      }),
    )
  return F.pipe(
    // What weighs nothing is not read.
    summands.filter(({ coefficient }) => Math.abs(coefficient) > 1e-12),
    TE.traverseSeqArray(add),
    TE.map(() =>
      buildTree(
        skeleton,
        sums.map((sum, i) => tf.tensor(Float32Array.from(sum), [...(skeleton.shapes[i] ?? [])], 'float32')),
      ),
    ),
  )
}

const wrong = (
  file: string,
  { paths, shapes }: Skeleton,
  suffix: string,
  i: number,
  leaf: NamedArray | undefined,
): readonly CheckpointProblem[] => {
  const shape = shapes[i] ?? []
  if (leaf !== undefined && leaf.dtype === 'F32' && leaf.shape.join() === shape.join()) return []
  return [
    checkpointProblem(leaf === undefined ? 'Missing' : 'Mismatch', {
      path: `${leafName(paths[i] ?? '')}${suffix}`,
      expected: `a float32 tensor of shape [${shape.join(', ')}] in ${file}`,
      found:
        leaf === undefined
          ? 'nothing'
          : spell({ shape: leaf.shape, dtype: leaf.dtype === 'F32' ? 'float32' : 'int32' }),
      fix: 'pass parameters like those that were saved',
    }),
  ]
}
