import { knownOnly } from '../../src/scalars/knownOnly.js'
import { type Agreement, exactly } from '../Agreement.js'
import { law } from '../Law.js'
import { numbersFrom, tidily } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { ended } from './running.js'
import { aboutOf, type Maker, subjectOf, type TransformationOptions } from './Subject.js'

/** How equal they are. */
export interface SameOptions extends TransformationOptions {
  /** @defaultValue exactly */
  readonly agreement?: Agreement
}

/** The law of two ways of writing one optimizer: what is short for something trains as that does.
 *
 *  @example await checkLaws(sameTraining(() => sgd({ learningRate: 0.1 }), () => scale({ stepSize: -0.1 }))) */
export const sameTraining = (maker: Maker, spelled: Maker, given: SameOptions = {}): Suite => {
  const { agreement = exactly, ...options } = known(given)
  const [subject, other] = [subjectOf(maker, options), subjectOf(spelled, options)]
  return {
    name: `in other words ${aboutOf(subject)().name}`,
    about: aboutOf(subject),
    laws: [
      law(agreement)(
        {
          name: 'in other words',
          equation: 'the short form trains as what it is short for: parameters after each step',
          reason: 'who unfolds a recipe to change a part of it must start from the same training',
          bug: 'a recipe whose order of weight decay and momentum was another than its documentation’s (Adam with L2, AdamW)',
        },
        [subject.cases],
        ({ params, grads }) =>
          tidily(() => {
            const [left, right] = [subject, other].map((one) =>
              grads.map((_, t) => numbersFrom(ended(one, { params, grads: grads.slice(0, t + 1) }).params)),
            )
            return { left, right }
          }),
      ),
    ],
  }
}

const known = knownOnly<SameOptions>('sameTraining', {
  agreement: true,
  extra: true,
  cases: true,
  couples: true,
  guests: true,
})
