/** @internal */
import type { Device } from './Device.js'

/** Which memory may be written in place: held by one tensor, which is given once or for one leaf only. Each is given
 *  away once. */
export const donations = <R extends object>(
  device: Device<R>,
  memories: readonly (readonly (R | null)[])[],
): ((memory: R, leaf: number) => boolean) => {
  const all = new Set<object>()
  let count = 0
  for (const list of memories)
    for (const memory of list) {
      if (memory === null) continue
      all.add(device.identity(memory))
      count++
    }
  // Mostly everything is there once.
  if (all.size === count) return device.isSole
  const holders = new Map<object, number>()
  for (const list of memories)
    list.forEach((memory, leaf) => {
      if (memory === null) return
      const identity = device.identity(memory)
      holders.set(identity, (holders.get(identity) ?? leaf) === leaf ? leaf : -1)
    })
  return (memory, leaf) => {
    const identity = device.identity(memory)
    if (holders.get(identity) !== leaf || !device.isSole(memory)) return false
    holders.set(identity, -1)
    return true
  }
}
