/** @internal */
import { must } from '../scalars/must.js'
import type { LeafClass } from './classesOf.js'
import type { Mark } from './Mark.js'
import { type InputNode, type Node, nodesBelow, type Uniform } from './Node.js'
import { isLiteralZero, nodeBuilder } from './nodeBuilder.js'
import { type Reach, reaches } from './reaches.js'
import type { Stage } from './Stage.js'
import { isTotal, totalOf } from './totals.js'

/** A node whose values become a list's successor. Where that is the list itself, nothing is written. */
export interface Write {
  readonly list: InputNode
  readonly node: Node
}

/** What one step does to each leaf of one class: equal nodes are one, dead ones dropped. */
export interface Graph {
  /** Each after its arguments. */
  readonly nodes: readonly Node[]
  readonly reach: ReadonlyMap<Node, Reach>
  readonly uniforms: readonly Uniform[]
  readonly outputs: readonly Write[]
  /** The updates or parameters are unchanged, or they are literally zero (only in mode `update`). */
  readonly leaf: 'written' | 'kept' | 'zero'
}

/** What decides about the graph of a class. */
type Kind = Pick<LeafClass, 'active' | 'graded' | 'emits'>

/** The graphs of stages, one for each kind of leaves. A sum over the tree that one of them needs is needed from all; one
 *  that none needs is not taken. */
export const graphsOf = (
  stages: readonly Stage[],
  kinds: readonly Kind[],
  mode: 'update' | 'step',
): readonly Graph[] => {
  const all = kinds.map((kind) => collected(stages, kind, mode))
  const totals = new Set<string>()
  for (;;) {
    const known = totals.size
    const alive = all.map(({ nodes, outputs }) =>
      nodesBelow([
        ...outputs.map(({ node }) => node),
        ...nodes.filter((node) => isTotal(node) && totals.has(totalOf(node))),
      ]),
    )
    for (const node of alive.flat()) if (isTotal(node)) totals.add(totalOf(node))
    if (totals.size === known)
      return all.map((one, c) => {
        const own = new Set(alive[c])
        const nodes = one.nodes.filter((node) => own.has(node))
        const uniforms = nodes.flatMap((node) => (node.op === 'uniform' ? [node.uniform] : []))
        return { ...one, nodes, uniforms, reach: reaches(nodes) }
      })
  }
}

/** Every node that the stages ask for on leaves of one kind, and what is written of them. */
const collected = (
  stages: readonly Stage[],
  { active, graded, emits }: Kind,
  mode: 'update' | 'step',
): Pick<Graph, 'nodes' | 'outputs' | 'leaf'> => {
  const builder = nodeBuilder()
  const param = builder.input('param')
  const incoming = graded ? builder.input('update') : builder.arithmetic(0).lit(0)
  let update = incoming
  const outputs: Write[] = []
  const marked = new Map<Mark, Node>()
  stages.forEach(({ equation: { name: owner, slots, marks, since, rule } }, stage) => {
    if (active[stage] !== true) return
    if (marks !== undefined) marked.set(marks, update)
    const inputs: Record<string, Node> = { update, param }
    // where nothing arrived at that place on these leaves, it is zero
    if (since !== undefined) inputs['incoming'] = marked.get(since) ?? builder.arithmetic(stage).lit(0)
    const lists = Object.entries(slots).map(([name, { per }]) => builder.slot(stage, name, per))
    for (const list of lists) inputs[list.name] = list
    const result = rule(builder.arithmetic(stage))(inputs, builder.scalars(stage))
    for (const list of lists) {
      const node = must(result[list.name], `slot ${list.name} that ${owner} returns`)
      if (node !== list) outputs.push({ list, node })
    }
    update = must(result['update'], `update that ${owner} returns`)
  })
  const [list, after] =
    mode === 'step' ? [param, builder.arithmetic(0).applied(param, update)] : [builder.input('update'), update]
  const isKept = mode === 'step' || graded ? after === list : !emits
  const leaf = isKept ? 'kept' : mode === 'update' && isLiteralZero(update) ? 'zero' : 'written'
  if (leaf === 'written') outputs.unshift({ list, node: after })
  return { nodes: builder.nodes(), outputs, leaf }
}
