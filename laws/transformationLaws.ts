import { described } from '../src/transformation/describe.js'
import { describe } from '../src/transformation/describe.js'
import type { AnyTransformation } from '../src/transformation/Transformation.js'
import { interpreterLaws } from './transformation/interpreterLaws.js'
import { resumeLaws } from './transformation/resumeLaws.js'
import { structureLaws } from './transformation/structureLaws.js'
import { subjectOf, type TransformationOptions } from './transformation/Subject.js'
import { symmetryLaws } from './transformation/symmetryLaws.js'
import type { Suite } from './Suite.js'

/** What every transformation must satisfy, an equation or a plain `init`/`update`: structure, purity, resuming, no
 *  dependence on names or order, one result by every way of running it, no tensor left behind.
 *
 *  What only some satisfy is a suite of its own: `linear`, `homogeneous`, `odd`, `idempotent`, `nonExpansive`,
 *  `bounded`, `equivariant`.
 *
 *  @example checkLaws(transformationLaws(sgd({ learningRate: 0.1, momentum: 0.9 }))) */
export const transformationLaws = (tx: AnyTransformation, options: TransformationOptions = {}): Suite => {
  const subject = subjectOf(tx, options)
  return {
    name: `transformation ${described(describe(tx))}`,
    parents: [structureLaws, symmetryLaws, resumeLaws, interpreterLaws].map((laws) => laws(subject)),
    laws: [],
  }
}
