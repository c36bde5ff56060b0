import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { exactNumber } from '../scalars/exactNumber.js'
import { knownOnly } from '../scalars/knownOnly.js'
import { shown } from '../scalars/shown.js'
import { separator } from '../tree/Skeleton.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { metadataKeys } from './CheckpointContents.js'
import type { DescribedCheckpoint, DescribedTensor } from './DescribedCheckpoint.js'
import { metadataParts } from './metadataParts.js'
import { openedSafetensors } from './openedSafetensors.js'
import type { TensorSpan } from './readEntry.js'
import type { Interruptible, Store } from './Store.js'
import { taskStore } from './taskStore.js'
import { usingOpened } from './usingOpened.js'

/** Which checkpoint is described. */
export interface DescribeRequest extends Interruptible {
  readonly store: Store
  /** The name in the store. */
  readonly name: string
}

/** `describeCheckpoint` as a task.
 *
 *  @laws promised ∘ describeCheckpointTask = describeCheckpoint.
 *  @example const found = await describeCheckpointTask({ store: memoryStore(), name: 'last' })() */
export const describeCheckpointTask = (
  request: DescribeRequest,
): TE.TaskEither<CheckpointError, DescribedCheckpoint> => {
  const { store, name, signal } = known(request)
  return usingOpened(taskStore(store).open(name, { signal }), (item) =>
    F.pipe(
      openedSafetensors(name, item, { signal }),
      TE.map(({ spans, metadata }): DescribedCheckpoint => {
        const { format, numbers, optimizer, swapped, record, problems, losses } = metadataParts(metadata)
        const read = readNumbers(numbers ?? {}) // a file that has none; said in the problems
        return {
          bytes: item.length,
          format: format ?? null,
          swapped,
          optimizer: optimizer ?? null,
          tensors: describedTensors(spans),
          numbers: read.numbers,
          record,
          warnings: [...problems, ...read.problems, ...losses],
        }
      }),
    ),
  )
}

const known = knownOnly<DescribeRequest>('describeCheckpoint', { store: 'required', name: 'required', signal: true })

const readNumbers = (written: Readonly<Record<string, number | string>>) => {
  const problems: CheckpointProblem[] = []
  const numbers = Object.entries(written).flatMap(([path, value]): readonly (readonly [string, number])[] => {
    const number = exactNumber.decode(value)
    if (E.isRight(number)) return [[path, number.right]]
    problems.push(
      checkpointProblem('Corrupt', {
        path: `${metadataKeys.numbers}.${path}`,
        expected: 'a number',
        found: shown(value),
        fix: 'restore another checkpoint',
      }),
    )
    return []
  })
  return { numbers: Object.fromEntries(numbers), problems }
}

/** Names alone say what belongs to what: a slot's begins with that of its parameter, which stands in the file too. */
const describedTensors = (entries: readonly TensorSpan[]): readonly DescribedTensor[] => {
  const names = new Set(entries.map(({ name }) => name))
  return entries
    .map(({ name, dtype, shape, begin, end }): DescribedTensor => {
      const cut = name.lastIndexOf(separator)
      const above = name.slice(0, Math.max(cut, 0))
      const isSlot = cut === 0 || (cut > 0 && names.has(above))
      return {
        name,
        parameter: !isSlot ? name : cut === 0 ? null : above,
        slot: isSlot ? name.slice(cut + separator.length) : null,
        dtype: dtype === 'F32' ? 'float32' : 'int32',
        shape,
        bytes: end - begin,
      }
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
