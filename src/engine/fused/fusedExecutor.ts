/** @internal */
import { shapeAt } from '../../tree/Skeleton.js'
import * as tf from '@tensorflow/tfjs-core'
import type { Done, Executor, Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import { handOver } from '../../tensors/handOver.js'
import { eager } from '../eager.js'
import type { Write } from '../../equation/Graph.js'
import { planOf, type StepPlan } from '../plan/planOf.js'
import { resultsOf } from '../plan/resultsOf.js'
import { isGivenAway, listIn, type WorkList } from '../plan/WorkList.js'
import type { Device } from './Device.js'
import { repeated } from './repeated.js'
import { heapPlanOf, type HeapPlan, type Pass } from './HeapPlan.js'
import { type Cells, valueIn } from './hostNode.js'
import { at, hostValues } from './hostValues.js'
import { startOf } from './Kernel.js'

/** Engines take no function of more: some 80 parts that all have slots. */
const mostParameters = 1000

type Engine = ReturnType<typeof tf.engine>

/** Memory by list and leaf. */
type Memories<R> = readonly (readonly (R | null)[])[]

/** Runs each class of leaves as one graph: a pass for each phase of collectives, and one that writes every result.
 *
 *  What needs more arrays and numbers than a function has parameters is run as tensor operations.
 *
 *  @throws `OutOfMemoryError`, with everything as it was. */
export const fusedExecutor =
  <R extends object>(device: Device<R>, engine = tf.engine()): Executor<tf.Tensor> =>
  (work) => {
    const plan = planOf(work)
    const heap = heapPlanOf(plan.outline)
    if (heap.widest > mostParameters) return eager(work)
    // What is not float32 is passed by.
    const memories = plan.outline.lists.map((list) =>
      listIn(work, list).map((tensor) => (tensor?.dtype === 'float32' ? device.memoryOf(tensor) : null)),
    )
    /** Runs a pass over a class; what it folds of each leaf. */
    const over = (c: number, pass: Pass, cells: readonly Cells[], written: Memories<R>): readonly number[] => {
      const { kernel, inputs } = pass
      const results: number[] = []
      if (kernel.folds.length + written.length === 0) return results
      const run = device.compile(kernel)
      const arrays = [...inputs.map((list) => must(memories[list], 'memory')), ...written]
      const uniforms = cells.map((values) => pass.uniforms.map((cell) => valueIn(values, cell)))
      const own = leavesOf(plan, c)
      for (let k = 0; k < own.length; k++) {
        const leaf = must(own[k], 'leaf')
        const size = must(plan.sizes[leaf], 'size')
        const found = size === 0 ? kernel.folds.map(startOf) : run(arrays, leaf, size, at(uniforms, k))
        if (typeof found === 'number') results.push(found)
        else if (found !== undefined) results.push(...found)
      }
      return results
    }
    const cells = hostValues(
      (tensor) => device.numberIn(device.memoryOf(tensor)),
      work,
      plan,
      heap,
      (c, pass, values) => over(c, pass, values, []),
    )
    const outputs = allocated(engine, device, work, plan, heap, memories)
    heap.classes.forEach(({ map }, c) => {
      over(
        c,
        map,
        must(cells[c], 'cell'),
        outputsOf(outputs, c).map(({ written }) => written),
      )
    })
    return finished(engine, device, work, plan, heap, outputs, cells)
  }

const leavesOf = ({ leaves }: StepPlan, c: number): readonly number[] => must(leaves[c], 'class')

/** Where the successor of a list goes. */
interface Output<R> {
  /** By leaf. */
  readonly written: readonly (R | null)[]
  /** For each leaf of the class the new tensor there; none: into the memory of the tensor that was there. */
  readonly fresh: readonly (tf.Tensor | undefined)[]
}

/** What each class writes. */
type Outputs<R> = readonly (readonly Output<R>[])[]

const outputsOf = <R>(outputs: Outputs<R>, c: number): readonly Output<R>[] => must(outputs[c], 'class')

/** All memory that the step writes, before anything is written: if there is not enough, everything is as it was. */
const allocated = <R extends object>(
  engine: Engine,
  device: Device<R>,
  work: Work<tf.Tensor>,
  plan: StepPlan,
  { classes }: HeapPlan,
  memories: Memories<R>,
): Outputs<R> => {
  const shared = work.donate ? repeated(memories) : undefined
  const made: tf.Tensor[] = []
  try {
    return classes.map(({ targets, map }, c) => {
      if (targets.length > 0) device.compile(map.kernel) // what cannot be compiled leaves nothing behind
      return targets.map((place) => {
        const away = isGivenAway(work, must(plan.outline.lists[place], 'list'))
        const written = [...must(memories[place], 'memory')]
        const fresh = leavesOf(plan, c).map((leaf) => {
          const there = must(written[leaf], 'memory')
          if (away && there !== null && !shared?.has(there) && device.isSole(there)) return undefined
          const { info, memory } = device.allocate([...shapeAt(work.skeleton, leaf)], away)
          const tensor = engine.makeTensorFromTensorInfo(info)
          made.push(tensor)
          written[leaf] = memory
          return tensor
        })
        return { written, fresh }
      })
    })
  } catch (error) {
    tf.dispose(made)
    throw error
  }
}

const finished = <R extends object>(
  engine: Engine,
  device: Device<R>,
  work: Work<tf.Tensor>,
  plan: StepPlan,
  { classes }: HeapPlan,
  outputs: Outputs<R>,
  cells: readonly (readonly Cells[])[],
): Done<tf.Tensor> => {
  const results = resultsOf(work, plan, (shape) => tf.zeros([...shape]))
  /** A tensor that takes over another's memory, shape and dtype; the other is disposed. */
  const heirOf = (tensor: tf.Tensor): tf.Tensor => {
    device.forget?.(tensor)
    const heir = engine.makeTensorFromTensorInfo(tensor)
    handOver(tensor)
    return heir
  }
  const replace = (list: WorkList, leaves: readonly number[], fresh: readonly (tf.Tensor | undefined)[]): void => {
    const away = isGivenAway(work, list)
    const after = results.after(list)
    leaves.forEach((leaf, k) => {
      const old = must(after[leaf], 'place')
      const tensor = fresh[k]
      after[leaf] = tensor ?? heirOf(must(old ?? undefined, 'memory'))
      if (away && tensor !== undefined) old?.dispose()
    })
  }
  plan.outline.classes.forEach(({ elements, perLeaf, perTree }, c) => {
    const leaves = leavesOf(plan, c)
    elements.forEach(({ list }, e) => {
      replace(list, leaves, must(outputsOf(outputs, c)[e], 'memory').fresh)
    })
    const numbers = (writes: readonly Write[], own: readonly number[]): void => {
      for (const { list, node } of writes) {
        const cell = must(classes[c], 'class').cellOf(node)
        replace(
          list,
          own,
          own.map((_, k) =>
            engine.makeTensor(Float32Array.of(valueIn(at(must(cells[c], 'class'), k), cell)), [], 'float32'),
          ),
        )
      }
    }
    numbers(perLeaf, leaves)
    numbers(perTree, [0])
  })
  return results.done()
}
