/** @internal */

/** A value that functions find around them while they run, and only then. */
export interface Ambient {
  /** The value of the innermost call of `during` that is running. Throws where there is none. */
  readonly value: () => unknown
  /** Calls a function with a value around it. */
  readonly during: <A>(value: unknown, call: () => A) => A
}

/** An ambient value of its own. */
export const ambient = (): Ambient => {
  // Set for the length of a call: nobody sees it before or after.
  let innermost: { readonly value: unknown } | undefined
  return {
    value: () => {
      if (innermost === undefined) throw new Error('an ambient value was asked for where nothing that has one runs')
      return innermost.value
    },
    during: (value, call) => {
      const outer = innermost
      innermost = { value }
      try {
        return call()
      } finally {
        innermost = outer
      }
    },
  }
}
