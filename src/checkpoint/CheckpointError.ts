import { shown } from '../scalars/shown.js'
import { checkFields } from '../scalars/checkFields.js'
import { wrongArgument } from '../scalars/wrongArgument.js'
import type { readonlyNonEmptyArray as RNEA } from 'fp-ts'

export type CheckpointProblemTag =
  /** The bytes are no well-formed safetensors file. */
  | 'Corrupt'
  /** Well-formed, but of a kind this library does not hold. */
  | 'Unsupported'
  /** Something asked for is not there. */
  | 'Missing'
  /** Something is there that nobody asked for. */
  | 'Unexpected'
  /** Something is there, but of another shape, dtype, structure or value. */
  | 'Mismatch'
  /** The store refused or failed. */
  | 'Store'

/** One problem with a checkpoint: where (`path`), what was `expected`, what was `found`; `message` says it all and how
 *  to fix it. `cause` is what a store threw, where one did. */
export interface CheckpointProblem<Tag extends CheckpointProblemTag = CheckpointProblemTag> {
  readonly _tag: Tag
  readonly path: string
  readonly expected: string
  readonly found: string
  readonly message: string
  readonly cause?: unknown
}

/** Every problem of one operation, in the order in which they were met. */
export type CheckpointError = RNEA.ReadonlyNonEmptyArray<CheckpointProblem>

/**
 * Makes a problem; its message is `path: expected …, found …; fix`.
 *
 *  @example checkpointProblem('Missing', { path: 'dense/kernel', expected: 'a tensor', found: 'nothing', fix: 'save it first' })
 */
export const checkpointProblem = <Tag extends CheckpointProblemTag>(
  tag: Tag,
  problem: { path: string; expected: string; found: string; fix: string; cause?: unknown },
): CheckpointProblem<Tag> => {
  checkFields(
    'checkpointProblem: problem',
    problem,
    { path: 'unknown', expected: 'string', found: 'string', fix: 'string' },
    "Pass e.g. { path: 'w', expected: 'a file', found: 'a folder', fix: 'rename it' }.",
  )
  const { path: given, expected, found, fix, ...thrown } = problem
  const path = typeof given === 'string' ? given : shown(given) // a name may be whatever was passed
  return {
    _tag: tag,
    path,
    expected,
    found,
    message: `${clip(path === '' ? '(empty name)' : path)}: expected ${expected}, found ${found}; ${fix}`,
    ...thrown,
  }
}

/**
 * All problems as text, one a line, under a line that counts them.
 *
 *  @example console.error(formatProblems(error))
 */
export const formatProblems = (problems: readonly CheckpointProblem[]): string => {
  if (!Array.isArray(problems))
    throw wrongArgument('formatProblems: problems', 'an array', problems, 'Pass the left of a result.')
  problems.forEach((problem, i) =>
    checkFields(
      `formatProblems: problem ${i}`,
      problem,
      { _tag: 'string', message: 'string' },
      'Pass the left of a result.',
    ),
  )
  return [
    `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} with the checkpoint:`,
    ...problems.map(({ _tag, message }) => `  - [${_tag}] ${message}`),
  ].join('\n')
}

// A hostile name may be megabytes long: the message shows its beginning, `path` keeps it whole.
const clip = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}…` : path)
