/** @internal */

import { either as E } from 'fp-ts'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { safetensorsFormat } from './safetensorsFormat.js'
import { scanHeader } from './scanHeader.js'

/** The value of a metadata key, JSON from anywhere: bounded in depth, and without a key that is given twice, of which
 *  `JSON.parse` would take the last in silence. */
export const parsedOnce = (
  path: string,
  text: string | undefined,
  { maxDepth, what }: { readonly maxDepth: number; readonly what: string },
): E.Either<CheckpointError, unknown> => {
  const problem = (at: string, expected: string, found: string): CheckpointProblem =>
    checkpointProblem(text === undefined ? 'Missing' : 'Corrupt', {
      path: at,
      expected,
      found,
      fix: 'restore another checkpoint',
    })
  if (text === undefined) return E.left([problem(path, what, 'nothing')])
  const { maxKeys } = safetensorsFormat
  const { depth, keys: many, duplicates } = scanHeader(text, { maxDepth, maxKeys })
  if (many > maxKeys) return E.left([problem(path, `at most ${maxKeys} keys`, 'more')])
  if (depth > maxDepth) return E.left([problem(path, `at most ${maxDepth} levels of nesting`, 'more')])
  const [first, ...others] = duplicates.map((keys) =>
    problem([path, ...keys].join('.'), 'each key once', 'the key given twice'),
  )
  if (first !== undefined) return E.left([first, ...others])
  return E.tryCatch(
    (): unknown => JSON.parse(text),
    (): CheckpointError => [problem(path, what, shown(text))],
  )
}
