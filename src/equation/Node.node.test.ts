import { describe, expect, test } from 'vitest'
import { argsOf, nodesBelow } from './Node.js'
import { nodeBuilder, written } from './nodeBuilder.js'
import { textOfNodes } from './textOfNodes.js'

const builder = nodeBuilder()
const A = builder.arithmetic(0)
const update = builder.input('update')
const square = A.mul(update, update)
const root = A.sqrt(A.add(square, A.lit(1)))

describe('nodes below some nodes', () => {
  test('come each once, and after their arguments', () => {
    const below = nodesBelow([root, square])
    expect(below).toEqual([update, square, argsOf(argsOf(root)[0] ?? root)[1], argsOf(root)[0], root])
    expect(new Set(below).size).toBe(below.length)
  })

  test('what ends is there, and what it is made of is not', () => {
    expect(nodesBelow([root], (node) => node === square)).not.toContain(update)
    expect(nodesBelow([root], (node) => node === square)).toContain(square)
  })

  test('as deep as you like', () => {
    let deep = A.neg(update)
    for (let i = 0; i < 50_000; i++) deep = A.neg(deep)
    expect(nodesBelow([deep])).toHaveLength(50_002)
  })
})

describe('which nodes are equal', () => {
  test('computed: what is made of the same; literals never, sums over the tree never', () => {
    expect(A.mul(update, update)).toBe(square)
    expect(A.lit(1)).not.toBe(A.lit(1))
    expect(A.treeSum(update)).not.toBe(A.treeSum(update))
  })

  test('written: what reads the same', () => {
    const printed = nodeBuilder(written)
    const B = printed.arithmetic(0)
    const u = printed.input('update')
    expect(B.lit(1)).toBe(B.lit(1))
    expect(B.lit(0)).not.toBe(B.lit(-0))
    expect(B.treeSum(u)).toBe(B.treeSum(u))
  })

  test('a node of another graph is refused', () => {
    expect(() => nodeBuilder().arithmetic(0).neg(square)).toThrow(/no node for an operand of "neg" in this graph/)
  })
})

test('a text is made of places: other builders, other histories, the same text', () => {
  const other = nodeBuilder()
  const B = other.arithmetic(3)
  B.exp(other.input('param')) // never used
  const u = other.input('update')
  const same = B.sqrt(B.add(B.mul(u, u), B.lit(7)))
  const text = (node: typeof root) => textOfNodes(nodesBelow([node]), [node], ({ op }) => op)
  expect(text(same)).toBe(text(root))
  expect(text(B.sqrt(B.add(B.mul(u, u), u)))).not.toBe(text(root))
})
