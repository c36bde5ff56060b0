import fc from 'fast-check'
import { lookahead } from '../src/combinators/lookahead.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { exactly } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { pathOf } from './combining/paths.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** Slow weights that follow every so many steps, and how far; by default `lookahead`. */
export interface LookaheadSubject {
  readonly follow: (syncPeriod: number, slowStepSize: number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
}

const whole = trainings({ missing: false })
const descent = hide(scale({ stepSize: -0.5 }))

/** The laws of looking ahead. Example  `checkLaws(lookaheadLaws())` */
export const lookaheadLaws = ({
  follow = (syncPeriod, slowStepSize) => (tx) => hide(lookahead({ syncPeriod, slowStepSize })(tx)),
}: Partial<LookaheadSubject> = {}): Suite => ({
  name: 'lookahead',
  laws: [
    law(exactly)(
      {
        name: 'all the way',
        equation: 'α = 1 ⇒ lookahead(k, α)(f) ≅ f',
        reason: 'slow weights that follow all the way are the fast ones',
        bug: 'slow weights that were drawn to the fast ones of the step before',
      },
      [exactTransformations, fc.integer({ min: 1, max: 3 }), whole],
      (f, k, training) => ({ left: pathOf(follow(k, 1)(f), training), right: pathOf(f, training) }),
    ),
    law(exactly)(
      {
        name: 'nowhere',
        equation: 'α = 0 ⇒ after every k-th step the parameters are the first ones, for f without memory of them',
        reason: 'slow weights that never follow hold everything',
        bug: 'slow weights kept by reference to the parameters: they went along',
      },
      [fc.constantFrom(2, 3), whole],
      (k, { params, grads }) => {
        const there = pathOf(follow(k, 0)(descent), {
          params,
          grads: Array.from({ length: k }, (_, t) => grads[t % grads.length] ?? null),
        })
        return { left: there.at(-1), right: params }
      },
    ),
    law(exactly)(
      {
        name: 'between',
        equation: 'before the k-th step it is f',
        reason: 'the fast weights are fast',
      },
      [exactTransformations, whole],
      (f, training) => ({
        left: pathOf(follow(training.grads.length + 1, 0.5)(f), training),
        right: pathOf(f, training),
      }),
    ),
  ],
})
