import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import { CheckpointFailed } from '../checkpoint/CheckpointFailed.js'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { restore } from '../checkpoint/restore.js'
import { save } from '../checkpoint/save.js'
import { copied, zeros } from '../equation/Slot.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { counting } from '../transformation/equation.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { fit } from './fit.js'
import { fitted } from './fitted.js'
import { SaveFailed } from './SaveFailed.js'
import { savedByStep } from './savedByStep.js'
import type { Snapshot } from './StepEvent.js'

const optimizer = equation({ name: 'momentum', slots: { mu: zeros, seen: copied }, host: counting })(
  (A) =>
    ({ update, param, mu }) => {
      const next = A.add(A.mul(A.lit(0.5), mu), update)
      return { update: A.mul(A.lit(-0.125), next), mu: next, seen: param }
    },
)
interface Params {
  readonly [key: string]: tf.Tensor
  readonly w: tf.Tensor
}
const loss = ({ w }: Params, x: number): tf.Tensor => tf.mean(tf.square(tf.mul(w, x)))
const start = () => {
  const params: Params = { w: tf.tensor1d([1, -2, 3]) }
  return { params, state: optimizer.init(params) }
}
type State = ReturnType<typeof start>['state']
const numbers = (value: unknown): readonly number[] => tensorsOf(value).flatMap((tensor) => [...tensor.dataSync()])
const xs = [1, 0.5, 0.25, 1, 0.5, 0.25, 1]

const saving =
  (store: ReturnType<typeof memoryStore>) =>
  (name: string, { params, state, step }: Snapshot<Params, State>) =>
    save({ store, name, optimizer, params, state, record: { step } })
const names = async (store: ReturnType<typeof memoryStore>): Promise<readonly string[]> => {
  return (await store.list()).map(({ name }) => name).sort()
}

describe('savedByStep', () => {
  test('names saves by step, keeps what the policy keeps, also over two runs; a save gives back its step, bit for bit', async () => {
    const before = tf.memory().numTensors
    const store = memoryStore()
    await store.write('other', new Uint8Array([1]))
    const now = start()
    const hook = () => savedByStep({ store, save: saving(store), retention: { maxToKeep: 2 } })
    const wanted = new Map<number, readonly number[]>()
    let half = now
    for await (const event of fit(optimizer, loss, { checkpoint: { every: 1, save: hook() } })(now, xs.slice(0, 3))) {
      wanted.set(event.step, numbers([event.params, event.state]))
      half = { params: event.params, state: event.state }
    }
    expect(await names(store)).toEqual(['other', 'step-00000002', 'step-00000003'])
    for (const step of [2, 3]) {
      const back = await restore({ store, name: `step-0000000${step}`, optimizer, like: now })
      expect(back.record).toEqual({ step })
      expect(numbers([back.params, back.state])).toEqual(wanted.get(step))
      tf.dispose([...tensorsOf([back.params, back.state])])
    }
    const rest = await fitted(optimizer, loss, { startStep: 3, checkpoint: { every: 2, save: hook() } })(
      half,
      xs.slice(3),
    )
    expect(await names(store)).toEqual(['other', 'step-00000006', 'step-00000007'])
    tf.dispose([...tensorsOf([now, half, rest])])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('what others keep under names that begin alike is not removed', async () => {
    const store = memoryStore()
    const others = ['step-best', 'step-1', 'step-00000001.old', 'step-00000001-average']
    for (const name of others) await store.write(name, new Uint8Array([1]))
    const now = start()
    const save = savedByStep({ store, save: saving(store), retention: { maxToKeep: 1 } })
    const after = await fitted(optimizer, loss, { checkpoint: { every: 1, save } })(now, xs)
    expect(await names(store)).toEqual([...others, 'step-00000007'].toSorted())
    tf.dispose([...tensorsOf([now, after])])
  })

  test('a save that fails ends the run, with its reasons, and removes nothing', async () => {
    const store = memoryStore()
    const now = start()
    const problem = checkpointProblem('Store', {
      path: 'step-00000004',
      expected: 'room',
      found: 'none',
      fix: 'buy a disk',
    })
    const failing = savedByStep({
      store,
      retention: { maxToKeep: 1 },
      save: (name, snapshot: Snapshot<Params, State>) =>
        snapshot.step < 4 ? saving(store)(name, snapshot) : Promise.reject(new CheckpointFailed([problem])),
    })
    const error: unknown = await fitted(optimizer, loss, { checkpoint: { every: 2, save: failing } })(now, xs).catch(
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(SaveFailed)
    expect(error).toMatchObject({
      step: 4,
      message: expect.stringContaining('buy a disk'),
      cause: { problems: [problem] },
    })
    expect(await names(store)).toEqual(['step-00000002'])
  })

  test('keeps the best by a metric beside the newest', async () => {
    const store = memoryStore()
    const now = start()
    const metrics = [4, 1, 3, 2, 5, 6, 7]
    const metric = ({ step }: Snapshot<Params, State>) => metrics[step - 1] ?? Number.NaN
    const save = savedByStep({ store, save: saving(store), metric, retention: { maxToKeep: 1, keepBest: 2 } })
    const after = await fitted(optimizer, loss, { checkpoint: { every: 1, save } })(now, xs)
    expect(await names(store)).toEqual(['step-00000002', 'step-00000004', 'step-00000007'])
    tf.dispose([...tensorsOf([now, after])])
  })

  test('a wrong policy throws at once', () => {
    const store = memoryStore()
    expect(() => savedByStep({ store, save: saving(store), retention: { maxToKeep: -1 } })).toThrow(/maxToKeep/)
  })
})
