/** @internal */

/** Lets timers, signals and the screen have their turn, every few milliseconds: a loop that awaits only what is ready
 *  starves them. */
export const breathing = (): (() => Promise<void>) => {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < longest) return
    await turn()
    last = performance.now()
  }
}

const longest = 8

const turn = async (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve)
      return
    }
    // a timer would wait four milliseconds in browsers
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })
