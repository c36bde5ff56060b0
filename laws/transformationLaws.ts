import { described } from '../src/transformation/describe.js'
import { describe } from '../src/transformation/describe.js'
import { freshLaws } from './transformation/freshLaws.js'
import { guestLaws } from './transformation/guestLaws.js'
import { interpreterLaws } from './transformation/interpreterLaws.js'
import { resumeLaws } from './transformation/resumeLaws.js'
import { structureLaws } from './transformation/structureLaws.js'
import { aboutOf, eachAlone, type Maker, subjectOf, type TransformationOptions } from './transformation/Subject.js'
import { symmetryLaws } from './transformation/symmetryLaws.js'
import type { Suite } from './Suite.js'

/** What every transformation must satisfy, an equation or a plain `init`/`update`: structure, purity, no memory of its
 *  own, resuming, no dependence on names or order, one result by every way of running it, no tensor left behind.
 *
 *  Hand over what makes it, `() => mine()`: each law then has an object of its own, and fresh objects are compared with
 *  used ones. A transformation itself is accepted too.
 *
 *  What only some satisfy is a suite of its own: `linear`, `homogeneous`, `odd`, `idempotent`, `nonExpansive`,
 *  `bounded`, `equivariant`.
 *
 *  @example await checkLaws(transformationLaws(() => sgd({ learningRate: 0.1, momentum: 0.9 }))) */
export const transformationLaws = (maker: Maker, options: TransformationOptions = {}): Suite => {
  const subject = subjectOf(maker, options)
  return {
    name: `transformation ${described(describe(subject.tx()))}`,
    about: aboutOf(subject),
    parents: [structureLaws, freshLaws, symmetryLaws, guestLaws, resumeLaws, interpreterLaws].map((laws) =>
      eachAlone(laws)(subject),
    ),
    laws: [],
  }
}
