/** @internal */
import type { HeapPlan } from './fused/HeapPlan.js'
import type { Outline } from './plan/Outline.js'
import type { DrawPlan } from './webgl/DrawPlan.js'

/** What an executor makes of an outline, for `explained`: the words for it are with who asks, so that a bundle with an
 *  executor holds none of them. */
export type Passes =
  | { readonly kind: 'kernels'; readonly of: (outline: Outline) => HeapPlan }
  /** `undefined` where an equation does not fit into shaders. */
  | { readonly kind: 'draws'; readonly of: (outline: Outline) => DrawPlan | undefined }
