import fc from 'fast-check'
import { lookahead } from '../src/combinators/lookahead.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { exactly } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { pathOf } from './combining/paths.js'
import { law } from './Law.js'
import type { TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'

/** A transformation whose state starts again after every so many steps, parameters going on; by default `lookahead` all
 *  the way, with `resetState`. */
export interface RestartSubject {
  readonly restart: (period: number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
}

/** The laws of restarts.
 *
 *  @example checkLaws(restartLaws()) */
export const restartLaws = ({
  restart = (period) => (tx) => hide(lookahead({ syncPeriod: period, slowStepSize: 1, resetState: true })(tx)),
}: Partial<RestartSubject> = {}): Suite => ({
  name: 'restarts',
  laws: [
    law(exactly)(
      {
        name: 'a training after another',
        equation: 'restart(n)(f) on g₁ … gₘ = f on g₁ … gₙ, then f with a first state on the next n, and so on',
        reason: 'nothing of the state is left, moments, counts and copies of the parameters alike',
        bug: 'moments set to zero and the count not: no bias correction after a restart;  reset once, and never again',
      },
      [exactTransformations, fc.integer({ min: 1, max: 3 }), trainings({ missing: false, minSteps: 2, maxSteps: 8 })],
      (f, n, { params, grads }) => {
        const path: TreeSpec[] = [params]
        for (let from = 0; from < grads.length; from += n)
          path.push(...pathOf(f, { params: path.at(-1) ?? null, grads: grads.slice(from, from + n) }).slice(1))
        return { left: pathOf(restart(n)(f), { params, grads }), right: path }
      },
    ),
    anewLaw((f, n) => restart(n)(f), trainings({ missing: false, minSteps: 3, maxSteps: 7 })),
  ],
})
