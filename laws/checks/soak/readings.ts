import * as tf from '@tensorflow/tfjs-core'
import { isLeaf } from '../../../src/tree/Tree.js'

/** Every number in a value, by its path: tensors with dtype and shape. */
export type Reading = ReadonlyMap<string, string | ArrayLike<number>>

/** Reads parameters and states. Tensors are copied first: to read one itself would hand its memory out. */
export const readingOf = (value: unknown): Reading => {
  const found = new Map<string, string | ArrayLike<number>>()
  const walk = (node: unknown, path: string): void => {
    // on a backend every leaf is a tensor
    if (isLeaf(node)) found.set(`${path}: ${node.dtype}[${node.shape.join(', ')}]`, copyOf(node as tf.Tensor))
    else if (typeof node === 'object' && node !== null && !ArrayBuffer.isView(node))
      for (const [key, child] of Object.entries(node)) walk(child, `${path}/${key}`)
    else found.set(path, String(node))
  }
  walk(value, '')
  return found
}

/** The first path at which two readings differ in a bit (of all NaN there is one), in words. With `slack`, by more than
 *  that share of a tensor's largest number. */
export const difference = (found: Reading, wanted: Reading, slack = 0): string | undefined => {
  for (const path of wanted.keys()) if (!found.has(path)) return `nothing at ${path}`
  for (const [path, value] of found) {
    const other = wanted.get(path)
    if (other === undefined) return `${path} is there, and should not be`
    if (typeof value === 'string' && typeof other === 'string') {
      if (value !== other) return `${path} is ${value}, not ${other}`
    } else if (typeof value === 'string' || typeof other === 'string') return `${path} is a tensor in one of them only`
    else {
      const room = slack === 0 ? -1 : slack * largest(other) // 0 is not −0
      for (let i = 0; i < value.length; i++)
        if (!Object.is(value[i], other[i]) && !(Math.abs((value[i] ?? Number.NaN) - (other[i] ?? Number.NaN)) <= room))
          return `${path} is ${shown(value[i])}, not ${shown(other[i])} (element ${i} of ${value.length})`
    }
  }
  return undefined
}

const largest = (values: ArrayLike<number>): number => {
  let most = 0
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] ?? 0) // within the list
    if (Number.isFinite(size)) most = Math.max(most, size)
  }
  return most
}

const shown = (x: number | undefined): string => (Object.is(x, -0) ? '-0' : String(x))

const copyOf = (tensor: tf.Tensor): ArrayLike<number> => {
  if (tensor.size === 0) return []
  const flat = tf.reshape(tensor, [tensor.size])
  const twice = tf.concat([flat, flat])
  const values = twice.dataSync().subarray(0, tensor.size)
  tf.dispose([flat, twice])
  return values
}
