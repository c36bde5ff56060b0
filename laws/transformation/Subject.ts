import type fc from 'fast-check'
import type { AnyTransformation } from '../../src/transformation/Transformation.js'
import { ordinary } from '../arbitraries/numbers.js'
import { type Training, trainings } from '../arbitraries/training.js'

/** A transformation under test, and what it may be asked. */
export interface TransformationOptions {
  /** What it needs with each step. Default: nothing. */
  readonly extra?: unknown
  /** Parameters and gradients that it is meant for. Default: any tree of ordinary numbers, leaves without a gradient among them. */
  readonly cases?: fc.Arbitrary<Training>
  /** Whether what happens to a leaf depends on other leaves: a norm of the whole tree, one random key. Default false. */
  readonly couples?: boolean
}

/** The same with its defaults. */
export interface TransformationSubject extends Required<TransformationOptions> {
  readonly tx: AnyTransformation
}

export const subjectOf = (
  tx: AnyTransformation, { extra = {}, cases = trainings({ values: ordinary }), couples = false }: TransformationOptions,
): TransformationSubject => ({ tx, extra, cases, couples })
