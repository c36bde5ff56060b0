/** @internal */
import type { Graph } from '../../equation/Graph.js'
import { argsOf, isInput, type Node, nodesBelow } from '../../equation/Node.js'
import { givesCondition } from '../../equation/operations.js'
import { must } from '../../scalars/must.js'
import type { DrawPass, Source, TablePlaces } from './DrawPass.js'

/** How much one draw can do. */
export interface Limits {
  readonly targets: number
  readonly textures: number
}

/** The passes that compute some nodes of a graph, in order, within the limits of a draw, where that can be (`fits`): at
 *  first the drafts that are needed because a node reads more textures than there are samplers. `joined`: the last pass
 *  is one, however many nodes it has. */
export const passesOf = (
  graph: Graph,
  wanted: readonly Node[],
  places: TablePlaces,
  limits: Limits,
  joined = false,
): { readonly drafts: readonly DrawPass[]; readonly last: readonly DrawPass[] } => {
  const drafts = draftsOf(graph, wanted, places, limits.textures)
  const reads = (node: Node): Reads => readsOf([node], places, drafts)
  const pass = (nodes: readonly Node[]): DrawPass => passOf(graph, nodes, places, drafts)
  return {
    drafts: grouped([...drafts], reads, limits).map(pass),
    last: joined ? [pass(wanted)] : grouped(wanted, reads, limits).map(pass),
  }
}

/** Whether a draw can compute a pass. WebGL 2 has 224 vectors of uniforms at least; the leaves of a draw need fewer than
 *  80 of them, and the groups of the last folds 129 where there are none. */
export const fits = ({ graph, sources, tables }: DrawPass, { textures }: Limits): boolean =>
  sources.length + tables.length <= textures && graph.uniforms.length <= 4 * 128

/** The pass for some nodes. A draft among them is computed, not read. */
const passOf = (graph: Graph, wanted: readonly Node[], places: TablePlaces, all: ReadonlySet<Node>): DrawPass => {
  const drafts = new Set([...all].filter((node) => !wanted.includes(node)))
  const reads = [...readsOf(wanted, places, drafts)]
  const sources = reads.filter((read) => typeof read !== 'number')
  const tables = reads.filter((read) => typeof read === 'number').sort((a, b) => a - b)
  return { graph, wanted, places, drafts, sources, tables }
}

/** What is read to compute some nodes, each once: textures of leaves and drafts, and tables by number. */
type Reads = ReadonlySet<Source | number>

const readsOf = (wanted: readonly Node[], places: TablePlaces, drafts: ReadonlySet<Node>): Reads => {
  const isDraft = (node: Node): boolean => drafts.has(node) && !wanted.includes(node)
  const reads = new Set<Source | number>()
  for (const node of nodesBelow(wanted, (one) => places.has(one) || isDraft(one))) {
    const place = places.get(node)
    if (place !== undefined) reads.add(place.table)
    else if (isDraft(node) || isInput(node)) reads.add(node)
  }
  return reads
}

/** Nodes in groups, each within the limits; a node that reads a draft of its own group begins a new one. */
const grouped = (
  nodes: readonly Node[],
  reads: (node: Node) => Reads,
  { targets, textures }: Limits,
): readonly (readonly Node[])[] => {
  const groups: Node[][] = []
  let union: Reads = new Set()
  for (const node of nodes) {
    const group = groups.at(-1)
    const own = reads(node)
    const joined = new Set([...union, ...own])
    const needsDraft = group?.some((other) => own.has(other)) === true
    if (group === undefined || group.length === targets || joined.size > textures || needsDraft) {
      groups.push([node])
      union = own
    } else {
      group.push(node)
      union = joined
    }
  }
  return groups
}

/** The nodes to be written first, in order, so that no node reads more textures than allowed, where that can be. */
const draftsOf = (
  { reach }: Graph,
  wanted: readonly Node[],
  places: TablePlaces,
  textures: number,
): ReadonlySet<Node> => {
  const drafts = new Set<Node>()
  const reads = new Map<Node, Reads>()
  const readsAt = (node: Node): Reads => must(reads.get(node), 'what an argument reads')
  for (const node of nodesBelow(wanted, (one) => places.has(one))) {
    const args = places.has(node) ? [] : argsOf(node)
    const union = (): Reads => new Set(args.flatMap((a) => (drafts.has(a) ? [a] : [...readsAt(a)])))
    let all = args.length === 0 ? readsOf([node], places, drafts) : union()
    const candidates = args
      .filter((a) => reach.get(a) === 'element' && !drafts.has(a) && readsAt(a).size > 1 && !givesCondition(a.op))
      .sort((a, b) => readsAt(b).size - readsAt(a).size)
    for (const a of candidates) {
      if (all.size <= textures) break
      drafts.add(a)
      all = union()
    }
    reads.set(node, all)
  }
  return drafts
}
