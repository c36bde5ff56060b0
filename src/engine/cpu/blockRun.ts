/** @internal */
import {
  binary,
  comparison,
  connective,
  isBinary,
  isComparison,
  isConnective,
  isTest,
  isUnary,
  negation,
  tests,
  unary,
} from '../../equation/operations.js'
import { arrayAt, startOf, type Fold, type Kernel, type KernelNode, type Run } from '../fused/Kernel.js'
import type { CpuMemory } from './cpuDevice.js'

/** How many elements an operation takes at a time: all values of a block stay near. */
const block = 1024

/** Kernels where WebAssembly is not allowed: one loop for each operation over a block. Storing into a float32 array
 *  rounds as the operations must. Slower than WebAssembly, and much faster than tensor operations. */
export const blockRun = (kernel: Kernel): Run<CpuMemory> => {
  const starts = kernel.folds.map(startOf)
  return ({ leaves, sizes, read, written, uniforms }) => {
    const blocks = kernel.nodes.map(() => new Float32Array(block))
    return leaves.flatMap((leaf, k) =>
      sizes[leaf] === 0
        ? starts
        : runLeaf(
            kernel,
            blocks,
            read.map((list) => arrayAt(list, leaf).values),
            written.map((list) => arrayAt(list, leaf).values),
            sizes[leaf] ?? 0,
            uniforms(k),
          ),
    )
  }
}

const runLeaf = (
  { nodes, stores, folds }: Kernel,
  blocks: readonly Float32Array[],
  inputs: readonly Float32Array[],
  outputs: readonly Float32Array[],
  size: number,
  uniforms: readonly number[],
): readonly number[] => {
  nodes.forEach((node, id) => {
    if (node.op === 'number' || node.op === 'condition') blocks[id]?.fill(uniforms[node.uniform] ?? Number.NaN)
  })
  const totals = folds.map(startOf)
  for (let from = 0; from < size; from += block) {
    const count = Math.min(block, size - from)
    nodes.forEach((node, id) => {
      const out = blocks[id]
      if (out === undefined) return
      if (node.op === 'input') out.set(inputs[node.input]?.subarray(from, from + count) ?? [])
      else if ('args' in node)
        operate(
          node,
          out,
          count,
          node.args.map((a) => blocks[a] ?? out),
        )
    })
    // Nothing is written before all inputs of the block are read.
    stores.forEach((id, o) => outputs[o]?.set(blocks[id]?.subarray(0, count) ?? [], from))
    folds.forEach(({ fold, node }, f) => {
      const own = blocks[node] ?? []
      let total = totals[f] ?? 0
      for (let i = 0; i < count; i++) total = joined(fold, total, own[i] ?? 0)
      totals[f] = total
    })
  }
  return totals
}

const joined = (fold: Fold['fold'], total: number, x: number): number =>
  fold === 'max' ? Math.max(total, x) : fold === 'sum' ? total + x : total + x * x

/** One operation over a block; conditions are 1 or 0. */
const operate = (
  node: Extract<KernelNode, { args: unknown }>,
  out: Float32Array,
  count: number,
  [x = out, y = out, z = out]: readonly Float32Array[],
): void => {
  const each = (f: (i: number) => number): void => {
    for (let i = 0; i < count; i++) out[i] = f(i)
  }
  const { op } = node
  // The commonest ones without a call for each element.
  if (op === 'add') for (let i = 0; i < count; i++) out[i] = (x[i] ?? 0) + (y[i] ?? 0)
  else if (op === 'sub') for (let i = 0; i < count; i++) out[i] = (x[i] ?? 0) - (y[i] ?? 0)
  else if (op === 'mul') for (let i = 0; i < count; i++) out[i] = (x[i] ?? 0) * (y[i] ?? 0)
  else if (op === 'div') for (let i = 0; i < count; i++) out[i] = (x[i] ?? 0) / (y[i] ?? 0)
  else if (op === 'sqrt') for (let i = 0; i < count; i++) out[i] = Math.sqrt(x[i] ?? 0)
  else if (op === 'where') each((i) => (x[i] === 1 ? (y[i] ?? 0) : (z[i] ?? 0)))
  else if (isUnary(op)) each((i) => unary[op](x[i] ?? 0))
  else if (isBinary(op)) each((i) => binary[op](x[i] ?? 0, y[i] ?? 0))
  else if (isComparison(op)) each((i) => Number(comparison[op](x[i] ?? 0, y[i] ?? 0)))
  else if (isTest(op)) each((i) => Number(tests[op](x[i] ?? 0)))
  else if (isConnective(op)) each((i) => Number(connective[op](x[i] === 1, y[i] === 1)))
  else each((i) => Number(negation[op](x[i] === 1)))
}
