/** No parameter receives a gradient: the loss does not depend on any of them. */
export class NoGradients extends Error {
  override readonly name = 'NoGradients'
  /** The paths of the leaves that were watched. */
  readonly watched: readonly string[]
  constructor(where: string, watched: readonly string[]) {
    super(
      `${where}: no gradients provided for any variable: the loss does not depend on ${watched
        .slice(0, 8)
        .map((path) => (path === '' ? 'the root' : path))
        .join(', ')}${watched.length > 8 ? ', …' : ''}. ` +
        'Compute it with tfjs operations from the parameters that the loss is called with, and from nothing that was read back as numbers.',
    )
    this.watched = watched
  }
}
