import { memoryStore } from '../../src/checkpoint/memoryStore.js'
import { restore } from '../../src/checkpoint/restore.js'
import { save } from '../../src/checkpoint/save.js'
import { disposeExcept } from '../../src/tree/disposeExcept.js'
import { exactly } from '../Agreement.js'
import type { Training } from '../arbitraries/training.js'
import { law } from '../Law.js'
import { numbersFrom, tensorsFrom, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import type { Standing } from '../walked.js'
import { anyOf, inOnePass } from './running.js'
import type { TransformationSubject } from './Subject.js'

/** All that matters is in the state, and all of the state is in a checkpoint. */
export const resumeLaws = (subject: TransformationSubject): Suite => ({
  name: 'saving and resuming',
  laws: [
    law(exactly)(
      {
        name: 'round trip',
        equation: 'restore(save(p, s)) = (p, s), bitwise',
        reason: 'what is read is what was written, or a resumed training is another one',
        bug: 'iterations that were left out of the file; float64 numbers written as float32',
      },
      [subject.cases],
      (training) =>
        during(subject, training, async (there, back) => ({ left: numbersFrom(back), right: numbersFrom(there) })),
    ),
    law(exactly)(
      {
        name: 'resuming',
        equation: 'train(gs ++ hs) = resume(train(gs))(hs), bitwise',
        reason: 'a training that was interrupted must end where it would have ended',
        bug: 'a step count outside the state: after resuming, bias correction and schedules began anew',
      },
      [subject.cases],
      (training) =>
        during(subject, training, async (there, back) => {
          const [on, again] = [walked(subject, there, training.grads), walked(subject, back, training.grads)]
          const sides = { left: numbersFrom(again), right: numbersFrom(on) }
          disposeExcept([on, again], [there, back])
          return sides
        }),
    ),
    law(exactly)(
      {
        name: 'no memory outside the state',
        equation: 'update(g, s, p) is the same before and after other updates',
        reason: 'two trainings with one optimizer must not hear of each other',
        bug: 'closures that counted steps, so that a second model started with a warm optimizer',
      },
      [subject.cases],
      ({ params: start, grads }) => {
        const params = tensorsFrom(start)
        const begin = { params, state: anyOf(subject).init(params) }
        const first = walked(subject, begin, grads)
        const second = walked(subject, begin, grads)
        const sides = { left: numbersFrom(second), right: numbersFrom(first) }
        disposeExcept([begin, first, second], [])
        return sides
      },
    ),
  ],
})

/** Trains, saves, restores, looks at both, and disposes. */
const during = async <A>(
  subject: TransformationSubject,
  { params: start, grads }: Training,
  look: (there: Standing, back: Standing) => Promise<A>,
): Promise<A> => {
  const params = tensorsFrom(start)
  const begin = { params, state: anyOf(subject).init(params) }
  const there = walked(subject, begin, grads)
  const file = { store: memoryStore(), name: 'state', optimizer: anyOf(subject) }
  await save({ ...file, ...there })
  const { record: _record, warnings: _warnings, ...back } = await restore({ ...file, like: begin })
  try {
    return await look(there, back)
  } finally {
    disposeExcept([begin, there, back], [])
  }
}

/** Goes on by some steps; what it was given stays, the caller disposes what comes out. */
const walked = (subject: TransformationSubject, from: Standing, grads: readonly TreeSpec[]): Standing => {
  const advance = inOnePass(subject)
  return grads.reduce<Standing>((now, spec) => {
    const gradients = tensorsFrom(spec)
    const next = advance(gradients, now)
    disposeExcept([gradients, now === from ? [] : now], [next, from])
    return next
  }, from)
}
