/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import type { Done, Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { StepPlan } from '../plan/planOf.js'
import { resultsOf } from '../plan/resultsOf.js'
import { placeIn, type WorkList } from '../plan/WorkList.js'
import type { Context } from './Context.js'
import { ContextLost } from './ContextLost.js'
import { donor } from './donor.js'
import type { DrawPass } from './DrawPass.js'
import type { DrawPlan, WritingPass } from './DrawPlan.js'
import { foldTable } from './foldTable.js'
import { uniformsOf } from './Inputs.js'
import { drawDrafts, drawPass, release, type Drawing } from './Drawing.js'
import type { Site } from './Site.js'
import { textured } from './texture.js'

/** Runs a plan: the phases of collectives, then one draw for each leaf that writes all its results. */
export const execute = (
  context: Context,
  plan: StepPlan,
  sites: Drawing['sites'],
  { classes, phases }: DrawPlan,
  work: Work<tf.Tensor>,
): Done<tf.Tensor> => {
  const { backend, gl } = context
  const drawing: Drawing = {
    context,
    work,
    sites,
    tables: [],
    scratch: [],
    uniforms: classes.map(({ graph }) => uniformsOf(graph, work)),
  }
  const written: Written[] = []
  const give = donor(work)
  let given = 0
  const giveReplaced = (): void => {
    for (const { list, leaf } of written.slice(given)) give(list, leaf)
    given = written.length
  }
  try {
    for (const phase of phases) for (const table of phase) foldTable(drawing, table)
    classes.forEach(({ drafts, elements }, c) => {
      for (const site of must(sites[c], 'class')) {
        write(drawing, c, drafts, elements, site, 'written', written)
        giveReplaced() // its memory is the next leaf's
      }
    })
    classes.forEach(({ perLeaf, perTree }, c) => {
      const own = must(sites[c], 'class')
      for (const site of own) write(drawing, c, [], perLeaf, site, 'one', written)
      write(drawing, c, [], perTree, must(own[0], 'leaf'), 'one', written)
    })
    // What was drawn into a context that is lost meanwhile reads as zeros.
    if (gl.isContextLost()) throw new ContextLost()
  } catch (error) {
    if (!gl.isContextLost()) for (const { info } of written) backend.disposeIntermediateTensorInfo(info)
    throw error
  } finally {
    if (!gl.isContextLost()) release(drawing, 0)
  }
  if (tf.env().getNumber('WEBGL_FLUSH_THRESHOLD') > 0) gl.flush() // as tfjs does after its own programs, on phones
  const results = resultsOf(work, plan, (shape) => tf.fill([...shape], 0, 'float32'))
  const engine = tf.engine()
  for (const { list, leaf, info } of written)
    results.after(list)[placeIn(list, leaf)] = engine.makeTensorFromTensorInfo(info)
  giveReplaced() // numbers of a leaf or of the tree were read to the end
  return results.done()
}

/** What was drawn, and the list that it belongs to. */
interface Written {
  readonly list: WorkList
  readonly leaf: number
  readonly info: tf.TensorInfo
}

/** Draws what is new of a leaf: its elements, or numbers of one texel each. */
const write = (
  drawing: Drawing,
  inClass: number,
  drafts: readonly DrawPass[],
  passes: readonly WritingPass[],
  site: Site,
  over: 'written' | 'one',
  written: Written[],
): void => {
  const { context, scratch } = drawing
  const { leaf, shape, geometry } = site
  const isOne = over === 'one'
  const isDrawn = isOne || geometry.size > 0
  const before = scratch.length
  const made = drawDrafts(drawing, inClass, isDrawn ? drafts : [], site)
  for (const { pass, writes } of passes) {
    const infos = writes.map(({ list }) => {
      const info = isDrawn
        ? textured(context.backend, isOne ? [] : shape, isOne ? 'unpacked' : geometry.texShape)
        : context.backend.makeTensorInfo([...shape], 'float32', new Float32Array(0))
      written.push({ list, leaf, info }) // before it is drawn, which may throw
      return info
    })
    if (isDrawn) drawPass(drawing, inClass, pass, site, infos, made, over)
  }
  release(drawing, before)
}
