import type fc from 'fast-check'
import type { AnyTransformation } from '../../src/transformation/Transformation.js'
import type { Tree } from '../../src/tree/Tree.js'
import { ordinary } from '../arbitraries/numbers.js'
import { extraAt } from '../extraAt.js'
import { type Training, trainings } from '../arbitraries/training.js'

/** A transformation under test, and what it may be asked. */
export interface TransformationOptions {
  /** What it needs with each step, or how that follows from the step's gradients and parameters (a loss, for one).
   *  Default: nothing. */
  readonly extra?: unknown
  /** Parameters and gradients that it is meant for. Default: any tree of ordinary numbers, leaves without a gradient
   *  among them. */
  readonly cases?: fc.Arbitrary<Training>
  /** Whether what happens to a leaf depends on other leaves: a norm of the whole tree, one random key. Default
   *  false. */
  readonly couples?: boolean
}

/** The same with its defaults. */
export interface TransformationSubject extends Required<Omit<TransformationOptions, 'extra'>> {
  readonly tx: AnyTransformation
  readonly extraAt: (grads: Tree, params: Tree) => {}
}

export const subjectOf = (
  tx: AnyTransformation,
  { extra = {}, cases = trainings({ values: ordinary }), couples = false }: TransformationOptions,
): TransformationSubject => ({ tx, cases, couples, extraAt: extraAt(extra) })
