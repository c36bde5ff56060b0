import type { taskEither as TE } from 'fp-ts'
import { type CheckpointError, formatProblems, isCheckpointFailed } from 'polyak'

/** What a task gives; where it fails, an error that a person can read. */
export const told = async <A>(task: TE.TaskEither<string | CheckpointError, A>): Promise<A> => {
  const result = await task()
  if (result._tag === 'Right') return result.right
  throw new Told(typeof result.left === 'string' ? result.left : formatProblems(result.left))
}

/** Runs a program; what went wrong is told on one line, without a stack, and the process ends with 1. */
export const toldInTheEnd = async (program: () => Promise<void>): Promise<void> => {
  try {
    await program()
  } catch (error) {
    console.error(error instanceof Told || isCheckpointFailed(error) ? `charlm: ${error.message}` : error)
    process.exitCode = 1
  }
}

class Told extends Error {
  override readonly name = 'Told'
}
