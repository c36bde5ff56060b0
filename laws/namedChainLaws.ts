import { knownOnly } from '../src/scalars/knownOnly.js'
import { chain } from '../src/combinators/chain.js'
import { namedChain } from '../src/combinators/namedChain.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { exactly } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { pathOf } from './combining/paths.js'
import { namesLaw } from './combining/names.js'
import { law } from './Law.js'
import { trajectory } from './trajectory.js'
import type { Suite } from './Suite.js'

/** How parts with names are put one after the other, in the order of the record; by default `namedChain`. */
export interface NamedChainSubject {
  readonly named: (parts: Readonly<Record<string, Transformation<Opaque>>>) => Transformation<Opaque>
}

/** The laws of chains with names.
 *
 *  @example await checkLaws(namedChainLaws()) */
export const namedChainLaws = (given: Partial<NamedChainSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({ named = (parts) => hide(namedChain(parts)) }: Partial<NamedChainSubject>): Suite => ({
  name: 'namedChain',
  laws: [
    law(exactly)(
      {
        name: 'a chain',
        equation: 'namedChain({ z: f, a: g, m: f }) ≅ f · g · f, in the order of writing, the very same f twice',
        reason: 'names are for states, not for the order',
        bug: 'parts sorted by name: the clip ran after the step',
      },
      [exactTransformations, exactTransformations, trainings({ maxSteps: 5 })],
      (f, g, training) => ({
        left: pathOf(named({ z: f, a: g, m: f }), training),
        right: pathOf(hide(chain(f, g, f)), training),
      }),
    ),
    law(exactly)(
      {
        name: 'states by name',
        equation: 'stateₜ of { a: f, b: g } has at a the state of f, and at b that of g',
        reason: 'a part can be looked at, saved and replaced by its name',
      },
      [exactTransformations, trainings({ maxSteps: 3 })],
      (f, training) => ({
        left: trajectory(named({ a: f }), training).map(({ state }) => state),
        right: trajectory(f, training).map(({ state }) => ({ a: state })),
      }),
    ),
    namesLaw((name, f) => named({ [name]: f, other: f })),
    anewLaw((f) => named({ second: f, first: f })),
    handedInLaw((f) => named({ second: f, first: f })),
  ],
})

const known = knownOnly<Partial<NamedChainSubject>>('namedChainLaws', { named: true })
