/** @internal */
import { givesCondition } from '../../equation/operations.js'
import type { Graph, Node } from '../../equation/Graph.js'
import type { Pass, Place, Source } from './Pass.js'

/** How much one draw can do. */
export interface Limits {
  readonly targets: number
  readonly textures: number
}

/** The passes that compute some nodes of a graph, in order, within the limits of a draw: at first the drafts that are
 *  needed because a node reads more textures than there are samplers. `undefined` if there is no such order. */
export const passesOf = (
  graph: Graph,
  wanted: readonly number[],
  places: ReadonlyMap<number, Place>,
  limits: Limits,
): { readonly drafts: readonly Pass[]; readonly last: readonly Pass[] } | undefined => {
  const drafts = draftsOf(graph, wanted, places, limits.textures)
  if (drafts === undefined) return undefined
  const reads = (id: number): ReadonlySet<string> => readsOf(graph, [id], places, drafts).keys
  const known = new Set(drafts)
  return {
    drafts: grouped([...drafts], reads, limits).map((nodes) => passOf(graph, nodes, places, known)),
    last: grouped(wanted, reads, limits).map((nodes) => passOf(graph, nodes, places, known)),
  }
}

/** The pass for some nodes. A draft among them is computed, not read. */
const passOf = (
  graph: Graph,
  wanted: readonly number[],
  places: ReadonlyMap<number, Place>,
  all: ReadonlySet<number>,
): Pass => {
  const drafts = new Set([...all].filter((id) => !wanted.includes(id)))
  const { sources, tables } = readsOf(graph, wanted, places, drafts)
  return { graph, wanted, sources, tables, places, drafts }
}

interface Reads {
  readonly keys: ReadonlySet<string>
  readonly sources: readonly Source[]
  readonly tables: readonly number[]
}

/** What is read to compute some nodes. */
const readsOf = (
  graph: Graph,
  wanted: readonly number[],
  places: ReadonlyMap<number, Place>,
  drafts: ReadonlySet<number>,
): Reads => {
  const sources = new Map<string, Source>()
  const tables = new Set<number>()
  const seen = new Set<number>()
  const visit = (id: number): void => {
    if (seen.has(id)) return
    seen.add(id)
    const node = graph.nodes[id] as Node // ids are indices of nodes
    const place = places.get(id)
    if (place !== undefined) tables.add(place.table)
    else if (drafts.has(id) && !wanted.includes(id)) sources.set(`draft ${id}`, { kind: 'draft', node: id })
    else if (node.op === 'update' || node.op === 'param') sources.set(node.op, { kind: node.op })
    else if (node.op === 'slot')
      sources.set(`${node.stage} ${node.name}`, { kind: 'slot', stage: node.stage, name: node.name, per: node.per })
    else if ('args' in node) node.args.forEach(visit)
  }
  wanted.forEach(visit)
  return {
    keys: new Set([...sources.keys(), ...[...tables].map((table) => `table ${table}`)]),
    sources: [...sources.values()],
    tables: [...tables].sort((a, b) => a - b),
  }
}

/** Nodes in groups, each within the limits; a node that reads a draft of its own group begins a new one. */
const grouped = (
  nodes: readonly number[],
  reads: (id: number) => ReadonlySet<string>,
  { targets, textures }: Limits,
): readonly (readonly number[])[] => {
  const groups: number[][] = []
  let union = new Set<string>()
  for (const id of nodes) {
    const group = groups.at(-1)
    const own = reads(id)
    const joined = new Set([...union, ...own])
    const needsDraft = group?.some((other) => own.has(`draft ${other}`)) === true
    if (group === undefined || group.length === targets || joined.size > textures || needsDraft) {
      groups.push([id])
      union = new Set(own)
    } else {
      group.push(id)
      union = joined
    }
  }
  return groups
}

/** The nodes to be written first, in order, so that no node reads more textures than allowed. */
const draftsOf = (
  graph: Graph,
  wanted: readonly number[],
  places: ReadonlyMap<number, Place>,
  textures: number,
): ReadonlySet<number> | undefined => {
  const drafts = new Set<number>()
  const reads = new Map<number, ReadonlySet<string>>()
  const visit = (id: number): boolean => {
    if (reads.has(id)) return true
    const node = graph.nodes[id] as Node // ids are indices of nodes
    const args: readonly number[] = places.has(id) || !('args' in node) ? [] : node.args
    if (!args.every(visit)) return false
    const union = (): Set<string> =>
      new Set(args.flatMap((a) => [...(drafts.has(a) ? [`draft ${a}`] : (reads.get(a) ?? []))]))
    let all = args.length === 0 ? new Set(readsOf(graph, [id], places, drafts).keys) : union()
    const candidates = args
      .filter(
        (a) =>
          graph.reach[a] === 'element' && !drafts.has(a) && (reads.get(a)?.size ?? 0) > 1 && !isCondition(graph, a),
      )
      .sort((a, b) => (reads.get(b)?.size ?? 0) - (reads.get(a)?.size ?? 0))
    for (const a of candidates) {
      if (all.size <= textures) break
      drafts.add(a)
      all = union()
    }
    reads.set(id, all)
    return all.size <= textures
  }
  return wanted.every(visit) ? drafts : undefined
}

/** Whether a node is a condition. */
export const isCondition = (graph: Graph, id: number): boolean => givesCondition(graph.nodes[id]?.op ?? '')
