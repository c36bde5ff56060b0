/** @internal */

/** What a promise gives, or nothing as soon as the signal has come; what it gives or throws after that is thrown
 *  away. */
export const unlessAborted = async <A>(promise: Promise<A>, signal: AbortSignal): Promise<A | undefined> =>
  new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise
      // a hook that heeds the signal may be heard before the listener above
      .then(resolve, (error: unknown) => (signal.aborted ? stop() : reject(error)))
      .finally(() => signal.removeEventListener('abort', stop))
  })
