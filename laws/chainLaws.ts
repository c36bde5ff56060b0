import { knownOnly } from '../src/scalars/knownOnly.js'
import { chain } from '../src/combinators/chain.js'
import { hide } from '../src/combinators/transformations.js'
import { identity } from '../src/transformation/identity.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { trace } from '../src/transforms/trace.js'
import { exactly } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { pathOf, updatesIn } from './combining/paths.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** How transformations are put one after the other; by default `chain`. */
export interface ChainSubject {
  readonly concat: (first: Transformation<Opaque>, second: Transformation<Opaque>) => Transformation<Opaque>
  readonly empty: () => Transformation<Opaque>
}

const one = exactTransformations
const training = trainings()

/** The laws of composition: transformations are a monoid up to the form of their states.
 *
 *  @example await checkLaws(chainLaws()) */
export const chainLaws = (given: Partial<ChainSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  concat = (a, b) => hide(chain(a, b)),
  empty = () => hide(identity()),
}: Partial<ChainSubject>): Suite => ({
  name: 'chain',
  laws: [
    law(exactly)(
      {
        name: 'associative',
        equation: '(f · g) · h ≅ f · (g · h)',
        reason: 'a part of a chain can be given a name, and used as one',
      },
      [one, one, one, training],
      (f, g, h, given) => ({
        left: pathOf(concat(concat(f, g), h), given),
        right: pathOf(concat(f, concat(g, h)), given),
      }),
    ),
    law(exactly)(
      {
        name: 'left unit',
        equation: 'identity · f ≅ f',
        reason: 'a stage that was switched off leaves no trace',
      },
      [one, training],
      (f, given) => ({ left: pathOf(concat(empty(), f), given), right: pathOf(f, given) }),
    ),
    law(exactly)(
      {
        name: 'right unit',
        equation: 'f · identity ≅ f',
        reason: 'a stage that was switched off leaves no trace',
      },
      [one, training],
      (f, given) => ({ left: pathOf(concat(f, empty()), given), right: pathOf(f, given) }),
    ),
    law(exactly)(
      {
        name: 'composition',
        equation: 'updates of f · g = updates of g on the updates of f',
        reason: 'the parts of a chain hear of each other by updates alone, in the order in which they are written',
        bug: 'clipping that ran after the optimizer where it was written before it',
      },
      [one, one, training],
      (f, g, { params, grads }) => ({
        left: updatesIn(concat(f, g), { params, grads }),
        right: updatesIn(g, { params, grads: updatesIn(f, { params, grads }) }),
      }),
    ),
    law(exactly)(
      {
        name: 'equal parts',
        equation: 'updates of f · f = updates of f on the updates of f, the very same f, over several steps',
        reason: 'two equal parts are two parts: two momenta, two counts',
        bug: 'states kept by the object or the name of a part: a second momentum in a chain was the first once more',
        presumes: ['composition'],
      },
      [one, training],
      (f, { params, grads }) => ({
        left: updatesIn(concat(f, f), { params, grads }),
        right: updatesIn(f, { params, grads: updatesIn(f, { params, grads }) }),
      }),
    ),
    anewLaw((f) => concat(concat(f, f), hide(trace({ decay: 0.5 })))),
    handedInLaw((f) => concat(concat(f, f), f)),
  ],
})

const known = knownOnly<Partial<ChainSubject>>('chainLaws', { concat: true, empty: true })
