import { eager } from '../../src/engine/eager.js'
import { run } from '../../src/engine/run.js'
import fc from 'fast-check'
import * as tf from '@tensorflow/tfjs-core'
import { step } from '../../src/transformation/step.js'
import { tensorsOf } from '../../src/tree/tensorsOf.js'
import { exactly, within } from '../Agreement.js'
import { law } from '../Law.js'
import { numbersFrom, tidily } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { anyOf, type Advance, ended, inOnePass, inTwoPasses } from './running.js'
import type { TransformationSubject } from './Subject.js'
import type { Standing } from '../walked.js'

/** Whatever runs it, it is the same transformation. */
export const interpreterLaws = (subject: TransformationSubject): Suite => ({
  name: 'one result by every way',
  laws: [
    law(within(2e-6))(
      {
        name: 'step',
        equation: 'step = update, then applyUpdates',
        reason: 'a fused step is faster, and nothing else',
        bug: 'a fused kernel that decayed weights after the step, the unfused one before it',
        presumes: ['purity', 'structure of updates', 'no leak'],
      },
      [subject.cases],
      (training) =>
        tidily(() => ({
          // the parameters at the start belong to the scale: p + u may cancel
          left: [numbersFrom(ended(subject, training)), training.params],
          right: [numbersFrom(ended(subject, training, inTwoPasses(subject))), training.params],
        })),
    ),
    law(within(2e-6))(
      {
        name: 'fused',
        equation: 'the executor of the backend = tensor operations',
        reason: 'the same training on every backend, and under every policy of a page',
        presumes: ['purity', 'structure of updates', 'no leak'],
      },
      [subject.cases],
      (training) =>
        tidily(() => ({
          // the parameters at the start belong to the scale: p + u may cancel
          left: [numbersFrom(ended(subject, training)), training.params],
          right: [numbersFrom(ended(subject, training, byOperations(subject))), training.params],
        })),
    ),
    law(exactly)(
      {
        name: 'donation',
        equation: 'step with donate = step, bitwise; gradients, and numbers that were read before, stay as they were',
        reason: 'memory is reused, numbers stay',
        bug: 'an input overwritten before its last use',
        presumes: ['purity', 'structure of updates', 'no aliasing', 'no leak'],
      },
      [subject.cases, fc.boolean()],
      (training, reads) =>
        tidily(() => {
          const donating = step(anyOf(subject), { donate: true })
          // the first generation is the caller's; the others are the training's own
          const seen: unknown[] = []
          const given: Advance = (grads, now) => {
            // what was read is never written again: half of the trainings read nothing
            const read = reads ? tensorsOf(now).map((x) => x.dataSync()) : []
            const before = [numbersFrom(grads), read.map((numbers) => [...numbers])]
            const next = donating(grads, now.state, now.params, subject.extraAt(grads, now.params))
            seen.push([[numbersFrom(grads), read.map((numbers) => [...numbers])], before])
            return next
          }
          const there = numbersFrom(ended(subject, training, given))
          const [after, before] = [0, 1].map((i) => seen.map((pair) => (pair as readonly unknown[])[i])) // pairs
          return {
            left: [there, after],
            right: [numbersFrom(ended(subject, training, inOnePass(subject))), before],
          }
        }),
    ),
  ],
})

const byOperations =
  (subject: TransformationSubject): Advance =>
  (updates, { params, state }): Standing => {
    const occasion = { updates, params, extra: subject.extraAt(updates, params) }
    const [next, then] = run(
      {
        executor: eager,
        mode: 'step',
        donate: false,
        add: (p, u) => tf.add(p, u),
        release: (x) => x.dispose(),
        copied: (x) => tf.clone(x),
      },
      anyOf(subject).anatomy.plan(state, occasion),
      occasion,
      state,
    )
    return { params: next as Standing['params'], state: then } // parameters of the form they had
  }
