import '@tensorflow/tfjs-backend-cpu'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test, vi } from 'vitest'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { fileStore } from './fileStore.js'
import { lentTensors } from './lentTensors.js'
import { restore } from './restore.js'
import { save } from './save.js'
import { wasmHeap } from './wasmHeap.js'

const head = Uint8Array.of(1)
const heapBytes = (): number => wasmHeap()?.wasm.HEAPU8.length ?? 0
/** More than the heap has left. */
const grown = (): tf.Tensor => {
  const before = heapBytes()
  const filling: tf.Tensor[] = []
  while (heapBytes() === before) filling.push(tf.zeros([4_000_000]))
  return tf.tidy(() => {
    const last = tf.add(filling.at(-1) ?? 0, 0)
    tf.dispose(filling)
    return last
  })
}

test('a loan does not outlast a growth of the heap, and there is another then', () => {
  const tensor = tf.fill([100_000], 3)
  const lender = lentTensors(head, [tensor])
  const first = lender?.from(0)
  expect(first?.intact()).toBe(true)
  const more = grown()
  expect(first?.intact()).toBe(false)
  const second = lender?.from(1)
  expect(second?.intact()).toBe(true)
  expect(second?.views.map(({ length }) => length)).toEqual([400_000])
  expect(new Float32Array(second?.views[0]?.slice().buffer ?? new ArrayBuffer()).every((x) => x === 3)).toBe(true)
  tf.dispose([tensor, more])
})

test('a loan does not outlast a move to another backend, nor a move back', async () => {
  const tensor = tf.fill([100_000], 3)
  const lender = lentTensors(head, [tensor])
  const lent = lender?.from(0)
  await tf.setBackend('cpu')
  tf.dispose(tf.add(tensor, 1))
  expect(lent?.intact()).toBe(false)
  await tf.setBackend('wasm')
  tf.dispose(tf.add(tensor, 1))
  expect(lent?.intact()).toBe(false)
  expect(lender?.from(0).intact()).toBe(true)
  tf.dispose(tensor)
})

test('a heap that grows while a file is written, and steps that donate: the file has the numbers of its moment', async () => {
  const home = await mkdtemp(join(tmpdir(), 'polyak-lent-'))
  const store = fileStore({ folder: home })
  const optimizer = sgd({ learningRate: 0.5, momentum: 0.5 })
  const params = { a: tf.range(0, 1_000_000), b: tf.range(0, 100) }
  const grads = { a: tf.ones([1_000_000]), b: tf.ones([100]) }
  let now = { params, state: optimizer.init(params) }
  for (let i = 0; i < 2; i++) now = step(optimizer, { donate: i > 0 })(grads, now.state, now.params)
  const wanted = [now.params.a, now.params.b].map((tensor) => tensor.dataSync())
  const handle = await open(join(home, 'x'), 'w')
  const prototype: Pick<typeof handle, 'writev'> = Object.getPrototypeOf(handle)
  await handle.close()
  const { writev } = prototype
  const places: (number | null | undefined)[] = []
  const more: tf.Tensor[] = []
  const spy = vi.spyOn(prototype, 'writev').mockImplementation(async function (this: typeof handle, views, at) {
    places.push(at)
    const done = await writev.call(this, views, at)
    if (places.length === 1) more.push(grown())
    now = step(optimizer, { donate: true })(grads, now.state, now.params)
    return done
  })
  await save({ store, name: 'a', optimizer, ...now })
  spy.mockRestore()
  expect(places.slice(0, 2)).toEqual([0, 0])
  const back = await restore({ store, name: 'a', optimizer, like: now })
  // a matcher takes seconds
  const found = [back.params.a, back.params.b].map((tensor) => tensor.dataSync())
  expect(found.map((values, i) => values.every((x, k) => x === wanted[i]?.[k]))).toEqual([true, true])
  disposeExcept([params, grads, now, back, more], [])
  await rm(home, { recursive: true })
})
