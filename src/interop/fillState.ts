/** @internal */
import type { either as E } from 'fp-ts'
import { slotName } from '../state/tensorNames.js'
import { rebuildState } from '../state/rebuildState.js'
import { visitState } from '../state/visitState.js'
import type { Anatomy } from '../transformation/Transformation.js'
import { type Skeleton, spell } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { type CheckpointError, checkpointProblem } from '../checkpoint/CheckpointError.js'
import type { ProblemList } from '../checkpoint/problemList.js'
import type { ForeignNames } from './ForeignOptions.js'
import { chosen } from './nameRules.js'
import { type PlacedRecord, placedRecords } from './placedRecords.js'
import type { FoundState } from './StateSource.js'

/** How the leaves of a state are made. */
export type MakeLeaf<L extends Leaf> = (values: ArrayLike<number>, shape: readonly number[], dtype: string) => L

/** A state like the first one of an optimizer, with everything that was found in it. What was not found is a problem,
 *  unless it is named as fresh: then it stays as it begins. */
export const fillState = <L extends Leaf>(
  { shape, description }: Anatomy,
  skeleton: Skeleton,
  like: unknown,
  { numbers, tensors, steps }: FoundState,
  fresh: ForeignNames | undefined,
  make: MakeLeaf<L>,
  problems: ProblemList,
): E.Either<CheckpointError, unknown> => {
  const flat = visitState<L>(shape, skeleton, like)
  const slotOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)
  const slots = [...new Set([...flat.tensors.keys()].map(slotOf))]
  const starts = chosen(slots, fresh)
  for (const pattern of starts.idle)
    problems.add(
      checkpointProblem('Missing', {
        path: `fresh: '${pattern}'`,
        expected: 'a slot of the state',
        found: 'none that it fits',
        fix: `the slots are ${slots.join(', ')}`,
      }),
    )
  const records = placedRecords(shape, description)
  const resting = new Set(
    records
      .filter((record) => Object.keys(record.slots).some((slot) => starts.names.has(publicName(record, slot))))
      .flatMap(({ at, host }) => Object.keys(host).map((key) => [...at, key].join('.'))),
  )
  if (steps === null)
    for (const record of records.filter((one) => needsCount(one))) {
      const path = [...record.at, 'count'].join('.')
      if (!numbers.has(path) && !resting.has(path)) problems.add(uncounted(path, record.name))
    }
  const filled = new Map([...flat.tensors].filter(([name]) => starts.names.has(slotOf(name))))
  const made: (() => void)[] = []
  for (const [name, leaf] of flat.tensors) {
    if (filled.has(name)) continue
    const source = tensors.get(name)
    if (source === undefined)
      problems.add(
        checkpointProblem('Missing', {
          path: name,
          expected: spell(leaf),
          found: 'nothing in the file that goes there',
          fix: `build the optimizer that was trained with there, or begin the slot anew: fresh: ['${slotOf(name)}']`,
        }),
      )
    else if (source.shape.join() !== leaf.shape.join())
      problems.add(
        checkpointProblem('Mismatch', {
          path: source.name,
          expected: `the shape [${leaf.shape.join(', ')}] of ${name}`,
          found: `[${source.shape.join(', ')}]`,
          fix: 'name its parameter in `transpose` if it lies as PyTorch has it, or pass the parameters that were trained',
        }),
      )
    else made.push(() => filled.set(name, make(source.values(), leaf.shape, leaf.dtype)))
  }
  const counted = new Map([...flat.numbers].map(([path, first]) => [path, numberAt(path, first)] as const))
  function numberAt(path: string, first: number): number {
    const found = numbers.get(path)
    if (found !== undefined) return found
    return first === 0 && /(^|\.)count$/.test(path) && !resting.has(path) ? (steps ?? first) : first
  }
  return problems.orElse(() => {
    for (const put of made) put()
    return rebuildState(shape, skeleton, like, { numbers: counted, tensors: filled })
  })
}

/** Whether a record computes with its count: a bias correction or a schedule. */
const needsCount = ({ host, options }: PlacedRecord): boolean =>
  'count' in host &&
  (typeof options['b1'] === 'number' && typeof options['b2'] === 'number'
    ? 'eps' in options
    : options['biasCorrection'] === true ||
      options['debias'] === true ||
      ['learningRate', 'weightDecay', 'stepSizeFn'].some((name) => isSchedule(options[name])))

const isSchedule = (value: unknown): boolean => value !== undefined && typeof value !== 'number'

const uncounted = (path: string, name: string) =>
  checkpointProblem('Missing', {
    path,
    expected: `the steps that ${name} has taken`,
    found: 'nothing in the file that says it',
    fix: 'give them by name: count: 1000',
  })

const publicName = (
  { at, average }: { readonly at: readonly (string | number)[]; readonly average?: string },
  slot: string,
): string => (slot === 'average' && average !== undefined ? average : slotName(at, slot))
