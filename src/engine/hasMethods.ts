/** @internal */

/** Whether an object has each of these methods: looked for, not assumed, since they are no public members of tfjs. */
export const hasMethods = (object: object, ...names: readonly string[]): boolean =>
  // any object may be read like this
  names.every((name) => typeof (object as Readonly<Record<string, unknown>>)[name] === 'function')
