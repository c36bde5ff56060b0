import { listed } from '../scalars/listed.js'

/** There is nothing to train: the tree of parameters has no leaf, or the mask hides them all. */
export class NoVariables extends Error {
  override readonly name = 'NoVariables'
  /** The paths of the leaves that the mask hides. */
  readonly hidden: readonly string[]
  constructor(where: string, hidden: readonly string[]) {
    super(
      hidden.length === 0
        ? `${where}: no variables to optimize: the tree of parameters has no tensor in it. Pass at least one.`
        : `${where}: no variables to optimize: the mask hides every leaf (${listed(hidden.map((path) => (path === '' ? 'the root' : path)))}). Let it be true for at least one.`,
    )
    this.hidden = hidden
  }
}
