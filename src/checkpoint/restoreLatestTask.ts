import { function as F, taskEither as TE } from 'fp-ts'
import { withOptimizer } from './withOptimizer.js'
import type { StateLambda, StateOf } from '../transformation/Transformation.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import type { LatestRequest, PassedOver, RestoredLatest } from './RestoredLatest.js'
import { namesToPlan, type Restored } from './RestoreRequest.js'
import { restoreSwappedTask, restoreTask } from './restoreTask.js'
import { taskStore } from './taskStore.js'

/** `restoreLatest` as a task.
 *
 *  @laws promised ∘ restoreLatestTask = restoreLatest.
 *  @example const found = await restoreLatestTask({ store: memoryStore(), optimizer, like: now })() */
export const restoreLatestTask = <Fn extends StateLambda, P, E>(
  given: LatestRequest<Fn, P, E>,
): TE.TaskEither<CheckpointError, RestoredLatest<P, StateOf<Fn, P>>> => {
  const { prefix = '', swapped = false, average, ...request } = known(given)
  const attempt = (name: string) =>
    swapped
      ? restoreSwappedTask<Fn, P, E>({ ...request, name, ...(average === undefined ? {} : { average }) })
      : restoreTask<Fn, P, E>({ ...request, name })
  return F.pipe(
    taskStore(request.store).list,
    TE.map((items) => items.flatMap(({ name }) => (name.startsWith(prefix) ? [name] : [])).toReversed()),
    TE.chain((names) => firstWhole(names, prefix, [], attempt)),
  )
}

const { name: _, ...names } = namesToPlan
const known = withOptimizer<LatestRequest<StateLambda, unknown, unknown>>('restoreLatest', {
  ...names,
  accept: true,
  average: true,
  prefix: true,
  swapped: true,
})

/** The first of some names, newest first, whose checkpoint is whole. */
const firstWhole = <P, S>(
  [name, ...older]: readonly string[],
  prefix: string,
  passedOver: readonly PassedOver[],
  attempt: (name: string) => TE.TaskEither<CheckpointError, Restored<P, S>>,
): TE.TaskEither<CheckpointError, RestoredLatest<P, S>> =>
  name === undefined
    ? TE.left([none(prefix, passedOver.length), ...passedOver.flatMap(told)])
    : F.pipe(
        attempt(name),
        TE.map((restored) => ({
          ...restored,
          name,
          passedOver,
          warnings: [...passedOver.flatMap(told), ...restored.warnings],
        })),
        TE.orElse((problems) =>
          isDamaged(name, problems)
            ? firstWhole(older, prefix, [...passedOver, { name, problems }], attempt)
            : TE.left([refused(name), ...problems]),
        ),
      )

/** The bytes are not what was written, or went away since the store was listed. All else is no reason to go back in
 *  silence: another optimizer, another model, a store that fails. */
const isDamaged = (name: string, problems: CheckpointError): boolean =>
  problems.some(({ _tag, path }) => _tag === 'Corrupt' || (_tag === 'Missing' && path === name))

const told = ({ name, problems }: PassedOver): CheckpointError => [
  checkpointProblem('Corrupt', {
    path: name,
    expected: 'a whole checkpoint',
    found: problems[0].message,
    fix: 'an older one is restored; remove this one',
  }),
]

const refused = (name: string) =>
  checkpointProblem('Mismatch', {
    path: name,
    expected: 'the newest checkpoint to be one of this optimizer and model',
    found: 'the problems below',
    fix: 'mend them, say a prefix, or restore another one by its name',
  })

const none = (prefix: string, damaged: number) =>
  checkpointProblem('Missing', {
    path: prefix === '' ? '(latest)' : `${prefix}…`,
    expected: 'a whole checkpoint',
    found: damaged === 0 ? 'none' : `${damaged} that ${damaged === 1 ? 'is' : 'are'} not`,
    fix: 'list the store to see what it holds; begin anew where it is empty',
  })
