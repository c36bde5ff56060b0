import fc from 'fast-check'
import { conditionallyMask } from '../src/combinators/conditionallyMask.js'
import { conditionallyTransform } from '../src/combinators/conditionallyTransform.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { exactly } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { updatesIn } from './combining/paths.js'
import { law } from './Law.js'
import { mapNumbers, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'

/** A transformation that runs only where a condition on the count of steps, from 0 on, holds. Elsewhere updates pass, or
 *  are zero; by default `conditionallyTransform` and `conditionallyMask`. */
export interface ConditionalSubject {
  readonly only: (
    holds: (step: number) => boolean,
    otherwise: 'pass' | 'zero',
  ) => (tx: Transformation<Opaque>) => Transformation<Opaque>
}

const otherwise = fc.constantFrom('pass' as const, 'zero' as const)
const zero = mapNumbers(({ shape, values }) => ({ shape, values: values.map(() => 0) }))

/** The laws of conditions.
 *
 *  @example checkLaws(conditionalLaws()) */
export const conditionalLaws = ({
  only = (holds, elsewhere) => (tx) =>
    hide((elsewhere === 'pass' ? conditionallyTransform : conditionallyMask)({ shouldTransformFn: holds })(tx)),
}: Partial<ConditionalSubject> = {}): Suite => ({
  name: 'conditions',
  laws: [
    law(exactly)(
      {
        name: 'its own steps only',
        equation: 'updates where the condition holds are those of f on these gradients alone; elsewhere g, or 0',
        reason: 'a stage that is off sees nothing, and remembers what it knew',
        bug: 'a momentum that went on gathering while it was off;  a condition asked with the count of the steps taken',
      },
      [exactTransformations, fc.integer({ min: 1, max: 5 }), fc.nat({ max: 4 }), otherwise, trainings({ maxSteps: 9 })],
      (f, period, phase, elsewhere, { params, grads }) => {
        const holds = (step: number): boolean => (step + phase) % period === 0
        const own = updatesIn(f, { params, grads: grads.filter((_, t) => holds(t)) })
        let next = 0
        return {
          left: updatesIn(only(holds, elsewhere)(f), { params, grads }),
          right: grads.map((g, t): TreeSpec | undefined =>
            holds(t) ? own[next++] : elsewhere === 'pass' ? g : zero(g),
          ),
        }
      },
    ),
    anewLaw((f, period) => only((step) => step % period === 0, period % 2 === 0 ? 'pass' : 'zero')(f)),
  ],
})
