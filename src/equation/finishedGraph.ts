/** @internal */
import { isCollective, isTreeCollective } from './operations.js'
import type { Graph, Node, Output, Uniform } from './Graph.js'
import { argsOf, reaches } from './reaches.js'

/** The graph of what has been collected: nodes that nothing needs are dropped, the others are numbered anew and put
 *  into phases. */
export const finishedGraph = (
  all: readonly Node[],
  given: readonly Uniform[],
  wanted: readonly Output[],
  leaf: Graph['leaf'],
): Graph => {
  const alive = new Set<number>()
  // A sum over the tree is shared with other classes: it is kept alive by its users, wherever they are.
  wanted.forEach(({ node }) => alive.add(node))
  for (let id = all.length - 1; id >= 0; id--) {
    const node = all[id]
    if (node !== undefined && isTreeCollective(node.op)) alive.add(id)
    // arguments are earlier nodes
    if (node !== undefined && alive.has(id)) for (const arg of argsOf(node)) alive.add(arg)
  }
  const ids = [...alive].sort((a, b) => a - b)
  const renamed = new Map(ids.map((id, i) => [id, i]))
  const to = (id: number): number => renamed.get(id) ?? 0
  const uniforms: Uniform[] = []
  const nodes = ids.map((id): Node => {
    const node = all[id] as Node // ids are indices of `all`
    switch (node.op) {
      case 'uniform':
        // made together with its node
        return { op: 'uniform', uniform: uniforms.push(given[node.uniform] as Uniform) - 1 }
      case 'where':
        return { ...node, args: [to(node.args[0]), to(node.args[1]), to(node.args[2])] }
      default:
        if (!('args' in node)) return node
        // The arity of a node does not change with the names of its arguments.
        return { ...node, args: node.args.map(to) } as unknown as Node
    }
  })
  const outputs = wanted.map(({ target, node }) => ({ target, node: to(node) }))
  const phase: number[] = []
  for (const node of nodes) {
    const before = argsOf(node).reduce((p, a) => Math.max(p, phase[a] ?? 0), 0)
    phase.push(isCollective(node.op) ? before + 1 : before)
  }
  return {
    nodes,
    uniforms,
    outputs,
    leaf,
    phase,
    reach: reaches(nodes),
    phases: phase.reduce((most, p) => Math.max(most, p), 0),
    key: JSON.stringify([nodes, outputs]),
  }
}
