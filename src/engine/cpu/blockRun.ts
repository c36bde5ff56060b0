/** @internal */
import { argsOf, type Call, type Node } from '../../equation/Node.js'
import { meaningOf } from '../../equation/operations.js'
import { broken, must } from '../../scalars/must.js'
import { arrayAt, startOf, type Kernel, type Run } from '../fused/Kernel.js'
import type { FoldKind } from '../plan/foldOf.js'
import type { CpuMemory } from './CpuBackend.js'

/** How many elements an operation takes at a time: all values of a block stay near. */
const block = 1024

/** The blocks of a kernel's values. */
type Blocks = ReadonlyMap<Node, Float32Array>

/** Kernels where WebAssembly is not allowed: one loop for each operation over a block. Storing into a float32 array
 *  rounds as the operations must. Slower than WebAssembly, and much faster than tensor operations. */
export const blockRun = (kernel: Kernel): Run<CpuMemory> => {
  const starts = kernel.folds.map(startOf)
  const all = [...kernel.inputs, ...kernel.uniforms, ...kernel.nodes]
  return ({ leaves, sizes, read, written, uniforms }) => {
    const blocks: Blocks = new Map(all.map((node) => [node, new Float32Array(block)]))
    return leaves.flatMap((leaf, k) => {
      const size = must(sizes[leaf], 'size of a leaf')
      if (size === 0) return starts
      const inputs = read.map((list) => arrayAt(list, leaf).values)
      const outputs = written.map((list) => arrayAt(list, leaf).values)
      return runLeaf(kernel, blocks, inputs, outputs, size, uniforms(k))
    })
  }
}

const runLeaf = (
  { nodes, inputs, uniforms, stores, folds }: Kernel,
  blocks: Blocks,
  read: readonly Float32Array[],
  written: readonly Float32Array[],
  size: number,
  given: readonly number[],
): readonly number[] => {
  const blockOf = (node: Node): Float32Array => must(blocks.get(node), 'block for a node')
  uniforms.forEach((node, u) => blockOf(node).fill(must(given[u], 'value for a uniform')))
  const totals = folds.map(startOf)
  for (let from = 0; from < size; from += block) {
    const count = Math.min(block, size - from)
    inputs.forEach((node, i) => blockOf(node).set(must(read[i], 'array to read').subarray(from, from + count)))
    for (const node of nodes)
      if ('args' in node) operate(node.op, blockOf(node), count, argsOf(node).map(blockOf))
      else throw broken(`a kernel was asked to compute ${node.op}`)
    // Nothing is written before all inputs of the block are read.
    stores.forEach((node, o) => must(written[o], 'array to write').set(blockOf(node).subarray(0, count), from))
    folds.forEach(({ fold, node }, f) => {
      const own = blockOf(node)
      let total = must(totals[f], 'total of a fold')
      for (let i = 0; i < count; i++) total = joined(fold, total, at(own, i))
      totals[f] = total
    })
  }
  return totals
}

/** An element of a block: every place below the number of elements that are counted is one. */
const at = (values: Float32Array, i: number): number => values[i] as number

const joined = (fold: FoldKind, total: number, x: number): number =>
  fold === 'max' ? Math.max(total, x) : fold === 'sum' ? total + x : total + x * x

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
