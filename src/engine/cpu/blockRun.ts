/** @internal */
import { argsOf, type Call, type Node } from '../../equation/Node.js'
import { meaningOf } from '../../equation/operations.js'
import { broken, must } from '../../scalars/must.js'
import { type Fold, type Kernel, type Run, startOf } from '../fused/Kernel.js'
import type { Compiled } from '../wasm/kernelModules.js'
import type { CpuMemory } from './CpuBackend.js'
import { joined, piecewise } from './piecewise.js'

/** How many elements an operation takes at a time: all values of a block stay near. */
const block = 2048

/** Kernels where WebAssembly is not allowed: one loop for each operation over a block. Storing into a float32 array
 *  rounds as the operations must. Slower than WebAssembly, and much faster than tensor operations. */
export const blockRun = (kernel: Kernel): Run<CpuMemory> => {
  const { inputs, uniforms, nodes, stores } = kernel
  const blocks = new Map([...inputs, ...uniforms, ...nodes].map((node) => [node, new Float32Array(block)]))
  const blockOf = (node: Node): Float32Array => must(blocks.get(node), 'node')
  const areas = { length: block, read: inputs.map(blockOf), written: stores.map(blockOf) }
  return piecewise(kernel, areas, inLoops(kernel, blockOf))
}

/** The function that a kernel's module would have; what it reads and stores are blocks. */
const inLoops =
  ({ inputs, uniforms, nodes, stores, folds }: Kernel, blockOf: (node: Node) => Float32Array): Compiled =>
  (...args) => {
    const [size, ...given] = args.slice(inputs.length + stores.length)
    const count = must(size, 'size')
    uniforms.forEach((node, u) => fillWith(blockOf(node), must(given[u], 'uniform')))
    for (const node of nodes)
      if ('args' in node) operate(node.op, blockOf(node), count, argsOf(node).map(blockOf))
      else throw broken(`a kernel was asked to compute ${node.op}`)
    return folds.map((one) => folded(one, blockOf(one.node), count))
  }

/** From block to block a number mostly stays as it is. */
const fillWith = (own: Float32Array, value: number): void => {
  if (!Object.is(own[0], Math.fround(value))) own.fill(value)
}

const folded = (one: Fold, own: Float32Array, count: number): number => {
  let total = startOf(one)
  for (let i = 0; i < count; i++) {
    const x = at(own, i)
    total = joined(one, total, one.fold === 'squares' ? x * x : x)
  }
  return total
}

/** An element of a block: every place below the number of elements that are counted is one. */
const at = (values: Float32Array, i: number): number => values[i] as number

/** One operation over a block; conditions are 1 or 0. Arguments that it does not have are not looked at. */
const operate = (
  op: Call['op'],
  out: Float32Array,
  count: number,
  [x = out, y = out, z = out]: readonly Float32Array[],
): void => {
  // The commonest ones without a call for each element.
  if (op === 'add') for (let i = 0; i < count; i++) out[i] = at(x, i) + at(y, i)
  else if (op === 'sub') for (let i = 0; i < count; i++) out[i] = at(x, i) - at(y, i)
  else if (op === 'mul') for (let i = 0; i < count; i++) out[i] = at(x, i) * at(y, i)
  else if (op === 'div') for (let i = 0; i < count; i++) out[i] = at(x, i) / at(y, i)
  else if (op === 'sqrt') for (let i = 0; i < count; i++) out[i] = Math.sqrt(at(x, i))
  else if (op === 'where') for (let i = 0; i < count; i++) out[i] = x[i] === 1 ? at(y, i) : at(z, i)
  else {
    const meaning = meaningOf(op)
    if (meaning === undefined) throw broken(`a kernel was asked to compute ${op} of single elements`)
    for (let i = 0; i < count; i++) out[i] = Number(meaning(at(x, i), at(y, i)))
  }
}
