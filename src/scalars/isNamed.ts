/** @internal */

/** Whether what an object holds is found by its keys. An array, a `Map` or a `Set` has other ways, and a promise has nothing
 *  yet: each would pass for a record without any. */
export const isNamed = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !(Symbol.iterator in value) && !(value instanceof Promise)
