import fc from 'fast-check'
import { multiSteps } from '../src/combinators/multiSteps.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { exactly, within } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { meanOf } from './combining/meanOf.js'
import { pathOf } from './combining/paths.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** How the mean of k gradients makes one step; by default `multiSteps`. */
export interface MultiStepsSubject {
  readonly accumulate: (k: number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
}

const counts = fc.integer({ min: 2, max: 4 })
const any = trainings()

/** The laws of accumulation. Example  `checkLaws(multiStepsLaws())` */
export const multiStepsLaws = ({
  accumulate = (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)),
}: Partial<MultiStepsSubject> = {}): Suite => ({
  name: 'multiSteps',
  laws: [
    law(exactly)(
      {
        name: 'one',
        equation: 'multiSteps(1)(f) ≅ f',
        reason: 'nothing is accumulated',
      },
      [exactTransformations, any],
      (f, training) => ({ left: pathOf(accumulate(1)(f), training), right: pathOf(f, training) }),
    ),
    law(exactly)(
      {
        name: 'equal gradients',
        equation: 'k times g under multiSteps(k)(f) = once g under f;  params rest in between',
        reason: 'a batch in k pieces is a batch',
        bug: 'a sum where the mean was meant: the learning rate grew with k;  a division by k − 1',
        presumes: ['one'],
      },
      [exactTransformations, counts, any],
      (f, k, { params, grads }) => {
        const each = pathOf(f, { params, grads })
        const spread = grads.flatMap((g) => Array.from({ length: k }, () => g))
        return {
          left: pathOf(accumulate(k)(f), { params, grads: spread }),
          right: [...grads.flatMap((_, t) => Array.from({ length: k }, () => each[t])), each.at(-1)],
        }
      },
    ),
    law(within(1e-5))(
      {
        name: 'missing gradients',
        equation: 'g₁ … gₖ under multiSteps(k)(f) = their mean under f, where a missing gradient counts as 0',
        reason: 'an expert that only some micro-batches reach still learns from those',
        bug: 'what a leaf had gathered was lost where the last micro-batch had no gradient for it',
      },
      [exactTransformations, counts.chain((k) => trainings({ minSteps: k, maxSteps: k }))],
      (f, { params, grads }) => ({
        left: pathOf(accumulate(grads.length)(f), { params, grads }).at(-1),
        right: pathOf(f, { params, grads: [meanOf(params, grads)] }).at(-1),
      }),
    ),
    law(within(1e-5))(
      {
        name: 'distinct gradients',
        equation: 'g₁ … g_{n·k+r} under multiSteps(k)(f): after each k-th, f on the mean of the last k; else at rest',
        reason: 'every window begins with nothing, every gradient counts once, and what is left over waits',
        bug: 'a sum that was never reset, so that from the second window on all earlier gradients counted again;  the last micro-batch alone',
        presumes: ['one'],
      },
      [
        exactTransformations,
        fc
          .integer({ min: 1, max: 5 })
          .chain((k) => fc.tuple(fc.constant(k), trainings({ minSteps: 2 * k, maxSteps: 3 * k + 1 }))),
      ],
      (f, [k, { params, grads }]) => {
        const windows = Array.from({ length: Math.floor(grads.length / k) }, (_, i) => grads.slice(k * i, k * (i + 1)))
        const each = pathOf(f, { params, grads: windows.map((window) => meanOf(params, window)) })
        return {
          left: pathOf(accumulate(k)(f), { params, grads }),
          right: [params, ...grads.map((_, t) => each[Math.floor((t + 1) / k)])],
        }
      },
    ),
    anewLaw((f, k) => accumulate(k)(f)),
  ],
})
