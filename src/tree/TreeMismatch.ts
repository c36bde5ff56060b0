/** What two trees disagree on. */
export interface Mismatch {
  /** Which tree was read, e.g. `updates` or `state.inner.mu`. */
  readonly where: string
  /** The leaf's path in it, `''` for the root. */
  readonly path: string
  readonly expected: string
  readonly found: string
  /** How to mend it. */
  readonly hint: string
}

/** Two trees that should be alike are not: says which tree, where, what was expected and what was found. */
export class TreeMismatch extends Error implements Mismatch {
  override readonly name = 'TreeMismatch'
  // as they are passed
  declare readonly where: string
  declare readonly path: string
  declare readonly expected: string
  declare readonly found: string
  declare readonly hint: string
  constructor(mismatch: Mismatch) {
    const { where, path, expected, found, hint } = mismatch
    super(`${where}: at ${path === '' ? 'the root' : path}, expected ${expected}, found ${found}. ${hint}`)
    Object.assign(this, mismatch)
  }
}
