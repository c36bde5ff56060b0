import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { chain } from '../src/combinators/chain.js'
import { lookahead } from '../src/combinators/lookahead.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { trace } from '../src/transforms/trace.js'
import { exactly, within } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { pathOf, updatesIn } from './combining/paths.js'
import { law } from './Law.js'
import { type TreeSpec, zipNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'

/** Slow weights that follow every so many steps, and how far; by default `lookahead`. */
export interface LookaheadSubject {
  readonly follow: (syncPeriod: number, slowStepSize: number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
}

const whole = trainings({ missing: false })
const descent = hide(scale({ stepSize: -0.5 }))

/** The laws of looking ahead. Example  `await checkLaws(lookaheadLaws())` */
export const lookaheadLaws = (given: Partial<LookaheadSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  follow = (syncPeriod, slowStepSize) => (tx) => hide(lookahead({ syncPeriod, slowStepSize })(tx)),
}: Partial<LookaheadSubject>): Suite => ({
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
    law(within(1e-5))(
      {
        name: 'cycles',
        equation: 'p ← p + u;  every k-th step: slow ← slow + α·(p − slow), p ← slow, for u that does not hang on p',
        reason: 'the second cycle is as the first, and begins where that ended',
        bug: 'a counter that was not set back: after the first k steps the slow weights followed at each, or at none',
        presumes: ['all the way', 'between'],
      },
      [
        fc.constantFrom(descent, hide(chain(trace({ decay: 0.5 }), scale({ stepSize: -0.5 })))),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(0.5, 0, 0.25, 0.75, 1),
        trainings({ missing: false, minSteps: 2, maxSteps: 9 }),
      ],
      (f, k, alpha, training) => ({
        left: pathOf(follow(k, alpha)(f), training),
        right: followed(k, alpha, training.params, updatesIn(f, training)),
      }),
    ),
    anewLaw((f, k) => follow(k, 0.5)(f), trainings({ missing: false, minSteps: 3, maxSteps: 7 })),
    handedInLaw((f, k) => follow(k, 0.5)(f), trainings({ missing: false, minSteps: 3, maxSteps: 7 })),
  ],
})

/** What looking ahead is, in numbers. */
const followed = (k: number, alpha: number, start: TreeSpec, updates: readonly TreeSpec[]): readonly TreeSpec[] => {
  const plus = zipNumbers((a, b) => a + b)
  const toward = zipNumbers((a, b) => a + alpha * (b - a))
  let [slow, fast] = [start, start]
  return [
    start,
    ...updates.map((u, t) => {
      fast = plus(fast, u)
      if ((t + 1) % k === 0) slow = fast = toward(slow, fast)
      return fast
    }),
  ]
}

const known = knownOnly<Partial<LookaheadSubject>>('lookaheadLaws', { follow: true })
