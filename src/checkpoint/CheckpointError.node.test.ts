import { expect, it } from 'vitest'
import { type CheckpointError, checkpointProblem, formatProblems } from './CheckpointError.js'

it('a problem says where, what was expected, what was found and how to mend it', () => {
  expect(
    checkpointProblem('Missing', {
      path: 'dense/kernel',
      expected: 'a tensor',
      found: 'nothing',
      fix: 'save it first',
    }),
  ).toEqual({
    _tag: 'Missing',
    path: 'dense/kernel',
    expected: 'a tensor',
    found: 'nothing',
    message: 'dense/kernel: expected a tensor, found nothing; save it first',
  })
})

it('problems are printed one a line', () => {
  const error: CheckpointError = [
    checkpointProblem('Corrupt', { path: '(file)', expected: '8 bytes', found: '3', fix: 'take another copy' }),
    checkpointProblem('Store', { path: '', expected: 'a name', found: "''", fix: 'rename it' }),
  ]
  expect(formatProblems(error)).toBe(
    [
      '2 problems with the checkpoint:',
      '  - [Corrupt] (file): expected 8 bytes, found 3; take another copy',
      "  - [Store] (empty name): expected a name, found ''; rename it",
    ].join('\n'),
  )
  expect(formatProblems(error.slice(0, 1))).toMatch(/^1 problem with/)
})
