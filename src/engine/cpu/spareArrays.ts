/** @internal */

/** Arrays that nobody holds any more. */
export interface SpareArrays {
  /** In the place of those that were there. */
  readonly keep: (arrays: readonly Float32Array[]) => void
  /** One of that length, of whatever values. */
  readonly take: (length: number) => Float32Array | undefined
}

/** Arrays that a step may write to in the place of new ones: the first touch of new memory costs more than a step. They are
 *  held weakly: where memory is needed elsewhere, they are no more. */
export const spareArrays = (): SpareArrays => {
  let byLength = new Map<number, WeakRef<Float32Array>[]>()
  return {
    keep: (arrays) => {
      byLength = new Map()
      for (const array of arrays) {
        const list = byLength.get(array.length)
        if (list === undefined) byLength.set(array.length, [new WeakRef(array)])
        else list.push(new WeakRef(array))
      }
    },
    take: (length) => {
      const list = byLength.get(length)
      for (let one = list?.pop(); one !== undefined; one = list?.pop()) {
        const array = one.deref()
        if (array !== undefined) return array
      }
      return undefined
    },
  }
}
