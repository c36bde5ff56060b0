/** Inside the room. @internal */

/**
 * Runs `run` under the origin's lock of that name: `exclusive` alone, `shared` beside other shared ones, whichever tab
 * or worker they are in.
 *
 * Browsers without locks, and pages that hold a file without asking for its lock, get in the way as an error that
 * passes: it is tried again, 6 times in all, within about a third of a second. `run` must bear being run twice.
 */
export const takeTurns = async <A>(lock: string, mode: LockMode, run: () => Promise<A>): Promise<A> => {
  const patient = () => tried(run, 0)
  // The types promise locks; older browsers have none.
  const locks = globalThis.navigator.locks as LockManager | undefined
  return locks === undefined ? patient() : locks.request(lock, { mode }, patient)
}

const tried = async <A>(run: () => Promise<A>, before: number): Promise<A> => {
  try {
    return await run()
  } catch (cause) {
    if (before === 5 || !(cause instanceof DOMException && passing.has(cause.name))) throw cause
    await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** before))
    return tried(run, before + 1)
  }
}

/** A file changed, or was swapped for another, while it was read; a file that another has open. */
const passing: ReadonlySet<string> = new Set(['NotReadableError', 'NotFoundError', 'NoModificationAllowedError'])
