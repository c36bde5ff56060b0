/** @internal */
import { finishedGraph } from './finishedGraph.js'
import { graphBuilder } from './graphBuilder.js'
import type {
  Binary,
  Comparison,
  Connective,
  LeafCollective,
  Negation,
  Test,
  TreeCollective,
  Unary,
} from './operations.js'
import type { Mark } from './Mark.js'
import type { Slot } from './Slot.js'
import type { Stage } from './Stage.js'
import type { LeafClass } from './Work.js'

/** How far a node's value reaches: one number for each element, for each leaf, or for the whole tree. */
export type Reach = 'element' | 'leaf' | 'tree'

/** A node; `args` are indices of earlier nodes. Conditions are nodes too, told apart by their operation. */
export type Node =
  | { readonly op: 'uniform'; readonly uniform: number }
  | { readonly op: 'update' | 'param' | 'leafSize' }
  | { readonly op: 'slot'; readonly stage: number; readonly name: string; readonly per: Slot['per'] }
  | { readonly op: Unary | Test | Negation; readonly args: readonly [number] }
  | { readonly op: Binary | Comparison | Connective; readonly args: readonly [number, number] }
  | { readonly op: 'where'; readonly args: readonly [number, number, number] }
  | { readonly op: LeafCollective; readonly args: readonly [number] }
  /** Keyed by stage and ordinal, not by its operand: leaves of different classes share one sum. */
  | { readonly op: TreeCollective; readonly stage: number; readonly ordinal: number; readonly args: readonly [number] }

/** A number that is given with each call: a literal of the equation, or a scalar of the step. Never part of a program's
 *  text. */
export type Uniform =
  | { readonly kind: 'literal'; readonly value: number }
  | { readonly kind: 'scalar'; readonly stage: number; readonly name: string }

/** Where a result goes. Results that are the input itself are left out: they are kept by reference. */
export interface Output {
  readonly target:
    | { readonly kind: 'leaf' }
    | { readonly kind: 'slot'; readonly stage: number; readonly name: string; readonly per: Slot['per'] }
  readonly node: number
}

/** What one step does to each leaf of one class: hash-consed, dead nodes dropped, in phases. */
export interface Graph {
  readonly nodes: readonly Node[]
  readonly reach: readonly Reach[]
  /** The phase in which a node is known: 0 without collectives, n + 1 for a collective over nodes of phase n. */
  readonly phase: readonly number[]
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
  const builder = graphBuilder()
  const param = builder.input('param')
  const incoming = graded ? builder.input('update') : builder.arithmetic(0).lit(0)
  let update = incoming
  const outputs: Output[] = []
  const marked = new Map<Mark, number>()
  stages.forEach(({ equation }, stage) => {
    if (active[stage] !== true) return
    const { slots, marks, since } = equation
    if (marks !== undefined) marked.set(marks, update)
    const inputs: Record<string, number> = { update, param }
    if (since !== undefined) inputs['incoming'] = marked.get(since) ?? builder.arithmetic(stage).lit(0)
    for (const name in slots) inputs[name] = builder.slot(stage, name, slots[name]?.per ?? 'element')
    const result = equation.rule(builder.arithmetic(stage))(inputs, builder.scalars(stage))
    for (const name in slots) {
      const node = result[name]
      if (node === undefined)
        throw new TypeError(
          `${equation.name}: the equation returns no slot "${name}". Return every slot that it declares.`,
        )
      const per = slots[name]?.per ?? 'element'
      if (node !== inputs[name]) outputs.push({ target: { kind: 'slot', stage, name, per }, node })
    }
    update = result['update'] ?? update
  })
  const zero = builder.isZero(update)
  const leaf = mode === 'step' ? builder.arithmetic(0).applied(param, update) : update
  const untouched = mode === 'step' ? leaf === param : graded ? leaf === incoming : !emits
  if (!untouched && !(mode === 'update' && zero)) outputs.unshift({ target: { kind: 'leaf' }, node: leaf })
  return finishedGraph(
    builder.nodes,
    builder.uniforms,
    outputs,
    untouched ? 'kept' : mode === 'update' && zero ? 'zero' : 'written',
  )
}
