/** @internal */

/** What a key stands for: remembered, or made when it is asked for. */
export type BoundedMemory<V extends object> = (key: string, make: () => V) => V

/** A memory of at most so many values: the one that was not asked for the longest is dropped, and made anew should it
 *  be asked for again. `dropped` sees it go. */
export const boundedMemory = <V extends object>(
  most: number,
  dropped: (value: V) => void = () => undefined,
): BoundedMemory<V> => {
  // A map keeps the order in which keys came: the first one is the oldest.
  const held = new Map<string, V>()
  let newest: string | undefined
  return (key, make) => {
    const found = held.get(key)
    if (found !== undefined && key === newest) return found
    const value = found ?? make()
    held.delete(key)
    held.set(key, value)
    newest = key
    for (const [old, gone] of held) {
      if (held.size <= most) break
      held.delete(old)
      dropped(gone)
    }
    return value
  }
}
