import fc from 'fast-check'
import {
  binary,
  comparison,
  connective,
  isBinary,
  isConnective,
  isTest,
  isUnary,
  tests,
  unary,
} from '../../../src/equation/operations.js'
import { argsOf, type Kernel, type KernelNode } from '../../../src/engine/fused/Kernel.js'

// keys of the tables
const numeric1 = Object.keys(unary) as (keyof typeof unary)[]
const numeric2 = Object.keys(binary) as (keyof typeof binary)[]
const compare = Object.keys(comparison) as (keyof typeof comparison)[]
const test = Object.keys(tests) as (keyof typeof tests)[]
const logic = Object.keys(connective) as (keyof typeof connective)[]

const line = fc.record({
  op: fc.constantFrom(
    ...numeric1,
    ...numeric2,
    ...compare,
    ...test,
    ...logic,
    'not' as const,
    'where' as const,
    'where' as const,
  ),
  picks: fc.tuple(fc.nat(63), fc.nat(63), fc.nat(63)),
})

/** Any kernel of three inputs, two numbers and a condition, with every operation there is. */
export const kernel: fc.Arbitrary<Kernel> = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 20 }),
    stores: fc.array(fc.nat(63), { maxLength: 3 }),
    folds: fc.array(
      fc.record({ fold: fc.constantFrom('sum' as const, 'max' as const, 'squares' as const), node: fc.nat(63) }),
      {
        maxLength: 2,
      },
    ),
  })
  .map(({ lines, stores, folds }) => {
    const nodes: KernelNode[] = [
      { op: 'input', input: 0 },
      { op: 'input', input: 1 },
      { op: 'input', input: 2 },
      { op: 'number', uniform: 0 },
      { op: 'number', uniform: 1 },
      { op: 'condition', uniform: 2 },
    ]
    const numbers = [0, 1, 2, 3, 4]
    const conditions = [5]
    const of = (list: readonly number[], i: number): number => list[i % list.length] ?? 0
    for (const {
      op,
      picks: [i, j, k],
    } of lines) {
      const [a, b] = [of(numbers, i), of(numbers, j)]
      const [c, d] = [of(conditions, k), of(conditions, i)]
      const node = (
        op === 'where'
          ? { op, args: [c, a, b] }
          : op === 'not'
            ? { op, args: [c] }
            : isConnective(op)
              ? { op, args: [c, d] }
              : isUnary(op) || isTest(op)
                ? { op, args: [a] }
                : { op, args: [a, b] }
      ) as KernelNode // the arity is the operation's
      const isNumber = op === 'where' || isUnary(op) || isBinary(op)
      ;(isNumber ? numbers : conditions).push(nodes.push(node) - 1)
    }
    const stored = stores.map((i) => of(numbers, i))
    const folded = folds.map(({ fold, node }) => ({ fold, node: of(numbers, node) }))
    return {
      nodes,
      inputs: 3,
      uniforms: 3,
      stores: stored,
      folds: folded,
      key: JSON.stringify([nodes, stored, folded]),
    }
  })

/** What a kernel means, element by element: float32 after each operation, folds in float64. */
export const meaning = (
  { nodes, stores, folds }: Kernel,
  inputs: readonly Float32Array[],
  size: number,
  uniforms: readonly number[],
) => {
  const outputs = stores.map(() => new Float32Array(size))
  const totals = folds.map(({ fold }) => (fold === 'max' ? Number.NEGATIVE_INFINITY : 0))
  const magnitudes = folds.map(() => 0)
  for (let e = 0; e < size; e++) {
    const values: number[] = []
    for (const node of nodes) {
      const [a = 0, b = 0, c = 0] = argsOf(node).map((id) => values[id] ?? Number.NaN)
      values.push(valueOf(node, a, b, c, (i) => inputs[i]?.[e] ?? Number.NaN, uniforms))
    }
    stores.forEach((id, o) => {
      ;(outputs[o] ?? [])[e] = values[id] ?? Number.NaN
    })
    folds.forEach(({ fold, node }, f) => {
      const own = values[node] ?? Number.NaN
      const value = fold === 'squares' ? own * own : own
      totals[f] = fold !== 'max' ? (totals[f] ?? 0) + value : Math.max(totals[f] ?? 0, value)
      magnitudes[f] = (magnitudes[f] ?? 0) + Math.abs(value)
    })
  }
  return { outputs, totals, magnitudes }
}

const valueOf = (
  node: KernelNode,
  a: number,
  b: number,
  c: number,
  input: (i: number) => number,
  uniforms: readonly number[],
): number => {
  switch (node.op) {
    case 'input':
      return input(node.input)
    case 'number':
      return Math.fround(uniforms[node.uniform] ?? Number.NaN)
    case 'condition':
      return uniforms[node.uniform] ?? Number.NaN
    case 'where':
      return a === 1 ? b : c
    case 'not':
      return 1 - a
    case 'and':
      return a * b
    case 'or':
      return Math.max(a, b)
    case 'less':
    case 'lessEqual':
    case 'equal':
      return Number(comparison[node.op](a, b))
    case 'isFinite':
    case 'isNaN':
      return Number(tests[node.op](a))
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'max':
    case 'min':
    case 'pow':
      return Math.fround(binary[node.op](a, b))
    default:
      return Math.fround(unary[node.op](a))
  }
}
