/** @internal */
import type { Graph, Node } from '../../equation/Graph.js'
import { isCollective } from '../../equation/operations.js'
import type { LeafClass } from '../../equation/Work.js'
import { foldOf } from '../fused/foldOf.js'
import type { Fold } from '../fused/Kernel.js'
import { isTotal, levelsOf, totalOf } from '../fused/levelsOf.js'
import { passesOf, type Limits } from './passesOf.js'
import type { Pass, Place } from './Pass.js'

/** What a column of a table folds, and whether it has one value for the tree or one for each leaf. */
export interface Column {
  readonly fold: Fold['fold']
  readonly per: 'leaf' | 'tree'
}

/** Up to four collectives of one phase. */
export interface Table {
  readonly index: number
  readonly columns: readonly Column[]
  readonly members: readonly Member[]
}

/** The part of one class of leaves in a table. */
export interface Member {
  readonly inClass: number
  readonly leaves: readonly number[]
  readonly drafts: readonly Pass[]
  /** Computes the operands. */
  readonly pass: Pass
  /** For each wanted node of the pass, its columns. */
  readonly columns: readonly (readonly number[])[]
}

export interface Tables {
  readonly phases: readonly (readonly Table[])[]
  /** For each class, where the collectives' values are found. */
  readonly places: readonly ReadonlyMap<number, Place>[]
}

/** Lays out the collectives that some result depends on. `undefined` where one does not fit into shaders. */
export const tablesOf = (
  graphs: readonly Graph[],
  classes: readonly LeafClass[],
  limits: Limits,
): Tables | undefined => {
  const levels = levelsOf(graphs)
  const needed = neededIn(graphs)
  const places = graphs.map(() => new Map<number, Place>())
  const phases: (readonly Table[])[] = []
  let index = 0
  for (let level = 1; level <= levels.count; level++) {
    const columns = columnsAt(graphs, needed, (c, id) => levels.of[c]?.[id] === level)
    const tables: Table[] = []
    for (let first = 0; first < columns.length; first += 4) {
      const own = columns.slice(first, first + 4)
      const members: Member[] = []
      for (const [c, graph] of graphs.entries()) {
        const operands = new Map<number, number[]>()
        own.forEach(({ nodes }, column) => {
          for (const id of nodes[c] ?? []) {
            const operand = operandOf(graph, id)
            operands.set(operand, [...(operands.get(operand) ?? []), column])
          }
        })
        if (operands.size === 0) continue
        // A pass within a loop has one target, however many operands.
        const passes = passesOf(graph, [...operands.keys()], new Map(places[c]), { ...limits, targets: 4 })
        const pass = passes?.last[0]
        if (passes === undefined || pass === undefined || passes.last.length > 1) return undefined
        members.push({
          inClass: c,
          leaves: classes[c]?.leaves ?? [],
          drafts: passes.drafts,
          pass,
          columns: [...operands.values()],
        })
      }
      tables.push({ index, columns: own.map(({ fold, per }) => ({ fold, per })), members })
      index++
    }
    // Only now: what one phase computes it cannot read.
    columns.forEach(({ nodes }, i) =>
      nodes.forEach((ids, c) =>
        ids.forEach((id) =>
          places[c]?.set(id, {
            table: index - tables.length + Math.floor(i / 4),
            component: (i % 4) as Place['component'],
          }),
        ),
      ),
    ) // 0 … 3
    phases.push(tables)
  }
  return { phases: phases.filter((tables) => tables.length > 0), places }
}

const operandOf = (graph: Graph, id: number): number => {
  const node = graph.nodes[id] as Node // ids are indices of nodes
  return 'args' in node ? node.args[0] : id
}

/** The collectives of one phase: a sum over the tree is one column for all classes; leaves of different classes share
 *  columns otherwise. */
const columnsAt = (
  graphs: readonly Graph[],
  needed: readonly ReadonlySet<number>[],
  isNow: (c: number, id: number) => boolean,
) => {
  const columns = new Map<string, Column & { readonly nodes: number[][] }>()
  graphs.forEach((graph, c) => {
    const count = { leafSum: 0, leafMax: 0, leafNorm: 0 }
    graph.nodes.forEach((node: Node, id) => {
      if (!('args' in node) || !isNow(c, id) || needed[c]?.has(id) !== true || !isCollective(node.op)) return
      const key = isTotal(node) ? `tree ${totalOf(node)}` : `${node.op} ${(count[node.op] += 1)}`
      const column = columns.get(key) ?? {
        fold: foldOf(node.op),
        per: isTotal(node) ? 'tree' : 'leaf',
        nodes: graphs.map(() => []),
      }
      column.nodes[c]?.push(id)
      columns.set(key, column)
    })
  })
  return [...columns.values()]
}

/** The nodes on which some result depends; a sum over the tree that one class needs is needed from all. */
const neededIn = (graphs: readonly Graph[]): readonly ReadonlySet<number>[] => {
  const needed = graphs.map(() => new Set<number>())
  const sums = new Set<string>()
  const visit = (c: number, id: number): void => {
    const node = graphs[c]?.nodes[id]
    if (node === undefined || needed[c]?.has(id) === true) return
    needed[c]?.add(id)
    if ('args' in node) node.args.forEach((a) => visit(c, a))
    if (!isTotal(node) || sums.has(totalOf(node))) return
    sums.add(totalOf(node))
    graphs.forEach((graph, other) =>
      graph.nodes.forEach((n, i) => {
        if (isTotal(n) && totalOf(n) === totalOf(node)) visit(other, i)
      }),
    )
  }
  graphs.forEach(({ outputs }, c) => outputs.forEach(({ node }) => visit(c, node)))
  return needed
}
