/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F } from 'fp-ts'
import { initialState } from '../state/initialState.js'
import { tensorMaker } from '../engine/tensorMaker.js'
import { formatPlan } from '../migration/formatPlan.js'
import { targetOf } from '../migration/target.js'
import type { Accept, PlanOptions, StatePlan } from '../migration/StatePlan.js'
import { exactNumber } from '../scalars/exactNumber.js'
import { leafName } from '../state/tensorNames.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { dtypeAt, spell, pathAt } from '../tree/Skeleton.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { fileParts, type FileState, type FileTensor, paramsIn } from './fileParts.js'
import { fileSkeleton } from './fileSkeleton.js'
import { misfit, planFile, type PlannedFile, type Wanted } from './planFile.js'
import { planParams } from './planParams.js'
import type { ReadMetadata } from './readMetadata.js'
import { refusedPlan } from './refusedPlan.js'
import { partsOf1 } from './partsOf1.js'

/** How a file is read where not all of it is the same. */
export interface HowToRestore extends PlanOptions {
  readonly accept?: Accept | 'parameters'
  readonly from?: AnyTransformation
}

/** A file whose tensors are read by their names when they are needed. */
export interface OpenedFile {
  readonly tensors: readonly FileTensor[]
  readonly metadata: ReadMetadata
}

/** Parameters and a state, all new tensors. */
export interface Made {
  readonly params: unknown
  readonly state: unknown
  readonly warnings: readonly CheckpointProblem[]
}

/** What becomes of a file by its plan, without doing it. */
export const plannedFile = (
  { tensors, metadata }: OpenedFile,
  wanted: Wanted,
  { from = wanted.optimizer, ...options }: HowToRestore,
): E.Either<CheckpointError, PlannedFile> =>
  F.pipe(
    stateIn(tensors, metadata, from, wanted),
    E.chain((file) => planFile(file, wanted, options)),
  )

/** Makes parameters and a state of a file by its plan, where it is accepted; `read` gives the tensors that are taken. */
export const restoreByPlan = (
  opened: OpenedFile,
  wanted: Wanted,
  how: HowToRestore,
  read: (file: FileTensor) => tf.Tensor,
): E.Either<CheckpointError, Made> =>
  how.accept === 'parameters'
    ? parametersOf(opened, wanted, how, read)
    : F.pipe(
        plannedFile(opened, wanted, how),
        E.chain((file) => {
          // mostly nothing is accepted
          const accept = how.accept === 'parameters' ? [] : (how.accept ?? [])
          const problems = refusedPlan(file.plan, accept, opened.metadata.different)
          return problems === null
            ? E.right({ ...made(file, wanted, read), warnings: told(file.plan, opened.metadata.different) })
            : E.left(problems)
        }),
      )

const stateIn = (
  tensors: readonly FileTensor[],
  { numbers, parts, different }: ReadMetadata,
  from: AnyTransformation,
  { skeleton }: Wanted,
): E.Either<CheckpointError, FileState> => {
  const [unlike, ...others] = different
  if (parts === undefined && unlike !== undefined)
    return E.left([
      checkpointProblem('Mismatch', {
        path: unlike.path,
        expected: unlike.expected,
        found: unlike.found,
        fix: 'pass the chain that saved the file as `from`: a file of format 1 does not tell its parts',
      }),
      ...others,
    ])
  const read = new Map<string, number>()
  const problems: CheckpointProblem[] = []
  for (const [path, value] of Object.entries(numbers)) {
    const number = exactNumber.decode(value)
    if (E.isRight(number)) read.set(path, number.right)
    else
      problems.push(
        checkpointProblem('Mismatch', {
          path,
          expected: 'a number',
          found: spell(value),
          fix: 'restore another checkpoint',
        }),
      )
  }
  const [first, ...rest] = problems
  if (first !== undefined) return E.left([first, ...rest])
  const written = parts ?? partsOf1(from.anatomy.shape, fileSkeleton(paramsIn(tensors), skeleton))
  return E.right(fileParts(written, tensors, read))
}

