/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import type { Done, Executor, SlotLeaves, Work } from '../../equation/Work.js'
import { donating } from '../donating.js'
import { eager } from '../eager.js'
import type { Device } from './Device.js'
import { donations } from './donations.js'
import { hostValues } from './hostValues.js'
import { planOf, type ClassPlan, type FusedPlan, type Pass } from './planOf.js'

/** Engines take no function of more: some 80 parts that all have slots. */
const mostParameters = 1000

const tooWide = donating(eager)

type List = readonly (tf.Tensor | null)[]

/** Memory by list and leaf. */
type Memories<R> = readonly (readonly (R | null)[])[]

/** Runs each class of leaves as one graph: a pass for each phase of collectives, and one that writes every result.
 *
 *  What needs more arrays and numbers than a function has parameters is run as tensor operations.
 *
 *  Throws   `OutOfMemoryError`, with everything as it was. */
export const fusedExecutor =
  <R extends object>(device: Device<R>): Executor<tf.Tensor> =>
  (work) => {
    const plan = planOf(work)
    if (plan.widest > mostParameters) return tooWide(work)
    const lists = plan.lists.map((source): List =>
      source === 'update'
        ? work.updates
        : source === 'param'
          ? work.params
          : (work.slots[source.stage]?.[source.name] ?? []),
    )
    const memories = lists.map((list) => memoriesOf(device, list))
    const over = (
      one: ClassPlan,
      pass: Pass,
      values: readonly (readonly number[])[],
      written: Memories<R>,
    ): readonly number[] => {
      const shared = one.perLeaf ? [] : pass.uniforms.map((id) => values[0]?.[id] ?? Number.NaN)
      return device.compile(pass.kernel)({
        leaves: one.leaves,
        sizes: plan.sizes,
        read: pass.inputs.map((list) => memories[list] ?? []),
        written,
        uniforms: one.perLeaf ? (k) => pass.uniforms.map((id) => values[k]?.[id] ?? Number.NaN) : () => shared,
      })
    }
    const values = hostValues(device, work, plan, (one, pass, own) => over(one, pass, own, []))
    const outputs = allocated(device, work, plan, memories)
    plan.classes.forEach((one, c) => {
      if (one.targets.length > 0)
        over(
          one,
          one.map,
          values[c] ?? [],
          one.targets.map((target) => outputs.memories[target] ?? []),
        )
    })
    return finished(device, work, plan, lists, outputs.infos, values)
  }

const memoriesOf = <R extends object>(device: Device<R>, list: List): readonly (R | null)[] => {
  const memories = new Array<R | null>(list.length).fill(null)
  for (let i = 0; i < list.length; i++) {
    const tensor = list[i] ?? null
    // What is not float32 is passed by.
    if (tensor?.dtype === 'float32') memories[i] = device.memoryOf(tensor)
  }
  return memories
}

/** Where results go, by target and leaf; no info: into the memory of the tensor that was there. */
interface Outputs<R> {
  readonly memories: Memories<R>
  readonly infos: readonly (readonly (tf.TensorInfo | null)[])[]
}

/** All memory that the step writes, before anything is written: if there is not enough, everything is as it was. */
const allocated = <R extends object>(
  device: Device<R>,
  work: Work<tf.Tensor>,
  plan: FusedPlan,
  memories: Memories<R>,
): Outputs<R> => {
  const given = work.donate ? donations(device, memories) : () => false
  const written = plan.targets.map(() => new Array<R | null>(plan.sizes.length).fill(null))
  const infos = plan.targets.map(() => new Array<tf.TensorInfo | null>(plan.sizes.length).fill(null))
  try {
    for (const { leaves, targets } of plan.classes)
      for (const target of targets) {
        const list = plan.targets[target] ?? 0
        for (const leaf of leaves) {
          const old = memories[list]?.[leaf] ?? null
          // Updates, the first list, are never given away.
          const place =
            list !== 0 && old !== null && given(old, leaf)
              ? { memory: old, info: null }
              : device.allocate(work.skeleton.shapes[leaf] ?? [])
          const [own, info] = [written[target], infos[target]]
          if (own !== undefined) own[leaf] = place.memory
          if (info !== undefined) info[leaf] = place.info
        }
      }
  } catch (error) {
    for (const list of infos) for (const info of list) if (info !== null) device.free(info)
    throw error
  }
  return { memories: written, infos }
}

const finished = <R extends object>(
  device: Device<R>,
  work: Work<tf.Tensor>,
  plan: FusedPlan,
  lists: readonly List[],
  infos: Outputs<R>['infos'],
  values: readonly (readonly (readonly number[])[])[],
): Done<tf.Tensor> => {
  const results = plan.targets.map((list) => lists[list]?.slice() ?? [])
  const numbers = plan.numbers.map(({ stage, name }) => work.slots[stage]?.[name]?.slice() ?? [])
  plan.classes.forEach((one, c) => {
    for (const target of one.targets) {
      const list = results[target] ?? []
      const replaces = plan.targets[target] !== 0
      for (const leaf of one.leaves) {
        const old = list[leaf] ?? null
        const info = infos[target]?.[leaf] ?? null
        list[leaf] = info !== null ? device.tensor(info) : old === null ? null : device.inherited(old)
        if (info !== null && work.donate && replaces) old?.dispose()
      }
    }
    if (one.graph.leaf === 'zero')
      for (const leaf of one.leaves) (results[0] ?? [])[leaf] = tf.zeros([...(work.skeleton.shapes[leaf] ?? [])])
    writeNumbers(device, work, one, values[c] ?? [], numbers)
  })
  const slots: SlotLeaves<tf.Tensor>[] = [...work.slots]
  const put = (stage: number, name: string, list: List): void => {
    slots[stage] = { ...slots[stage], [name]: list }
  }
  plan.targets.forEach((list, t) => {
    const source = plan.lists[list] ?? 'update'
    if (typeof source !== 'string') put(source.stage, source.name, results[t] ?? [])
  })
  plan.numbers.forEach(({ stage, name }, n) => put(stage, name, numbers[n] ?? []))
  return { leaves: plan.leafTarget ? (results[0] ?? []) : work.mode === 'step' ? work.params : work.updates, slots }
}

const writeNumbers = <R extends object>(
  device: Device<R>,
  work: Work<tf.Tensor>,
  { leaves, numbers, perLeaf }: ClassPlan,
  values: readonly (readonly number[])[],
  lists: readonly (tf.Tensor | null)[][],
): void => {
  for (const { node, per, number } of numbers) {
    const list = lists[number] ?? []
    const places = per === 'tree' ? [0] : leaves
    places.forEach((place, k) => {
      const old = list[place] ?? null
      list[place] = device.tensor(device.scalar(values[perLeaf ? k : 0]?.[node] ?? Number.NaN))
      if (work.donate) old?.dispose()
    })
  }
}
