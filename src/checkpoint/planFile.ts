/** @internal */

import type * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { outline } from '../migration/outline.js'
import { partsOf } from '../migration/partsOf.js'
import { planned, type Planned } from '../migration/planned.js'
import { startOf, type Target, targetOf } from '../migration/target.js'
import type { PlanOptions, StatePlan } from '../migration/StatePlan.js'
import { shown } from '../scalars/shown.js'
import { isCount } from '../state/isCount.js'
import type { StateShape } from '../state/StateShape.js'
import { leafName } from '../state/tensorNames.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import type { Skeleton } from '../tree/Skeleton.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import type { FileState, FileTensor } from './fileParts.js'
import { planParams } from './planParams.js'

/** What a file becomes: the plan, and what is taken from the file. */
export interface PlannedFile {
  readonly plan: StatePlan
  /** The tensors of parameters, by the names that they have now; those that begin are not in it. */
  readonly params: ReadonlyMap<string, FileTensor>
  readonly state: Planned<FileTensor>
}

/** What a file is to become. */
export interface Wanted {
  readonly optimizer: AnyTransformation
  readonly skeleton: Skeleton
  readonly like: { readonly params: unknown; readonly state: unknown }
}

/** Plans what becomes of a file, parameters first. A `Left` where `slots` and `rename` do not fit it, and for counts that are
 *  none. */
export const planFile = (
  file: FileState,
  { optimizer, skeleton, like }: Wanted,
  options: PlanOptions,
): E.Either<CheckpointError, PlannedFile> =>
  E.flatten(
    E.tryCatch(() => {
      const { shape } = optimizer.anatomy
      const leaves = [...file.params.keys()]
      const { lines, taken } = planParams(file.params, skeleton, options)
      const change = { from: file.parts, leaves, leavesNow: skeleton.paths.map(leafName) }
      // A state like the wanted one tells its structure; how it begins is asked for where something does.
      const parts = partsOf<tf.Tensor>(shape, skeleton, like.state)
      const likely = planned({ ...change, to: parts, startOf: () => 'as init makes it' as const }, options)
      const state = likely.plan.exact
        ? likely
        : planned({ ...change, to: beginning(shape, skeleton, like), startOf }, options)
      const all = [...lines, ...state.plan.lines]
      const exact = state.plan.exact && lines.every(({ kind }) => kind === 'same' || kind === 'moved')
      const [first, ...others] = wrongCounts(optimizer, skeleton, state.numbers)
      return first === undefined
        ? E.right({ plan: { lines: all, exact }, params: taken, state })
        : E.left<CheckpointError>([first, ...others])
    }, misfit),
  )

/** What of the request does not fit a file. */
export const misfit = (thrown: unknown): CheckpointError => {
  if (!(thrown instanceof TypeError && /^(slots|rename): /.test(thrown.message))) throw thrown
  return [
    checkpointProblem('Mismatch', {
      path: 'plan',
      expected: 'slots and rename that fit the file',
      found: thrown.message,
      fix: 'see planRestore and describeCheckpoint for what is in it',
    }),
  ]
}

/** The parts of a state that begins. */
const beginning = (shape: StateShape, skeleton: Skeleton, like: Wanted['like']): Target['parts'] => {
  const { parts, release } = targetOf(shape, skeleton, like.params)
  release()
  return parts
}

/** Counts are whole numbers, whoever wrote the file. */
const wrongCounts = (
  { anatomy: { shape } }: AnyTransformation,
  skeleton: Skeleton,
  numbers: ReadonlyMap<string, number>,
): readonly CheckpointProblem[] =>
  outline(shape, skeleton).flatMap(({ path, shape: own, sees, kind }) =>
    (own.kind === 'record'
      ? Object.entries(own.host).flatMap(([key, start]) => (isCount(key, start) ? [key] : []))
      : kind === 'given'
        ? [...sees.keys()]
        : []
    ).flatMap((key): readonly CheckpointProblem[] => {
      const name = [...path, key].join('.')
      const found = numbers.get(name)
      return found === undefined || (Number.isSafeInteger(found) && found >= 0)
        ? []
        : [
            checkpointProblem('Mismatch', {
              path: name,
              expected: 'a count, a whole number ≥ 0',
              found: shown(found),
              fix: 'restore another checkpoint',
            }),
          ]
    }),
  )
