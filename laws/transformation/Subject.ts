import { knownOnly } from '../../src/scalars/knownOnly.js'
import type fc from 'fast-check'
import { described } from '../../src/transformation/describe.js'
import { describe } from '../../src/transformation/describe.js'
import { equations } from '../../src/transformation/equations.js'
import type { AnyTransformation } from '../../src/transformation/Transformation.js'
import type { Tree } from '../../src/tree/Tree.js'
import { ordinary } from '../arbitraries/numbers.js'
import { everyShape } from '../arbitraries/trees.js'
import { extraAt } from '../extraAt.js'
import { type Training, trainings } from '../arbitraries/training.js'
import type { Subject, Suite } from '../Suite.js'

/** What makes the transformation under test, or the transformation itself. With a maker each law has an object of its
 *  own, and fresh objects are compared with used ones. */
export type Maker = (() => AnyTransformation) | AnyTransformation

/** A transformation under test, and what it may be asked. */
export interface TransformationOptions {
  /** What it needs with each step, or how that follows from the step's gradients and parameters (a loss, for one).
   *
   *  @defaultValue nothing */
  readonly extra?: unknown
  /** Parameters and gradients that it is meant for.
   *
   *  @defaultValue any tree of ordinary numbers and shapes, leaves without a gradient among them */
  readonly cases?: fc.Arbitrary<Training>
  /** Whether what happens to a leaf depends on other leaves: a norm of the whole tree, one random key.
   *
   *  @defaultValue false */
  readonly couples?: boolean
  /** Whether leaves that take no part, without elements or of whole numbers, may lie among the parameters.
   *
   *  @defaultValue true, unless `cases` are given or `extra` is a function */
  readonly guests?: boolean
}

/** The same with its defaults. */
export interface TransformationSubject extends Required<Omit<TransformationOptions, 'extra'>> {
  /** The object of this law, made when it is first asked for. */
  readonly tx: () => AnyTransformation
  /** A fresh object; the same one where no maker was given. */
  readonly fresh: () => AnyTransformation
  readonly made: boolean
  readonly extraAt: (grads: Tree, params: Tree) => {}
}

export const subjectOf = (maker: Maker, given: TransformationOptions = {}): TransformationSubject => {
  const {
    extra = {},
    cases,
    couples = false,
    guests = cases === undefined && typeof extra !== 'function',
  } = known(given)
  const fresh = typeof maker === 'function' ? maker : () => maker
  return {
    tx: once(fresh),
    fresh,
    made: typeof maker === 'function',
    cases: cases ?? trainings({ values: ordinary, shapes: everyShape }),
    couples,
    guests,
    extraAt: extraAt(extra),
  }
}

/** The same laws, each about an object of its own. */
export const eachAlone =
  (laws: (subject: TransformationSubject) => Suite) =>
  (subject: TransformationSubject): Suite => {
    const alone = (): Suite => laws({ ...subject, tx: once(subject.fresh) })
    const suite = alone()
    return subject.made ? { ...suite, laws: suite.laws.map((law, i) => alone().laws[i] ?? law) } : suite
  }

/** Its name and its equations, for reports. */
export const aboutOf =
  (subject: TransformationSubject): (() => Subject) =>
  () => {
    const tx = subject.fresh()
    return { name: described(describe(tx)), rule: equations(tx) }
  }

const once = <A>(make: () => A): (() => A) => {
  let made: { readonly it: A } | undefined
  return () => (made ??= { it: make() }).it
}

const known = knownOnly<TransformationOptions>('laws of a transformation', {
  extra: true,
  cases: true,
  couples: true,
  guests: true,
})
