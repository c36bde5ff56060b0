/** @internal */
import { shapeAt } from '../../tree/Skeleton.js'
import * as tf from '@tensorflow/tfjs-core'
import type { Done, Executor, Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import { eager } from '../eager.js'
import { planOf, type StepPlan } from '../plan/planOf.js'
import { resultsOf } from '../plan/resultsOf.js'
import { isGivenAway, listIn, type WorkList } from '../plan/WorkList.js'
import type { Device } from './Device.js'
import { donations } from './donations.js'
import { heapPlanOf, type HeapPlan, type Pass } from './HeapPlan.js'
import { type Cells, hostValues } from './hostValues.js'

/** Engines take no function of more: some 80 parts that all have slots. */
const mostParameters = 1000

/** Memory by list and leaf. */
type Memories<R> = readonly (readonly (R | null)[])[]

/** Runs each class of leaves as one graph: a pass for each phase of collectives, and one that writes every result.
 *
 *  What needs more arrays and numbers than a function has parameters is run as tensor operations.
 *
 *  @throws `OutOfMemoryError`, with everything as it was. */
export const fusedExecutor =
  <R extends object>(device: Device<R>): Executor<tf.Tensor> =>
  (work) => {
    const plan = planOf(work)
    const own = heapPlanOf(plan.outline)
    if (own.widest > mostParameters) return eager(work)
    const memories = plan.outline.lists.map((list) => memoriesOf(device, listIn(work, list)))
    const over = (c: number, pass: Pass, cells: Cells, written: Memories<R>): readonly number[] => {
      const { isPerLeaf } = must(own.classes[c], 'class')
      const uniformsAt = (k: number): readonly number[] => {
        const values = must(cells[k], 'cell')
        return pass.uniforms.map((cell) => must(values[cell], 'cell'))
      }
      const shared = isPerLeaf ? [] : uniformsAt(0)
      return device.compile(pass.kernel)({
        leaves: leavesOf(plan, c),
        sizes: plan.sizes,
        read: pass.inputs.map((list) => must(memories[list], 'memory')),
        written,
        uniforms: isPerLeaf ? uniformsAt : () => shared,
      })
    }
    const cells = hostValues(device, work, plan, own, (c, pass, values) => over(c, pass, values, []))
    const outputs = allocated(device, work, plan, own, memories)
    own.classes.forEach(({ map }, c) => {
      const written = outputsOf(outputs, c).map(({ memories: own }) => own)
      if (written.length > 0) over(c, map, must(cells[c], 'cell'), written)
    })
    return finished(device, work, plan, own, outputs, cells)
  }

const leavesOf = ({ leaves }: StepPlan, c: number): readonly number[] => must(leaves[c], 'class')

const memoriesOf = <R extends object>(
  device: Device<R>,
  list: readonly (tf.Tensor | null)[],
): readonly (R | null)[] => {
  const memories = new Array<R | null>(list.length).fill(null)
  for (let i = 0; i < list.length; i++) {
    const tensor = must(list[i], 'place')
    // What is not float32 is passed by.
    if (tensor?.dtype === 'float32') memories[i] = device.memoryOf(tensor)
  }
  return memories
}

/** Where the successor of a list goes, by leaf; no info: into the memory of the tensor that was there. */
interface Output<R> {
  readonly list: WorkList
  readonly memories: readonly (R | null)[]
  readonly infos: readonly (tf.TensorInfo | null)[]
}

/** What each class writes. */
type Outputs<R> = readonly (readonly Output<R>[])[]

const outputsOf = <R>(outputs: Outputs<R>, c: number): readonly Output<R>[] => must(outputs[c], 'class')

/** All memory that the step writes, before anything is written: if there is not enough, everything is as it was. */
const allocated = <R extends object>(
  device: Device<R>,
  work: Work<tf.Tensor>,
  plan: StepPlan,
  { classes }: HeapPlan,
  memories: Memories<R>,
): Outputs<R> => {
  const given = work.donate ? donations(device, memories) : () => false
  const made: tf.TensorInfo[] = []
  try {
    return classes.map(({ targets }, c) =>
      targets.map(({ list, place }) => {
        const away = isGivenAway(work, list)
        const old = must(memories[place], 'memory')
        const written = new Array<R | null>(old.length).fill(null)
        const infos = new Array<tf.TensorInfo | null>(old.length).fill(null)
        for (const leaf of leavesOf(plan, c)) {
          const there = must(old[leaf], 'memory')
          if (away && there !== null && given(there, leaf)) written[leaf] = there
          else {
            const { info, memory } = device.allocate(shapeAt(work.skeleton, leaf), away)
            written[leaf] = memory
            infos[leaf] = info
            made.push(info)
          }
        }
        return { list, memories: written, infos }
      }),
    )
  } catch (error) {
    made.forEach(device.free)
    throw error
  }
}

const finished = <R extends object>(
  device: Device<R>,
  work: Work<tf.Tensor>,
  plan: StepPlan,
  { classes }: HeapPlan,
  outputs: Outputs<R>,
  cells: readonly Cells[],
): Done<tf.Tensor> => {
  const results = resultsOf(work, plan, (shape) => tf.zeros([...shape]))
  classes.forEach(({ numbers, isPerLeaf }, c) => {
    const leaves = leavesOf(plan, c)
    for (const { list, infos } of outputsOf(outputs, c)) {
      const away = isGivenAway(work, list)
      const after = results.after(list)
      for (const leaf of leaves) {
        const old = must(after[leaf], 'place')
        const info = must(infos[leaf], 'memory')
        if (info === null) after[leaf] = device.inherited(held(old))
        else {
          after[leaf] = device.tensor(info)
          if (away) old?.dispose()
        }
      }
    }
    for (const { list, cell, per } of numbers) {
      const after = results.after(list)
      const places = per === 'tree' ? [0] : leaves
      places.forEach((place, k) => {
        const values = must(must(cells[c], 'cell')[isPerLeaf ? k : 0], 'cell')
        const old = must(after[place], 'place')
        after[place] = device.tensor(device.scalar(must(values[cell], 'cell')))
        if (isGivenAway(work, list)) old?.dispose()
      })
    }
  })
  return results.done()
}

/** A tensor whose memory was taken is there. */
const held = (tensor: tf.Tensor | null): tf.Tensor => must(tensor ?? undefined, 'memory')
