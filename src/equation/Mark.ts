/** @internal */

/** A place in a program whose arriving update a later equation reads as `incoming`. Its identity is its name. */
export interface Mark {
  readonly of: string
}
