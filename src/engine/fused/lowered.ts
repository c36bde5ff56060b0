/** @internal */
import type { Graph, Node } from '../../equation/Graph.js'
import { argsOf, isCondition, type Fold, type Kernel, type KernelNode } from './Kernel.js'

/** Where a kernel's input comes from. */
export type Source = 'update' | 'param' | { readonly stage: number; readonly name: string }

/** A part of a graph as one pass over elements. */
export interface Lowered {
  readonly kernel: Kernel
  readonly sources: readonly Source[]
  /** The nodes of the graph whose values are the kernel's uniforms. */
  readonly uniforms: readonly number[]
}

/** The pass that stores and folds the given nodes of a graph. What does not differ from element to element is computed
 *  before it, once. */
export const lowered = (graph: Graph, stores: readonly number[], folds: readonly Fold[]): Lowered => {
  const nodes: KernelNode[] = []
  const sources: Source[] = []
  const uniforms: number[] = []
  const known = new Map<number, number>()
  const made = (node: Node, id: number): KernelNode => {
    if (graph.reach[id] !== 'element')
      return { op: isCondition(node.op) ? 'condition' : 'number', uniform: uniforms.push(id) - 1 }
    switch (node.op) {
      case 'update':
      case 'param':
        return { op: 'input', input: sources.push(node.op) - 1 }
      case 'slot':
        return { op: 'input', input: sources.push({ stage: node.stage, name: node.name }) - 1 }
      default:
        // What is left has arguments, and an operation that kernels have too: everything else reaches no element.
        return { op: node.op, args: argsOf(node).map(visit) } as unknown as KernelNode
    }
  }
  const visit = (id: number): number => {
    const found = known.get(id)
    if (found !== undefined) return found
    const node = made(graph.nodes[id] as Node, id) // ids are indices of nodes
    const place = nodes.push(node) - 1
    known.set(id, place)
    return place
  }
  const stored = stores.map(visit)
  const folded = folds.map(({ fold, node }): Fold => ({ fold, node: visit(node) }))
  return {
    sources,
    uniforms,
    kernel: {
      nodes,
      inputs: sources.length,
      uniforms: uniforms.length,
      stores: stored,
      folds: folded,
      key: JSON.stringify([nodes, stored, folded]),
    },
  }
}
