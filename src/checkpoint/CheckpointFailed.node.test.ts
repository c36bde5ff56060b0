import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { type CheckpointError, checkpointProblem, formatProblems } from './CheckpointError.js'
import { CheckpointFailed, isCheckpointFailed } from './CheckpointFailed.js'

const cause = new RangeError('no such sector')
const problems: CheckpointError = [
  checkpointProblem('Missing', { path: 'w', expected: 'a tensor', found: 'nothing', fix: 'save it first' }),
  checkpointProblem('Store', { path: 'a', expected: 'to read', found: 'an error', fix: 'buy a disk', cause }),
]

test('holds all problems, and says them all: as a message, as text and on a console, each once', () => {
  const failed = new CheckpointFailed(problems)
  expect(failed).toBeInstanceOf(Error)
  expect(failed.problems).toBe(problems)
  expect(failed.message).toBe(formatProblems(problems))
  expect(String(failed)).toBe(
    [
      'CheckpointFailed: 2 problems with the checkpoint:',
      '  - [Missing] w: expected a tensor, found nothing; save it first',
      '  - [Store] a: expected to read, found an error; buy a disk',
    ].join('\n'),
  )
  const printed = inspect(failed)
  expect(printed.startsWith(String(failed))).toBe(true)
  expect(printed.match(/expected a tensor/g)).toHaveLength(1)
  expect(printed).toContain('[cause]: RangeError: no such sector')
})

test('its cause is what the store threw, also where that was undefined; without one there is none', () => {
  expect(new CheckpointFailed(problems).cause).toBe(cause)
  const [missing] = problems
  expect('cause' in new CheckpointFailed([missing])).toBe(false)
  expect('cause' in missing).toBe(false)
  const thrown = { ...missing, cause: undefined }
  expect('cause' in new CheckpointFailed([missing, thrown])).toBe(true)
})

test('is known by its name and its problems, so that another copy of the library is understood', () => {
  const other = Object.assign(new Error('2 problems'), { name: 'CheckpointFailed', problems })
  // another realm has another Error
  const foreign: unknown = runInNewContext('Object.assign(new Error("x"), { name: "CheckpointFailed", problems })', {
    problems,
  })
  expect(foreign).not.toBeInstanceOf(Error)
  expect([new CheckpointFailed(problems), other, foreign].map(isCheckpointFailed)).toEqual([true, true, true])
  const others = [
    new Error('CheckpointFailed'),
    Object.assign(new Error('x'), { problems }),
    Object.assign(new Error('x'), { name: 'CheckpointFailed' }),
    Object.assign(new Error('x'), { name: 'CheckpointFailed', problems: [] }),
    { name: 'CheckpointFailed', problems },
    null,
    undefined,
    'CheckpointFailed',
  ]
  expect(others.map(isCheckpointFailed)).toEqual(others.map(() => false))
})
