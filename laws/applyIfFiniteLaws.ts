import fc from 'fast-check'
import { applyIfFinite } from '../src/combinators/applyIfFinite.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { exactly } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { hasNumbers, pathOf } from './combining/paths.js'
import { law } from './Law.js'
import { mapNumbers, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'

/** What rejects steps that are not finite, up to so many in a row; by default `applyIfFinite`. */
export interface ApplyIfFiniteSubject {
  readonly guard: (maxConsecutiveErrors: number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
}

const whole = trainings({ missing: false, nulls: false })

const spoilt = (by: number): ((spec: TreeSpec) => TreeSpec) =>
  mapNumbers(({ shape, values }) => ({ shape, values: values.map((x, i) => (i === 0 ? by : x)) }))

/** The laws of rejection. Example  `checkLaws(applyIfFiniteLaws())` */
export const applyIfFiniteLaws = ({
  guard = (maxConsecutiveErrors) => (tx) => hide(applyIfFinite({ maxConsecutiveErrors })(tx)),
}: Partial<ApplyIfFiniteSubject> = {}): Suite => ({
  name: 'applyIfFinite',
  laws: [
    law(exactly)(
      {
        name: 'finite',
        equation: 'all g finite ⇒ applyIfFinite(f) ≅ f',
        reason: 'a guard is not seen until it is needed',
      },
      [exactTransformations, whole],
      (f, training) => ({ left: pathOf(guard(3)(f), training), right: pathOf(f, training) }),
    ),
    law(exactly)(
      {
        name: 'rejected',
        equation: 'steps that are rejected may as well not have been',
        reason: 'one overflow must cost one batch: no slot, no count, no parameter may remember it',
        bug: '0·NaN: a rejected update was multiplied by zero; counts inside went on, and the bias correction with them',
      },
      [exactTransformations, whole, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)],
      (f, { params, grads }, bad) => {
        fc.pre(hasNumbers(params))
        const path = pathOf(f, { params, grads })
        return {
          left: pathOf(guard(3)(f), { params, grads: grads.flatMap((g) => [spoilt(bad)(g), g]) }),
          right: [path[0], ...path.slice(1).flatMap((after, t) => [path[t], after])],
        }
      },
    ),
  ],
})
