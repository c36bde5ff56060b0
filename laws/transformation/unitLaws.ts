import fc from 'fast-check'
import type { AnyTransformation } from '../../src/transformation/Transformation.js'
import { within } from '../Agreement.js'
import type { Training } from '../arbitraries/training.js'
import { law } from '../Law.js'
import { mapNumbers, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { updatesOf } from '../trajectory.js'
import { aboutOf, subjectOf, type TransformationOptions } from './Subject.js'

/** The units of parameters and gradients do not matter: updates are in the same ones. For what divides norms by norms,
 *  or bounds them. `make` makes the transformation for numbers that are `unit` times as large: bounds, floors and ε in
 *  those units are that many times as large too.
 *
 *  @example await checkLaws(equivariant((unit) => clipByGlobalNorm({ maxNorm: unit }))) */
export const equivariant = (make: (unit: number) => AnyTransformation, options: TransformationOptions = {}): Suite => {
  const subject = subjectOf(() => make(1), options)
  const scaled = ({ params, grads }: Training, unit: number) => {
    const times = mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => x * unit) }))
    return { params: times(params), grads: grads.map(times) }
  }
  const updates = (training: Training, unit: number): readonly TreeSpec[] =>
    updatesOf(make(unit), scaled(training, unit), subject.extraAt).map((one) => one.updates)
  // Compared as numbers of ordinary size: float32 or not is seen there, and powers of two cost nothing.
  const sides = (training: Training, unit: number) => ({
    left: updates(training, unit).map(
      mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => x / unit) })),
    ),
    right: updates(training, 1),
  })
  return {
    name: 'equivariant',
    about: aboutOf(subject),
    laws: [
      law(within(1e-6))(
        {
          name: 'units',
          equation: 'updates(2ᵏ·g, 2ᵏ·p; options·2ᵏ) = 2ᵏ·updates(g, p; options)',
          reason: 'a loss in cents trains as one in euros: a ratio of norms has no unit, a bound has that of its norm',
          bug: 'an ε that was added to a square in one place and to a root in another',
        },
        [subject.cases, fc.integer({ min: -20, max: 20 }).map((k) => 2 ** k)],
        sides,
      ),
      law(within(1e-6))(
        {
          name: 'far units',
          equation: 'the same for k = ±83, around 1e±25',
          reason: 'a norm is a float32 long before its square is one, and after',
          bug: '√Σx² with the squares in float32: zero below 1e-23, so that clipping divided by it; ∞ above 1e19, so that it clipped to zero',
        },
        [subject.cases, fc.constantFrom(2 ** 83, 2 ** -83)],
        sides,
      ),
    ],
  }
}
