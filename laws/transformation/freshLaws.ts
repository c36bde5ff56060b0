import fc from 'fast-check'
import type { AnyTransformation } from '../../src/transformation/Transformation.js'
import { exactly } from '../Agreement.js'
import type { Training } from '../arbitraries/training.js'
import { law } from '../Law.js'
import { numbersFrom, tensorsFrom, tidily } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import type { Standing } from '../walked.js'
import { anyOf, ended, inOnePass } from './running.js'
import type { TransformationSubject } from './Subject.js'
import { nth } from '../nth.js'

/** An object has no past, and two trainings do not hear of each other. */
export const freshLaws = (subject: TransformationSubject): Suite => ({
  name: 'use and reuse',
  laws: [
    ...(subject.made
      ? [
          law(exactly)(
            {
              name: 'first use',
              equation: 'train(fresh object) = train(used object), bitwise',
              reason: 'what an object has done before must not matter',
              bug: 'shapes, or a first gradient, remembered in the optimizer: right for its first model only',
              share: 0.25,
              presumes: ['purity'],
            },
            [subject.cases, subject.cases],
            (before, training) =>
              tidily(() => {
                ended(subject, before)
                return {
                  left: numbersFrom(ended(subject, training)),
                  right: numbersFrom(ended(withFresh(subject), training)),
                }
              }),
          ),
        ]
      : []),
    law(exactly)(
      {
        name: 'beside each other',
        equation: 'two trainings in turns, with one object or two = one after the other',
        reason: 'a generator and a discriminator, two runs of a search: each has its own state',
        bug: 'state in a module or in the optimizer, shared by all trainings (tf.train, Keras)',
        share: 0.25,
        presumes: ['purity', 'first use'],
      },
      [subject.cases, subject.cases, fc.boolean()],
      (first, second, two) =>
        tidily(() => {
          const [one, other] = two ? [withFresh(subject), withFresh(subject)] : [subject, subject]
          const [right, also] = [ended(withFresh(subject), first), ended(withFresh(subject), second)]
          return { left: numbersFrom(inTurns([one, first], [other, second])), right: numbersFrom([right, also]) }
        }),
    ),
  ],
})

/** The same about another object, fresh where a maker was given. */
const withFresh = (subject: TransformationSubject): TransformationSubject => {
  const tx: AnyTransformation = subject.fresh()
  return { ...subject, tx: () => tx }
}

type Run = readonly [TransformationSubject, Training]

/** The ends of two trainings, a step of the one after a step of the other. */
const inTurns = (...runs: readonly Run[]): readonly Standing[] => {
  const start = runs.map(([subject, { params: spec }]): Standing => {
    const params = tensorsFrom(spec)
    return { params, state: anyOf(subject).init(params) }
  })
  const most = Math.max(...runs.map(([, { grads }]) => grads.length))
  return Array.from({ length: most }, (_, t) => t).reduce(
    (now, t) =>
      now.map((standing, i) => {
        const [subject, { grads }] = nth(runs, i)
        const spec = grads[t]
        return spec === undefined ? standing : inOnePass(subject)(tensorsFrom(spec), standing)
      }),
    start,
  )
}
