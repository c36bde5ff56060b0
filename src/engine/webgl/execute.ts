/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { isPerElement, type ClassPlan } from './Plan.js'
import type { Output } from '../../equation/Graph.js'
import type { Done, SlotLeaves, Work } from '../../equation/Work.js'
import { ContextLost } from './ContextLost.js'
import { donor } from './donor.js'
import { foldTable } from './foldTable.js'
import { uniformsOf } from './Inputs.js'
import type { Context } from './Context.js'
import type { Plan } from './Plan.js'
import { drawDrafts, drawPass, geometryOfLeaf, packed, release, single, type Running } from './Running.js'

/** Runs a plan: the phases of collectives, then one draw for each leaf that writes all its results. */
export const execute = (context: Context, plan: Plan, work: Work<tf.Tensor>): Done<tf.Tensor> => {
  const { backend, gl } = context
  if (gl.isContextLost()) throw new ContextLost()
  const running: Running = {
    context,
    plan,
    work,
    tables: [],
    scratch: [],
    uniforms: plan.classes.map(({ graph }) => uniformsOf(graph, work.scalars)),
  }
  const written: Written[] = []
  const gift = donor(work, plan)
  try {
    for (const phase of plan.phases) for (const table of phase) foldTable(running, table)
    plan.classes.forEach((own, c) => {
      for (const leaf of own.leaves) {
        writeElements(running, own, c, leaf, written)
        gift.afterLeaf(leaf)
      }
    })
    plan.classes.forEach((own, c) => {
      for (const leaf of own.leaves) writeOne(running, c, own.perLeaf, leaf, leaf, perLeafOutputs(own), written)
    })
    for (const { inClass, pass, outputs } of plan.perTree)
      writeOne(running, inClass, [pass], plan.classes[inClass]?.leaves[0] ?? 0, 0, outputs, written)
    // What was drawn into a context that is lost meanwhile reads as zeros.
    if (gl.isContextLost()) throw new ContextLost()
  } catch (error) {
    if (!gl.isContextLost()) for (const { info } of written) backend.disposeIntermediateTensorInfo(info)
    throw error
  } finally {
    if (!gl.isContextLost()) release(running, 0)
  }
  if (tf.env().getNumber('WEBGL_FLUSH_THRESHOLD') > 0) gl.flush() // as tfjs does after its own programs, on phones
  const done = collected(plan, work, written)
  gift.atEnd()
  return done
}

interface Written {
  readonly target: Output['target']
  readonly index: number
  readonly info: tf.TensorInfo
}

/** Draws the elements of a leaf. What is made is noted before it is drawn: a draw may throw. */
const writeElements = (running: Running, own: ClassPlan, inClass: number, leaf: number, written: Written[]): void => {
  const { context, work, scratch } = running
  if (own.graph.outputs.length === 0) return
  const geometry = geometryOfLeaf(running, leaf)
  const shape = work.skeleton.shapes[leaf] ?? []
  const outputs = own.graph.outputs.filter(isPerElement)
  if (geometry.size === 0) {
    for (const { target } of outputs)
      written.push({
        target,
        index: leaf,
        info: context.backend.makeTensorInfo([...shape], 'float32', new Float32Array(0)),
      })
    return
  }
  const before = scratch.length
  const drafts = drawDrafts(running, inClass, own.drafts, leaf)
  let output = 0
  for (const pass of own.elements) {
    const infos = pass.wanted.map(() =>
      note(written, outputs[output++], leaf, packed(context, shape, geometry.texShape)),
    )
    drawPass(running, inClass, pass, leaf, infos, drafts, 'elements')
  }
  release(running, before)
}

/** Draws numbers, one texel each. */
const writeOne = (
  running: Running,
  inClass: number,
  passes: ClassPlan['perLeaf'],
  leaf: number,
  index: number,
  outputs: readonly Output[],
  written: Written[],
): void => {
  let output = 0
  for (const pass of passes) {
    const infos = pass.wanted.map(() => note(written, outputs[output++], index, single(running.context)))
    drawPass(running, inClass, pass, leaf, infos, new Map(), 'one')
  }
}

/** Passes keep the order of outputs. */
const note = (written: Written[], output: Output | undefined, index: number, info: tf.TensorInfo): tf.TensorInfo => {
  if (output !== undefined) written.push({ target: output.target, index, info })
  return info
}

const perLeafOutputs = ({ graph }: ClassPlan): readonly Output[] =>
  graph.outputs.filter(({ target }) => target.kind === 'slot' && target.per === 'leaf')

/** The result: new tensors where something was written, else the very tensors that were given. */
const collected = ({ classes }: Plan, work: Work<tf.Tensor>, written: readonly Written[]): Done<tf.Tensor> => {
  const engine = tf.engine()
  const leaves: (tf.Tensor | null)[] = [...(work.mode === 'step' ? work.params : work.updates)]
  const slots: Record<string, (tf.Tensor | null)[]>[] = work.slots.map(() => ({}))
  for (const { target, index, info } of written) {
    const tensor = engine.makeTensorFromTensorInfo(info)
    if (target.kind === 'leaf') leaves[index] = tensor
    else {
      const own = slots[target.stage] ?? {}
      const list = (own[target.name] ??= [...(work.slots[target.stage]?.[target.name] ?? [])])
      list[index] = tensor
    }
  }
  for (const { graph, leaves: own } of classes)
    if (graph.leaf === 'zero')
      for (const leaf of own) leaves[leaf] = tf.fill([...(work.skeleton.shapes[leaf] ?? [])], 0, 'float32')
  return { leaves, slots: work.slots.map((given, s): SlotLeaves<tf.Tensor> => ({ ...given, ...slots[s] })) }
}
