/** @internal */
import { must } from '../scalars/must.js'
import type { LeafClass } from './classesOf.js'
import type { Mark } from './Mark.js'
import { type Node, nodesBelow, type Uniform } from './Node.js'
import { isLiteralZero, nodeBuilder } from './nodeBuilder.js'
import { isTreeCollective } from './operations.js'
import { type Reach, reaches } from './reaches.js'
import type { Slot } from './Slot.js'
import type { Stage } from './Stage.js'

/** Where a result goes. Results that are the input itself are left out: they are kept by reference. */
export interface Output {
  readonly target:
    | { readonly kind: 'leaf' }
    | { readonly kind: 'slot'; readonly stage: number; readonly name: string; readonly per: Slot['per'] }
  readonly node: Node
}

/** What one step does to each leaf of one class: equal nodes are one, dead ones dropped. */
export interface Graph {
  /** Each after its arguments. */
  readonly nodes: readonly Node[]
  readonly reach: ReadonlyMap<Node, Reach>
  readonly uniforms: readonly Uniform[]
  readonly outputs: readonly Output[]
  /** The updates or parameters are unchanged, or they are literally zero (only in mode `update`). */
  readonly leaf: 'written' | 'kept' | 'zero'
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
      const node = must(result[name], `slot ${name} that ${owner} returns`)
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

/** The graph of what has been collected, without nodes that nothing needs. */
const finished = (all: readonly Node[], outputs: readonly Output[], leaf: Graph['leaf']): Graph => {
  // A sum over the tree is shared with other classes: it is kept alive by its users, wherever they are.
  const alive = new Set(
    nodesBelow([...outputs.map(({ node }) => node), ...all.filter(({ op }) => isTreeCollective(op))]),
  )
  const nodes = all.filter((node) => alive.has(node))
  return {
    nodes,
    reach: reaches(nodes),
    uniforms: nodes.flatMap((node) => (node.op === 'uniform' ? [node.uniform] : [])),
    outputs,
    leaf,
  }
}
