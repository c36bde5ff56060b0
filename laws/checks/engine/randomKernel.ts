import fc from 'fast-check'
import {
  binary,
  comparison,
  connective,
  givesCondition,
  isBinary,
  isComparison,
  isConnective,
  isTest,
  isUnary,
  tests,
  unary,
} from '../../../src/equation/operations.js'
import type { Fold, Kernel } from '../../../src/engine/fused/Kernel.js'
import { argsOf, type InputNode, type Node } from '../../../src/equation/Node.js'
import { nodeBuilder } from '../../../src/equation/nodeBuilder.js'
import { textOfNodes } from '../../../src/equation/textOfNodes.js'
import { must } from '../../../src/scalars/must.js'

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
    const builder = nodeBuilder()
    const A = builder.arithmetic(0)
    const inputs: readonly InputNode[] = ['a', 'b', 'c'].map((name) => builder.slot(0, name, 'element'))
    const given = [A.lit(0), A.lit(0)]
    const condition = A.equal(A.lit(0), A.lit(0)) // given, too: how it came about is no part of a kernel
    const numbers: Node[] = [...inputs, ...given]
    const conditions: Node[] = [condition]
    const of = (list: readonly Node[], i: number): Node => must(list[i % list.length], 'node of a random kernel')
    for (const {
      op,
      picks: [i, j, k],
    } of lines) {
      const [a, b] = [of(numbers, i), of(numbers, j)]
      const [c, d] = [of(conditions, k), of(conditions, i)]
      if (op === 'where') numbers.push(A.where(c, a, b))
      else if (op === 'not') conditions.push(A.not(c))
      else if (isConnective(op)) conditions.push(A[op](c, d))
      else if (isTest(op)) conditions.push(A[op](a))
      else if (isUnary(op)) numbers.push(A[op](a))
      else if (isBinary(op)) numbers.push(A[op](a, b))
      else conditions.push(A[op](a, b))
    }
    const uniforms = [...given, condition]
    const stored = stores.map((i) => of(numbers, i))
    const folded = folds.map(({ fold, node }) => ({ fold, node: of(numbers, node) }))
    return kernelFrom(
      builder.nodes().filter((node) => 'args' in node && node !== condition),
      inputs,
      uniforms,
      stored,
      folded,
    )
  })

/** A kernel with everything that is given, whether it is used or not. */
export const kernelFrom = (
  nodes: readonly Node[],
  inputs: readonly InputNode[],
  uniforms: readonly Node[],
  stores: readonly Node[],
  folds: readonly Fold[],
): Kernel => {
  const all = [...inputs, ...uniforms, ...nodes]
  const results = [...stores, ...folds.map(({ node }) => node)]
  const isGiven = (node: Node): boolean => uniforms.includes(node)
  const head = (node: Node): string => (isGiven(node) ? `given ${givesCondition(node.op)}` : node.op)
  const key = `${textOfNodes(all, results, head, isGiven)} ${stores.length} ${folds.map(({ fold }) => fold).join()}`
  return { nodes, inputs, uniforms, stores, folds, key }
}

/** What a kernel means, element by element: float32 after each operation, folds in float64. */
export const meaning = (
  { nodes, inputs, uniforms, stores, folds }: Kernel,
  read: readonly Float32Array[],
  size: number,
  given: readonly number[],
) => {
  const outputs = stores.map(() => new Float32Array(size))
  const totals = folds.map(({ fold }) => (fold === 'max' ? Number.NEGATIVE_INFINITY : 0))
  const magnitudes = folds.map(() => 0)
  for (let e = 0; e < size; e++) {
    const values = new Map<Node, number>()
    inputs.forEach((node, i) => values.set(node, must(read[i]?.[e], 'element')))
    uniforms.forEach((node, u) => values.set(node, Math.fround(must(given[u], 'number that is given'))))
    const valueAt = (node: Node): number => must(values.get(node), 'value of an argument')
    for (const node of nodes) {
      const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = argsOf(node).map(valueAt)
      values.set(node, valueOf(node, a, b, c))
    }
    stores.forEach((node, o) => {
      must(outputs[o], 'output')[e] = valueAt(node)
    })
    folds.forEach(({ fold, node }, f) => {
      const own = valueAt(node)
      const value = fold === 'squares' ? own * own : own
      const total = must(totals[f], 'total')
      totals[f] = fold !== 'max' ? total + value : Math.max(total, value)
      magnitudes[f] = must(magnitudes[f], 'magnitude') + Math.abs(value)
    })
  }
  return { outputs, totals, magnitudes }
}

const valueOf = ({ op }: Node, a: number, b: number, c: number): number => {
  if (isUnary(op)) return Math.fround(unary[op](a))
  if (isBinary(op)) return Math.fround(binary[op](a, b))
  if (isComparison(op)) return Number(comparison[op](a, b))
  if (isTest(op)) return Number(tests[op](a))
  switch (op) {
    case 'where':
      return a === 1 ? b : c
    case 'not':
      return 1 - a
    case 'and':
      return a * b
    case 'or':
      return Math.max(a, b)
    default:
      throw new Error(`${op} is no operation of a kernel`)
  }
}
