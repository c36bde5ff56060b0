import * as tf from '@tensorflow/tfjs-core'
import { expect, test, vi } from 'vitest'
import { OutOfMemoryError } from '../engine/OutOfMemoryError.js'
import { sgd } from '../optimizers/sgd.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { memoryStore } from './memoryStore.js'
import { restore } from './restore.js'
import { save } from './save.js'
import { wasmHeap } from './wasmHeap.js'

const optimizer = sgd({ learningRate: 1, momentum: 0.9 })

test.each([0, 1, 2])(
  'where the heap has room for %i of the tensors, a restore says so and leaves nothing',
  async (room) => {
    const params = { a: tf.fill([2_000_000], 2), b: tf.tensor1d([1, 2, 3]) }
    const like = { params, state: optimizer.init(params) }
    const store = memoryStore()
    await save({ store, name: 'a', optimizer, ...like })
    // this project's backend
    const { wasm } = wasmHeap() as unknown as { wasm: { _malloc: (size: number) => number; HEAPU8: Uint8Array } }
    const { numTensors, numDataBuffers } = tf.memory()
    const lowest = wasm.HEAPU8.slice(0, 4096)
    const malloc = wasm._malloc
    let left = room
    const full = vi.spyOn(wasm, '_malloc').mockImplementation((size) => (left-- > 0 ? malloc(size) : 0))
    const failed = await restore({ store, name: 'a', optimizer, like }).catch((error: unknown) => error)
    full.mockRestore()
    expect(failed).toBeInstanceOf(OutOfMemoryError)
    expect(wasm.HEAPU8.slice(0, 4096)).toEqual(lowest)
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers })
    const back = await restore({ store, name: 'a', optimizer, like })
    expect([...(await back.params.b.data()), (await back.params.a.data()).every((x) => x === 2)]).toEqual([
      1,
      2,
      3,
      true,
    ])
    disposeExcept([back, like], [])
  },
)
