/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import { argsOf, isInput, type Node } from '../../equation/Node.js'
import { meaningOf } from '../../equation/operations.js'
import type { Work } from '../../equation/Work.js'
import { broken, must } from '../../scalars/must.js'
import { scalarIn } from '../plan/scalarIn.js'
import { leafIn } from '../plan/WorkList.js'

/** The values of nodes that are one number, in float32, conditions as 1 or 0. */
export type Cells = readonly number[]

export const valueIn = (cells: Cells, cell: number): number => must(cells[cell], 'cell')

/** A node that the host computes. */
export interface HostNode {
  readonly cell: number
  readonly valueOf: (cells: Cells, leaf: HostLeaf) => number
}

/** What the host looks at: of a class whose leaves have the same numbers, the first one. */
export interface HostLeaf {
  readonly work: Work<Tensor>
  readonly leaf: number
  readonly size: number
  readonly numberIn: (tensor: Tensor) => number
}

export const hostNode = (node: Node, cellOf: (node: Node) => number): HostNode => ({
  cell: cellOf(node),
  valueOf: computed(node, cellOf),
})

const computed = (node: Node, cellOf: (node: Node) => number): HostNode['valueOf'] => {
  if (isInput(node)) return (_, { work, leaf, numberIn }) => numberIn(leafIn(work, node, leaf))
  if (node.op === 'leafSize') return (_, { size }) => size
  if (node.op === 'uniform') {
    const { uniform } = node
    return uniform.kind === 'literal' ? () => uniform.value : (_, { work }) => scalarIn(work, uniform)
  }
  // arguments that an operation does not have are not looked at
  const [a = 0, b = a, c = a] = argsOf(node).map(cellOf)
  if (node.op === 'where') return (cells) => valueIn(cells, cells[a] === 1 ? b : c)
  const meaning = meaningOf(node.op)
  if (meaning === undefined) throw broken(`${node.op} was taken for an operation on one number`)
  return (cells) => Number(meaning(valueIn(cells, a), valueIn(cells, b)))
}