/** Makes the parameters first, so that what begins with one begins with the new one. */
const made = (
  { params, state }: PlannedFile,
  wanted: Wanted,
  read: (file: FileTensor) => tf.Tensor,
): Pick<Made, 'params' | 'state'> => {
  const carried: tf.Tensor[] = []
  const whole = madeParams(params, wanted, read)
  try {
    const tensors = new Map(
      [...state.tensors].map(([name, file]) => {
        const tensor = read(file)
        carried.push(tensor)
        return [name, tensor] as const
      }),
    )
    const target = targetOf(wanted.optimizer.anatomy.shape, wanted.skeleton, whole)
    try {
      return { params: whole, state: target.made({ ...state, tensors }) }
    } finally {
      target.release()
    }
  } catch (error) {
    tf.dispose(tensorsOf(whole) as tf.Tensor[]) // a copy of its own
    throw error
  } finally {
    tf.dispose(carried)
  }
}

/** The parameters that a file has, in the dtypes of `like`, and those of `like` where it has none. */
const madeParams = (
  params: ReadonlyMap<string, FileTensor>,
  { skeleton, like }: Wanted,
  read: (file: FileTensor) => tf.Tensor,
): unknown => {
  const leaves = leavesOf<tf.Tensor>(skeleton, like.params, { where: 'like.params', nullable: false, alike: true })
  return buildTree(
    skeleton,
    leaves.map((leaf, i) => {
      const file = params.get(leafName(pathAt(skeleton, i)))
      return file === undefined ? leaf && tf.clone(leaf) : inDtype(read(file), dtypeAt(skeleton, i))
    }),
  )
}

const inDtype = (tensor: tf.Tensor, dtype: string): tf.Tensor => {
  if (tensor.dtype === dtype) return tensor
  const cast = tf.cast(tensor, dtype as tf.DataType) // the dtype of a tensor
  tensor.dispose()
  return cast
}

/** Parameters alone: nothing else in the file is looked at. */
const parametersOf = (
  { tensors }: OpenedFile,
  wanted: Wanted,
  how: HowToRestore,
  read: (file: FileTensor) => tf.Tensor,
): E.Either<CheckpointError, Made> =>
  F.pipe(
    E.tryCatch(() => planParams(paramsIn(tensors), wanted.skeleton, how), misfit),
    E.chain(({ lines, taken }) => {
      const own = lines.filter(({ kind }) => kind !== 'dropped')
      const problems = refusedPlan({ lines: own, exact: false }, [], [])
      if (problems !== null) return E.left(problems)
      const params = madeParams(taken, wanted, read)
      try {
        const state = initialState(tensorMaker)(wanted.optimizer.anatomy.shape, wanted.skeleton, params)
        return E.right({
          params,
          state,
          warnings: told({ lines: lines.filter(({ kind }) => kind !== 'same'), exact: false }, []),
        })
      } catch (error) {
        tf.dispose(tensorsOf(params) as tf.Tensor[]) // a copy of its own
        throw error
      }
    }),
  )

/** What to know of a plan that is accepted. Where every line is the same, another rule goes on with them. */
const told = (plan: StatePlan, different: readonly CheckpointProblem[]): readonly CheckpointProblem[] =>
  plan.lines.every(({ kind }) => kind === 'same')
    ? different.map(({ path, expected, found }) =>
        checkpointProblem('Mismatch', {
          path,
          expected,
          found,
          fix: 'the state is restored; the new rule holds from now on',
        }),
      )
    : [
        checkpointProblem('Mismatch', {
          path: 'plan',
          expected: 'a file of this optimizer and model',
          found: formatPlan(plan),
          fix: 'it is restored so; what is saved from now on is of this optimizer and model',
        }),
      ]
