import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { numbers } from '../../laws/checks/gradients/numbers.js'
import { isHeapBackend, onHeap } from './HeapBackend.js'
import { turned } from './turned.js'
import { turningModule } from './turningModule.js'

const transposed = (values: Float32Array, rows: number, columns: number): Float32Array =>
  values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)] ?? Number.NaN)

const backend = () => {
  const found = tf.backend()
  if (!isHeapBackend(found)) throw new Error('no backend with a heap')
  return found
}

const lengths = [1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 35, 36, 37, 64, 100, 256]
const shapes = lengths.flatMap((rows) => lengths.map((columns) => [rows, columns] as const))

test(`a matrix is turned, whatever its lengths are (${shapes.length} shapes)`, () => {
  let others = 0
  for (const [rows, columns] of shapes) {
    const values = numbers(rows * columns, rows + columns)
    const x = tf.tensor2d(values, [rows, columns])
    const run = (name: string, inputs: Readonly<Record<string, tf.TensorInfo>>, attrs: tf.NamedAttrMap) => {
      others++
      const call = { inputs: { ...inputs }, attrs, backend: backend() }
      return tf.getKernel(name, 'wasm').kernelFunc(call) as tf.TensorInfo // of one result
    }
    const found = turned(x, { backend: backend(), run })
    expect(found.shape).toEqual([columns, rows])
    expect([...onHeap(backend(), found)]).toEqual([...transposed(values, rows, columns)])
    backend().disposeData(found.dataId)
    x.dispose()
  }
  // the registered kernel has what is narrower than a square, and nothing else
  expect(others).toBe(shapes.filter((shape) => Math.min(...shape) < 4).length)
})

test('nothing beside the turned matrix is written', () => {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const all = new Float32Array(memory.buffer)
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(turningModule(false)), { host: { memory } })
  const turn = exports['run'] as (...args: readonly number[]) => void // the one export of the module
  const [from, to] = [3, 4099] // aligned to numbers, no more
  for (let rows = 4; rows < 20; rows++)
    for (let columns = 4; columns < 20; columns++) {
      const values = numbers(rows * columns, 1)
      all.fill(0.5)
      all.set(values, from)
      const expected = all.slice()
      expected.set(transposed(values, rows, columns), to)
      turn(from * 4, to * 4, rows, columns, rows)
      expect(Buffer.from(all.buffer).equals(Buffer.from(expected.buffer))).toBe(true)
    }
})
