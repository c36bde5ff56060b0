/** @internal */
import type { CpuBackend } from './CpuBackend.js'

/** From so many elements on an array is worth its name. */
export const leastSpare = 1024

/** So many elements wait at a time, at most: what weak references were made to lives until the job ends. */
const most = 2 ** 27

/** Arrays of tensors that were disposed, for steps to write to in the place of new ones: clearing new memory, its first
 *  touch and its collection cost more than a step. Only such as this library has made and nobody was handed. They are held
 *  weakly: where memory is needed elsewhere, they are no more.
 *
 *  @returns what takes one of that length, of whatever values */
export const spareArrays = (
  backend: CpuBackend,
  own: Pick<WeakSet<object>, 'has'>,
): ((length: number) => Float32Array | undefined) => {
  const byLength = new Map<number, WeakRef<Float32Array>[]>()
  let waiting = 0
  const beginAnew = (): void => {
    byLength.clear()
    waiting = 0
  }
  const keep = (array: Float32Array): void => {
    const { length } = array
    // Mostly nobody wanted those any more: a step takes as much as it replaces.
    if (waiting <= most && waiting + length > most) queueMicrotask(beginAnew)
    waiting += length
    if (waiting > most) return
    const list = byLength.get(length)
    if (list === undefined) byLength.set(length, [new WeakRef(array)])
    else list.push(new WeakRef(array))
  }
  const dispose = backend.disposeData.bind(backend)
  backend.disposeData = (dataId, force) => {
    // `get` would fetch what is on another backend
    const values: unknown = backend.data.has(dataId) ? backend.data.get(dataId).values : undefined
    const gone = dispose(dataId, force)
    if (gone && values instanceof Float32Array && values.length >= leastSpare && own.has(values.buffer)) keep(values)
    return gone
  }
  return (length) => {
    const list = byLength.get(length)
    for (let one = list?.pop(); one !== undefined; one = list?.pop()) {
      const array = one.deref()
      if (array !== undefined) {
        waiting -= length
        return array
      }
    }
    return undefined
  }
}
