/** The browser took the WebGL context away: every tensor on it is gone. tfjs itself would go on silently, with zeros.
 *  */
export class ContextLost extends Error {
  override readonly name = 'ContextLost'
  constructor() {
    super(
      'The WebGL context is lost, and with it all tensors on the GPU: this step has no result. ' +
        'Make a new context with tf.removeBackend(name), tf.registerBackend(name, factory) and tf.setBackend(name), ' +
        'then restore parameters and state from a checkpoint.',
    )
  }
}
