/** @internal */
import { broken } from '../scalars/must.js'
import type { Equation } from './Equation.js'
import { latexNotation } from './latexNotation.js'
import { type Fragment, type Notation, whole } from './Notation.js'
import { argsOf, type Call, type Node, nodesBelow, type Uniform } from './Node.js'
import { nodeBuilder, written } from './nodeBuilder.js'
import { isCollective } from './operations.js'
import { textNotation } from './textNotation.js'

/** How equations are written. */
export type PrintFormat = 'text' | 'latex'

/** One line: what is named, and what it is. */
export interface PrintedLine {
  readonly left: string
  readonly right: string
}

/** The line that follows all parts: the parameters after the step. */
export const printedStep = (format: PrintFormat): PrintedLine => {
  const { name, next, arithmetic } = notations[format]
  return { left: next('param'), right: arithmetic.add(whole(name('param')), whole(name('u'))).text }
}

const notations: Readonly<Record<PrintFormat, Notation>> = { text: textNotation, latex: latexNotation }

/** An equation as written, each line after those that it needs. What does not change is left out.
 *
 *  ```text
 *  u, param: what arrives;  x': the next value of x;  t1, t2, …: what occurs more than once
 *  ```
 */
export const printing =
  (format: PrintFormat) =>
  (equation: Equation): readonly PrintedLine[] => {
    const notation = notations[format]
    const results = resultsOf(equation)
    const targets = [...Object.keys(equation.slots), 'update'].flatMap((name): readonly (readonly [string, Node])[] => {
      const node = results[name]
      return node === undefined || isItself(node, name) ? [] : [[name, node]]
    })
    const roots = targets.map(([, node]) => node)
    const names = namesIn(equation, roots)
    const lines: PrintedLine[] = []
    const named = new Map<Node, string>()
    const shared = sharedIn(roots)
    const left = (name: string): string => notation.next(name === 'update' ? names.update : name)
    // a slot's name goes before the update's
    const places = new Map(targets.toReversed().map(([name, node]) => [node, left(name)]))
    let count = 0
    const fragment = (node: Node): Fragment => {
      const known = named.get(node)
      if (known !== undefined) return whole(known)
      if (node.op === 'uniform' && node.uniform.kind === 'literal') return notation.arithmetic.lit(node.uniform.value)
      if (!isCalled(node)) return whole(notation.name(names.of(node)))
      const place = places.get(node)
      if (place !== undefined) return line(place, node)
      if (!shared.has(node)) return call(notation, node, argsOf(node).map(fragment))
      do count += 1
      while (names.taken(`t${count}`))
      return line(notation.name(`t${count}`), node)
    }
    /** Writes a line for a node, after the lines that it needs, and refers to it. */
    const line = (name: string, node: Called): Fragment => {
      const { text } = call(notation, node, argsOf(node).map(fragment))
      lines.push({ left: name, right: text })
      named.set(node, name)
      return whole(name)
    }
    for (const [name, node] of targets) {
      const right = fragment(node).text
      if (right !== left(name)) lines.push({ left: left(name), right })
    }
    return lines
  }

/** What an equation returns, by name: its update and its slots, as nodes that are one where they read the same. */
const resultsOf = ({ slots, since, rule }: Equation): Readonly<Record<string, Node>> => {
  const builder = nodeBuilder(written)
  const inputs: Record<string, Node> = { update: builder.input('update'), param: builder.input('param') }
  for (const [name, { per }] of Object.entries(slots)) inputs[name] = builder.slot(0, name, per)
  if (since !== undefined) inputs['incoming'] = builder.slot(0, 'incoming', 'element')
  return rule(builder.arithmetic(0))(inputs, builder.scalars(0))
}

/** What is written as an operation of what is written; the rest has a name, or is a number. */
type Called = Call | Extract<Node, { op: 'leafSize' }>
type Named = Exclude<Node, Called>

const isCalled = (node: Node): node is Called => 'args' in node || node.op === 'leafSize'

const isItself = (node: Node, name: string): boolean =>
  node.op === 'slot' ? node.name === name : node.op === 'update' && name === 'update'

const call = ({ arithmetic }: Notation, { op }: Called, args: readonly Fragment[]): Fragment =>
  // a call has the arguments that its operation takes
  arithmetic[op](...(args as readonly [Fragment, Fragment, Fragment]))

/** Calls of some size that stand in several places. */
const sharedIn = (roots: readonly Node[]): ReadonlySet<Node> => {
  const seen = new Set<Node>()
  const shared = new Set<Node>()
  const visit = (node: Node): void => {
    if (!isCalled(node)) return
    const args = argsOf(node)
    if (seen.has(node)) {
      if (isCollective(node.op) || args.length > 2 || args.some(isCalled)) shared.add(node)
      return
    }
    seen.add(node)
    new Set(args).forEach(visit) // x·x is x²: one place
  }
  roots.forEach(visit)
  return shared
}

interface Names {
  readonly of: (node: Named) => string
  readonly update: string
  readonly taken: (name: string) => boolean
}

/** Names as printed: the update is `u`, unless something else is called so; a scalar with the name of a slot is told
 *  apart. */
const namesIn = ({ slots }: Equation, roots: readonly Node[]): Names => {
  const scalars = nodesBelow(roots).flatMap((node) =>
    node.op === 'uniform' && node.uniform.kind === 'scalar' ? [node.uniform.name] : [],
  )
  const all = new Set([...Object.keys(slots), ...scalars])
  const update = all.has('u') ? 'update' : 'u'
  const scalar = (name: string): string =>
    Object.hasOwn(slots, name) || name === 'param' || name === update ? `${name}_` : name
  return {
    update,
    taken: (name) => all.has(name),
    of: (node) =>
      node.op === 'update'
        ? update
        : node.op === 'slot'
          ? node.name
          : node.op === 'uniform'
            ? scalar(scalarIn(node.uniform))
            : 'param',
  }
}

const scalarIn = (uniform: Uniform): string => {
  if (uniform.kind === 'literal') throw broken('a literal was asked for its name')
  return uniform.name
}
