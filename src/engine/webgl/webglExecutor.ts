/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import type { Executor } from '../../equation/Work.js'
import { rememberedOne } from '../../equation/Program.js'
import { eager } from '../eager.js'
import type { Passes } from '../Passes.js'
import { planOf } from '../plan/planOf.js'
import { backendOf, type Backend } from './Backend.js'
import { contextOf } from './Context.js'
import { ContextLost } from './ContextLost.js'
import { execute } from './execute.js'
import { heightOf } from './foldTable.js'

/** Steps as fused draws, where a backend is WebGL 2 with float32 render targets; else why not.
 *
 *  ```text
 *  draws = leaves + folds of collectives (one for a large leaf, one for 15 small ones) + 2 for each phase of
 *  collectives
 *  ```
 *
 *  @shapes results are packed textures; gradients are read as they lie: packed, unpacked, sliced, reshaped, on the
 *    host.
 *  @throws `ContextLost`.
 *  @departs float32 throughout; denormal numbers count as 0, as everywhere on WebGL. */
export const webglExecutor = (given: tf.KernelBackend): Found => {
  const found = foundIn(given)
  if ('why' in found) return found
  if (tf.env().getNumber('WEBGL_VERSION') !== 2)
    return { why: 'WebGL 1 has no draws with several float targets and no texelFetch' }
  if (!tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED'))
    return { why: 'tensors are half floats here (WEBGL_RENDER_FLOAT32_ENABLED is false): second moments would be 0' }
  if (!tf.env().getBool('WEBGL_PACK')) return { why: 'packed tensors are switched off (WEBGL_PACK is false)' }
  return found
}

type Found = { readonly executor: Executor<tf.Tensor>; readonly passes: Passes } | { readonly why: string }

const foundIn = rememberedOne((given: tf.KernelBackend): Found => {
  const backend = backendOf(given)
  return 'why' in backend
    ? backend
    : {
        executor: fused(backend),
        passes: { kind: 'draws', of: (outline) => contextOf(backend).draws(outline).plan },
      }
})

const fused =
  (backend: Backend): Executor<tf.Tensor> =>
  (work) => {
    // Gradients through a step need tfjs' own operations.
    if (tf.engine().isTapeOn() || tf.env().getBool('ENGINE_COMPILE_ONLY')) return eager(work)
    const context = contextOf(backend)
    if (context.gl.isContextLost()) throw new ContextLost()
    const plan = planOf(work)
    const drawn = context.draws(plan.outline).plan
    const sites = context.sites(plan, work.skeleton)
    const fits = drawn?.phases.flat().every((table) => heightOf(table, sites, work.params.length) <= context.side)
    // an equation that does not fit into shaders, or a table that would be higher than a texture
    return drawn === undefined || fits !== true ? eager(work) : execute(context, plan, sites, drawn, work)
  }
