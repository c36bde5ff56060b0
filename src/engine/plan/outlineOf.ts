/** @internal */
import type { LeafClass } from '../../equation/classesOf.js'
import { type Graph, graphsOf, type Write } from '../../equation/Graph.js'
import type { CollectiveNode, Node } from '../../equation/Node.js'
import { isCollective } from '../../equation/operations.js'
import type { Slot } from '../../equation/Slot.js'
import type { Stage } from '../../equation/Stage.js'
import type { Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { Leaf } from '../../tree/Tree.js'
import { foldOf } from './foldOf.js'
import { levelsOf } from './levelsOf.js'
import type { ClassOutline, Folding, Outline } from './Outline.js'
import { isTotal, totalOf } from '../../equation/totals.js'
import { nameOf, type WorkList } from './WorkList.js'

/** The outline of some stages on leaves of some kinds. */
export const outlineOf = (
  stages: readonly Stage[],
  mode: Work<Leaf>['mode'],
  kinds: readonly Pick<LeafClass, 'active' | 'graded' | 'emits'>[],
): Outline => {
  const graphs = graphsOf(stages, kinds, mode)
  const levels = levelsOf(graphs.map(({ nodes }) => nodes))
  const totalAt = (node: CollectiveNode): number | undefined => {
    if (!isTotal(node)) return undefined
    const place = levels.totals.indexOf(totalOf(node))
    return must(place < 0 ? undefined : place, 'sum')
  }
  const written = new Set<string>()
  const first = ({ list }: Write): boolean => {
    const name = nameOf(list)
    return written.has(name) ? false : written.add(name) !== undefined
  }
  return {
    phases: levels.count,
    totals: levels.totals.length,
    lists: elementLists(stages),
    classes: graphs.map((graph, c): ClassOutline => {
      const phase = must(levels.of[c], 'phase')
      const { nodes, outputs } = graph
      const writes = (per: Slot['per']): readonly Write[] => outputs.filter(({ list }) => reachOf(list) === per)
      return {
        graph,
        phase,
        foldings: Array.from({ length: levels.count }, (_, p) =>
          nodes.flatMap((node) =>
            isCollectiveNode(node) && phase.get(node) === p + 1 ? [foldingOf(graph, node, totalAt(node))] : [],
          ),
        ),
        elements: writes('element'),
        perLeaf: writes('leaf'),
        perTree: writes('tree').filter(first),
      }
    }),
  }
}

const isCollectiveNode = (node: Node): node is CollectiveNode => isCollective(node.op)

const foldingOf = ({ reach }: Graph, node: CollectiveNode, total: number | undefined): Folding => {
  const [operand] = node.args
  return { node, operand, fold: foldOf(node.op), isWide: reach.get(operand) === 'element', total }
}

const reachOf = (list: WorkList): Slot['per'] => (list.op === 'slot' ? list.per : 'element')

const elementLists = (stages: readonly Stage[]): readonly WorkList[] => [
  { op: 'update' },
  { op: 'param' },
  ...stages.flatMap(({ equation: { slots } }, stage) =>
    Object.entries(slots).flatMap(([name, { per }]): readonly WorkList[] =>
      per === 'element' ? [{ op: 'slot', stage, name, per }] : [],
    ),
  ),
]
