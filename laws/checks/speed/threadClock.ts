import { readFileSync } from 'node:fs'

/** What the thread of this program has had of a processor, in milliseconds; the threads that write files not counted. (On
 *  Linux; elsewhere the wall's clock.)
 *
 *  The system books a thread's time when it ticks, every 4 ms, and when the thread sleeps: so it sleeps a moment. */
export const threadClock = (): number => {
  if (process.platform !== 'linux') return performance.now()
  Atomics.wait(cell, 0, 0, 0.001)
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
}

const cell = new Int32Array(new SharedArrayBuffer(4))
