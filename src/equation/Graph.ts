/** @internal */
import { must } from '../scalars/must.js'
import type { LeafClass } from './classesOf.js'
import type { Mark } from './Mark.js'
import { argsOf, type Node, nodesBelow, type Uniform } from './Node.js'
import { isLiteralZero, nodeBuilder } from './nodeBuilder.js'
import { isCollective, isTreeCollective } from './operations.js'
import { type Reach, reaches } from './reaches.js'
import type { Slot } from './Slot.js'
import type { Stage } from './Stage.js'
import { textOfNodes } from './textOfNodes.js'

/** Where a result goes. Results that are the input itself are left out: they are kept by reference. */
export interface Output {
  readonly target:
    | { readonly kind: 'leaf' }
    | { readonly kind: 'slot'; readonly stage: number; readonly name: string; readonly per: Slot['per'] }
  readonly node: Node
}

/** What one step does to each leaf of one class: equal nodes are one, dead ones dropped, in phases. */
export interface Graph {
  /** Each after its arguments. */
  readonly nodes: readonly Node[]
  readonly reach: ReadonlyMap<Node, Reach>
  /** The phase in which a node is known: 0 without collectives, n + 1 for a collective over nodes of phase n. */
  readonly phase: ReadonlyMap<Node, number>
  /** The number of phases of collectives before the last phase, which writes. */
  readonly phases: number
  readonly uniforms: readonly Uniform[]
  readonly outputs: readonly Output[]
  /** The updates or parameters are unchanged, or they are literally zero (only in mode `update`). */
  readonly leaf: 'written' | 'kept' | 'zero'
  /** The graph's text without literals and shapes: equal keys mean equal programs. */
  readonly key: string
}

/** The graph of the stages that run on one class of leaves. */
export const graphOf = (
  stages: readonly Stage[],
  { active, graded, emits }: Pick<LeafClass, 'active' | 'graded' | 'emits'>,
  mode: 'update' | 'step',
): Graph => {
  const builder = nodeBuilder()
  const param = builder.input('param')
  const incoming = graded ? builder.input('update') : builder.arithmetic(0).lit(0)
  let update = incoming
  const outputs: Output[] = []
  const marked = new Map<Mark, Node>()
  stages.forEach(({ equation: { name: owner, slots, marks, since, rule } }, stage) => {
    if (active[stage] !== true) return
    if (marks !== undefined) marked.set(marks, update)
    const inputs: Record<string, Node> = { update, param }
    // where nothing arrived at that place on these leaves, it is zero
    if (since !== undefined) inputs['incoming'] = marked.get(since) ?? builder.arithmetic(stage).lit(0)
    for (const [name, { per }] of Object.entries(slots)) inputs[name] = builder.slot(stage, name, per)
    const result = rule(builder.arithmetic(stage))(inputs, builder.scalars(stage))
    for (const [name, { per }] of Object.entries(slots)) {
      const node = result[name]
      if (node === undefined)
        throw new TypeError(`${owner}: the equation returns no slot "${name}". Return every slot that it declares.`)
      if (node !== inputs[name]) outputs.push({ target: { kind: 'slot', stage, name, per }, node })
    }
    update = must(result['update'], `update that ${owner} returns`)
  })
  const zero = isLiteralZero(update)
  const leaf = mode === 'step' ? builder.arithmetic(0).applied(param, update) : update
  const untouched = mode === 'step' ? leaf === param : graded ? leaf === incoming : !emits
  if (!untouched && !(mode === 'update' && zero)) outputs.unshift({ target: { kind: 'leaf' }, node: leaf })
  return finished(builder.nodes(), outputs, untouched ? 'kept' : mode === 'update' && zero ? 'zero' : 'written')
}

/** The graph of what has been collected: nodes that nothing needs are dropped, the others are put into phases. */
const finished = (all: readonly Node[], outputs: readonly Output[], leaf: Graph['leaf']): Graph => {
  const results = outputs.map(({ node }) => node)
  // A sum over the tree is shared with other classes: it is kept alive by its users, wherever they are.
  const alive = new Set(nodesBelow([...results, ...all.filter(({ op }) => isTreeCollective(op))]))
  const nodes = all.filter((node) => alive.has(node))
  const phase = new Map<Node, number>()
  for (const node of nodes) {
    const before = argsOf(node).reduce((p, arg) => Math.max(p, must(phase.get(arg), 'phase of an argument')), 0)
    phase.set(node, isCollective(node.op) ? before + 1 : before)
  }
  return {
    nodes,
    uniforms: nodes.flatMap((node) => (node.op === 'uniform' ? [node.uniform] : [])),
    outputs,
    leaf,
    phase,
    reach: reaches(nodes),
    phases: [...phase.values()].reduce((most, p) => Math.max(most, p), 0),
    key: `${textOfNodes(nodes, results, headOf)} ${JSON.stringify(outputs.map(({ target }) => target))}`,
  }
}

/** What a node's arguments do not say. */
const headOf = (node: Node): string =>
  node.op === 'slot'
    ? `slot ${node.stage} ${JSON.stringify(node.name)} ${node.per}`
    : 'ordinal' in node
      ? `${node.op} ${node.stage} ${node.ordinal}`
      : node.op
