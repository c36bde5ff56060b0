/** @internal */
import type { Equation } from './Equation.js'
import { latexNotation } from './latexNotation.js'
import { type Fragment, type Notation, whole } from './Notation.js'
import { type Call, type Term, termsOf } from './Term.js'
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
 *    u, param: what arrives;  x': the next value of x;  t1, t2, …: what occurs more than once */
export const printing =
  (format: PrintFormat) =>
  (equation: Equation): readonly PrintedLine[] => {
    const notation = notations[format]
    const terms = termsOf(equation)
    const targets = [...Object.keys(equation.slots), 'update'].flatMap((name): readonly (readonly [string, Term])[] => {
      const term = terms[name]
      return term === undefined || isItself(term, name) ? [] : [[name, term]]
    })
    const names = namesIn(
      equation,
      targets.map(([, term]) => term),
    )
    const lines: PrintedLine[] = []
    const named = new Map<Term, string>()
    const shared = sharedIn(targets.map(([, term]) => term))
    const left = (name: string): string => notation.next(name === 'update' ? names.update : name)
    // a slot's name goes before the update's
    const results = new Map(targets.toReversed().map(([name, term]) => [term, left(name)]))
    let count = 0
    const fragment = (term: Term): Fragment => {
      const known = named.get(term)
      if (known !== undefined) return whole(known)
      if (term.op === 'literal') return notation.arithmetic.lit(term.value)
      if (term.op === 'name') return whole(notation.name(names(term)))
      const result = results.get(term)
      if (result !== undefined) return line(result, term)
      if (!shared.has(term)) return call(notation, term, term.args.map(fragment))
      do count += 1
      while (names.taken(`t${count}`))
      return line(notation.name(`t${count}`), term)
    }
    /** Writes a line for a term, after the lines that it needs, and refers to it. */
    const line = (name: string, term: Call): Fragment => {
      const { text } = call(notation, term, term.args.map(fragment))
      lines.push({ left: name, right: text })
      named.set(term, name)
      return whole(name)
    }
    for (const [name, term] of targets) {
      const right = fragment(term).text
      if (right !== left(name)) lines.push({ left: left(name), right })
    }
    return lines
  }

const isItself = (term: Term, name: string): boolean =>
  term.op === 'name' && term.name === name && (term.of === 'slot' || term.of === 'update')

const call = ({ arithmetic }: Notation, { op }: Call, args: readonly Fragment[]): Fragment =>
  // a call has the arguments that its operation takes
  arithmetic[op](...(args as readonly [Fragment, Fragment, Fragment]))

/** Terms of some size that stand in several places. */
const sharedIn = (roots: readonly Term[]): ReadonlySet<Term> => {
  const seen = new Set<Term>()
  const shared = new Set<Term>()
  const visit = (term: Term): void => {
    if (term.op === 'name' || term.op === 'literal') return
    if (seen.has(term)) {
      if (
        isCollective(term.op) ||
        term.args.length > 2 ||
        term.args.some(({ op }) => op !== 'name' && op !== 'literal')
      )
        shared.add(term)
      return
    }
    seen.add(term)
    new Set(term.args).forEach(visit) // x·x is x²: one place
  }
  roots.forEach(visit)
  return shared
}

interface Names {
  (name: Extract<Term, { op: 'name' }>): string
  readonly update: string
  readonly taken: (name: string) => boolean
}

/** Names as printed: the update is `u`, unless something else is called so; a scalar with the name of a slot is told
 *  apart. */
const namesIn = ({ slots }: Equation, roots: readonly Term[]): Names => {
  const all = new Set(Object.keys(slots))
  const visit = (term: Term): void => {
    if (term.op === 'name') {
      if (term.of === 'scalar') all.add(term.name)
    } else if (term.op !== 'literal') term.args.forEach(visit)
  }
  roots.forEach(visit)
  const update = all.has('u') ? 'update' : 'u'
  const name = ({ of, name: given }: Extract<Term, { op: 'name' }>): string =>
    of === 'update'
      ? update
      : of === 'scalar' && (Object.hasOwn(slots, given) || given === 'param' || given === update)
        ? `${given}_`
        : given
  return Object.assign(name, { update, taken: (candidate: string) => all.has(candidate) })
}
