/** @internal */

/** Takes the origin's lock of that name (see `takeTurns`) until the function that comes of it is called; null where the
 *  browser has no locks, or refuses them (private windows). */
export const heldTurn = async (lock: string, mode: LockMode): Promise<(() => void) | null> => {
  // The types promise locks; older browsers have none.
  const locks = globalThis.navigator.locks as LockManager | undefined
  if (locks === undefined) return null
  return new Promise((resolve) => {
    const held = async (): Promise<void> => new Promise((release) => resolve(release))
    locks.request(lock, { mode }, held).catch(() => resolve(null))
  })
}
