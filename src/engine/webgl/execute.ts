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
import type { DrawnClass, DrawPlan, WritingPass } from './DrawPlan.js'
import { foldTable } from './foldTable.js'
import { uniformsOf } from './Inputs.js'
import { drawDrafts, drawPass, geometryOfLeaf, packed, release, shapeOfLeaf, single, type Drawing } from './Drawing.js'

/** Runs a plan: the phases of collectives, then one draw for each leaf that writes all its results. */
export const execute = (
  context: Context,
  plan: StepPlan,
  { classes, phases }: DrawPlan,
  work: Work<tf.Tensor>,
): Done<tf.Tensor> => {
  const { backend, gl } = context
  if (gl.isContextLost()) throw new ContextLost()
  const drawing: Drawing = {
    context,
    plan,
    work,
    tables: [],
    scratch: [],
    uniforms: classes.map(({ graph }) => uniformsOf(graph, work)),
  }
  const written: Written[] = []
  const gift = donor(work, plan)
  try {
    for (const phase of phases) for (const table of phase) foldTable(drawing, table)
    classes.forEach((own, c) => {
      for (const leaf of leavesOf(plan, c)) {
        writeElements(drawing, own, c, leaf, written)
        gift.afterLeaf(leaf)
      }
    })
    classes.forEach(({ perLeaf }, c) => {
      for (const leaf of leavesOf(plan, c)) writeNumbers(drawing, perLeaf, c, leaf, written)
    })
    classes.forEach(({ perTree }, c) => {
      const first = must(leavesOf(plan, c)[0], 'leaf')
      writeNumbers(drawing, perTree, c, first, written)
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
  gift.atEnd()
  return results.done()
}

const leavesOf = ({ leaves }: StepPlan, c: number): readonly number[] => must(leaves[c], 'class')

/** What was drawn, and the list that it belongs to. */
interface Written {
  readonly list: WorkList
  readonly leaf: number
  readonly info: tf.TensorInfo
}

/** Draws the elements of a leaf. */
const writeElements = (drawing: Drawing, own: DrawnClass, inClass: number, leaf: number, written: Written[]): void => {
  const { context, work, scratch } = drawing
  if (own.elements.length === 0) return
  const geometry = geometryOfLeaf(drawing, leaf)
  const shape = shapeOfLeaf(work, leaf)
  if (geometry.size === 0) {
    const nothing = (): tf.TensorInfo => context.backend.makeTensorInfo([...shape], 'float32', new Float32Array(0))
    for (const { writes } of own.elements) for (const { list } of writes) note(written, list, leaf, nothing())
    return
  }
  const before = scratch.length
  const drafts = drawDrafts(drawing, inClass, own.drafts, leaf)
  for (const { pass, writes } of own.elements) {
    const infos = writes.map(({ list }) => note(written, list, leaf, packed(context, shape, geometry.texShape)))
    drawPass(drawing, inClass, pass, leaf, infos, drafts, 'elements')
  }
  release(drawing, before)
}

/** Draws numbers, one texel each. */
const writeNumbers = (
  drawing: Drawing,
  passes: readonly WritingPass[],
  inClass: number,
  leaf: number,
  written: Written[],
): void => {
  for (const { pass, writes } of passes) {
    const infos = writes.map(({ list }) => note(written, list, leaf, single(drawing.context)))
    drawPass(drawing, inClass, pass, leaf, infos, new Map(), 'one')
  }
}

/** What is made is noted before it is drawn: a draw may throw. */
const note = (written: Written[], list: WorkList, leaf: number, info: tf.TensorInfo): tf.TensorInfo => {
  written.push({ list, leaf, info })
  return info
}
