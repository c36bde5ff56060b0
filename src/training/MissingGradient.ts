/** tfjs knows no gradient for an operation of the loss, mostly because none were registered at all. */
export class MissingGradient extends Error {
  override readonly name = 'MissingGradient'
  /** The kernel without a gradient, such as `Sum`. */
  readonly kernel: string
  constructor(where: string, kernel: string, registered: boolean, cause: unknown) {
    super(
      `${where}: tfjs has no gradient for ${kernel}. ` +
        (registered
          ? 'Write the loss with another operation, or give it a gradient of its own with tf.customGrad.'
          : "tfjs-core registers no gradients by itself: add import 'polyak/gradients' to your program, once, before the first step."),
      { cause },
    )
    this.kernel = kernel
  }
}
