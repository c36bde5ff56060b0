import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combinatorLeafRows, optimizerRows, transformRows } from '../../../laws/checks/soak/leafRows.js'
import { wrapperRows } from '../../../laws/checks/soak/wrapperRows.js'
import { withMovingAverage } from '../../averaging/withMovingAverage.js'
import type { Executor, SlotLeaves, Work } from '../../equation/Work.js'
import { adam } from '../../optimizers/adam.js'
import { treeOnesLike } from '../../tensors/treeOnesLike.js'
import { assemble, manner } from '../../transformation/assemble.js'
import type { AnyTransformation, Opaque, Transformation } from '../../transformation/Transformation.js'
import { trace } from '../../transforms/trace.js'
import { disposeExcept } from '../../tree/disposeExcept.js'
import { tensorsOf } from '../../tree/tensorsOf.js'
import type { Tree } from '../../tree/Tree.js'
import { chooseExecutor } from '../chooseExecutor.js'
import { planOf } from '../plan/planOf.js'
import { run } from '../run.js'
import { donor } from './donor.js'

/** What the donor of WebGL would dispose, as often as it would, in stand-ins: nothing is drawn for that. */
const givenBy = (work: Work<tf.Tensor>): readonly tf.Tensor[] => {
  const given: tf.Tensor[] = []
  const standIns = new Map<tf.Tensor, tf.Tensor>()
  const standIn = <T extends tf.Tensor | null>(tensor: T): T => {
    if (tensor === null) return tensor
    const made: tf.Tensor =
      standIns.get(tensor) ?? Object.create(tensor, { dispose: { value: () => given.push(tensor) } })
    standIns.set(tensor, made)
    return made as T // a tensor for a tensor
  }
  const slots = work.slots.map((record): SlotLeaves<tf.Tensor> =>
    Object.fromEntries(Object.entries(record).map(([name, list]) => [name, list.map(standIn)])),
  )
  const give = donor({ ...work, updates: work.updates.map(standIn), params: work.params.map(standIn), slots })
  const { outline, leaves } = planOf(work)
  outline.classes.forEach(({ elements, perLeaf, perTree }, c) => {
    const own = leaves[c] ?? []
    for (const { list } of [...elements, ...perLeaf]) for (const leaf of own) give(list, leaf)
    for (const { list } of perTree) give(list, own[0] ?? 0)
  })
  return given
}

const ids = (tensors: readonly tf.Tensor[]): readonly number[] => tensors.map(({ id }) => id).toSorted((a, b) => a - b)

/** Steps in which all that can be is given away: what the donor of WebGL would dispose in each work, and what cpu did. */
const bothOf = (tx: AnyTransformation): { readonly webgl: readonly unknown[]; readonly cpu: readonly unknown[] } => {
  const [webgl, cpu]: [unknown[], unknown[]] = [[], []]
  const { executor } = chooseExecutor()
  const watching: Executor<tf.Tensor> = (work) => {
    if (!work.donate) return executor(work)
    webgl.push(ids(givenBy(work)))
    const all = new Set([...work.params, ...work.slots.flatMap((record) => Object.values(record).flat())])
    const done = executor(work)
    cpu.push(ids([...all].filter((tensor) => tensor !== null).filter(({ isDisposed }) => isDisposed)))
    return done
  }
  const { anatomy, init }: Transformation<Opaque> = assemble(tx.anatomy)
  const params: Tree = { w: tf.tensor2d([1, -2, 3, 0.5, 2, -1], [2, 3]), b: tf.tensor1d([1, 2, -3]) }
  let now = { params, state: init(params) }
  for (let t = 0; t < 3; t++) {
    // a leaf without a gradient is of another class
    const grads = { w: tf.tensor2d([1, t, -1, 2, 0.5, t], [2, 3]), b: t === 1 ? null : tf.tensor1d([t, -1, 2]) }
    const extra = { value: 3, grad: grads, valueFn, curvature: treeOnesLike, numUpdates: t }
    const occasion = { updates: grads, params: now.params, extra }
    const plan = anatomy.plan(now.state, occasion)
    const [next, state] = run({ ...manner('step', true), executor: watching }, plan, occasion, now.state)
    now = { params: next, state } as typeof now // a step keeps the structure
    disposeExcept(grads, now)
  }
  disposeExcept(now, null)
  return { webgl, cpu }
}

const valueFn = (params: Tree): tf.Scalar =>
  tf.tidy(() => tf.addN(tensorsOf(params).map((leaf) => tf.sum<tf.Scalar>(tf.square(leaf)))))

const leafRows = { ...optimizerRows, ...transformRows, ...combinatorLeafRows }

test.each(Object.entries(leafRows))('WebGL gives away what cpu does: %s', (_, row) => {
  for (const make of fc.sample(row, { numRuns: 1, seed: 1 })) {
    const { webgl, cpu } = bothOf(make())
    expect(webgl).toEqual(cpu)
  }
})

const inner: readonly (() => AnyTransformation)[] = [
  () => trace({ decay: 0.5 }),
  () => withMovingAverage({ decay: 0.9 })(adam({ learningRate: 0.1 })),
]

test.each(Object.entries(wrapperRows))('WebGL gives away what cpu does, around others: %s', (_, row) => {
  for (const make of inner)
    for (const wrap of fc.sample(row, { numRuns: 2, seed: 2 })) {
      const { webgl, cpu } = bothOf(wrap(make(), 0))
      expect(webgl).toEqual(cpu)
    }
})

test('a step of Adam gives away its parameters and moments', () => {
  const { webgl } = bothOf(adam({ learningRate: 0.1 }))
  expect(webgl).toHaveLength(3)
  expect(webgl[0]).toHaveLength(6)
})
