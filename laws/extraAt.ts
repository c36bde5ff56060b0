import type { Tree } from '../src/tree/Tree.js'

/** What a transformation needs with a step: always the same, or what follows from the gradients and parameters of the
 *  step. */
export const extraAt =
  (extra: unknown) =>
  (grads: Tree, params: Tree): {} =>
    // which extras they are is known to who gave the transformation
    (typeof extra === 'function' ? extra(grads, params) : extra) as {}
