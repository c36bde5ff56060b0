/** @internal */

/** What is known of single objects and seen by nobody else. */
export interface HiddenMark<V> {
  /** Marks an object that is new and not yet frozen; once. */
  readonly on: <O extends object>(object: O, value: V) => O
  readonly of: (value: unknown) => V | undefined
}

/** Marks in private fields: no key of the object, in no copy of it, gone with it. A weak map says the same at ten times the
 *  price where objects are many and short-lived: each collection of garbage goes through its entries. */
export const hiddenMark = <V>(): HiddenMark<V> => {
  // Private fields are written by classes only. What a constructor returns is `this` to the classes that extend it.
  const Itself = function (object: object) {
    return object
  } as unknown as new (object: object) => object // called with `new` below
  class Marked extends Itself {
    readonly #value: V
    constructor(object: object, value: V) {
      super(object)
      this.#value = value
    }
    static of(value: unknown): V | undefined {
      return typeof value === 'object' && value !== null && #value in value ? value.#value : undefined
    }
  }
  return {
    on: <O extends object>(object: O, value: V) => new Marked(object, value) as object as O, // it is the object
    of: Marked.of,
  }
}
