import * as tf from '@tensorflow/tfjs-core'
import { memoryStore } from '../../src/checkpoint/memoryStore.js'
import { restore } from '../../src/checkpoint/restore.js'
import { save } from '../../src/checkpoint/save.js'
import { disposeExcept } from '../../src/tree/disposeExcept.js'
import { isLeaf } from '../../src/tree/Tree.js'
import { exactly } from '../Agreement.js'
import type { Training } from '../arbitraries/training.js'
import { law } from '../Law.js'
import { numbersFrom, tensorsFrom, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import type { Standing } from '../walked.js'
import { formOf, numbersOf } from './forms.js'
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
        share: 0.5,
        presumes: ['structure of state', 'no leak'],
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
        share: 0.5,
        presumes: ['purity', 'structure of state', 'no leak', 'round trip'],
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
        presumes: ['purity', 'no leak'],
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
    law(exactly)(
      {
        name: 'far on',
        equation:
          'the same after 30 steps, whose state has the form of the first, and whose numbers are finite unless they grew past 10¹²',
        reason: 'most of a training is not its beginning: periods come round, powers of β vanish',
        bug: 'a second cycle that began with what the first had left; a history that grew with each step',
        share: 0.06,
        presumes: ['purity', 'finite', 'structure of state', 'no leak', 'round trip', 'resuming'],
      },
      [subject.cases],
      ({ params, grads }) =>
        during(subject, { params, grads: repeated(grads, 30) }, async (there, back, begin) => {
          const [on, again] = [walked(subject, there, grads), walked(subject, back, grads)]
          const sides = {
            left: [
              numbersFrom(again),
              formOf(numbersFrom(on.state)),
              notFinite(on).length === 0 ? [] : suddenlyLost(subject, begin, [...repeated(grads, 30), ...grads]),
            ],
            right: [numbersFrom(on), formOf(numbersFrom(begin.state)), []],
          }
          disposeExcept([on, again], [there, back])
          return sides
        }),
    ),
    law(exactly)(
      {
        name: 'great counts',
        equation: 'a count of 2²⁴ − 1 becomes 2²⁴, and then 2²⁴ + 1, and both steps are finite',
        reason: 'a training may be long, and a state may come from one that was',
        bug: 'a count in float32, which stands still at 16777216; bit operations that end at 2³¹; a count in a byte: 1 − β⁰ is divided by',
        share: 0.06,
        presumes: ['purity', 'finite', 'structure of state', 'no leak', 'resuming'],
      },
      [subject.cases],
      ({ params, grads }) =>
        during(subject, { params, grads: repeated(grads, 12) }, async (there, _back, begin) => {
          const far = { params: there.params, state: withCounts(there.state, 12, 2 ** 24 - 1) }
          const next = walked(subject, far, repeated(grads, 2))
          const sides = {
            left: [countsIn(next.state, 2 ** 24 + 1), hasGrown(there) ? [] : notFinite(next)],
            right: [countsIn(there.state, 12), []],
          }
          disposeExcept([next, far.state], [begin, there])
          return sides
        }),
    ),
  ],
})

/** So many steps, over and over. */
const repeated = (grads: readonly TreeSpec[], steps: number): readonly TreeSpec[] =>
  Array.from({ length: steps }, (_, t) => grads[t % grads.length] ?? null)

const notFinite = (value: unknown): readonly number[] =>
  numbersOf(numbersFrom(value)).filter((x) => !Number.isFinite(x))

/** Numbers so large lead out of float32 before long, where a rule lets them grow: no fault of its own. */
const hasGrown = (now: Standing): boolean => numbersOf(numbersFrom(now)).some((x) => !(Math.abs(x) < 1e12))

/** What was not finite all at once, from numbers that had not grown; nothing where they had. */
const suddenlyLost = (
  subject: TransformationSubject,
  from: Standing,
  grads: readonly TreeSpec[],
): readonly number[] => {
  let now = from
  try {
    for (const spec of grads) {
      if (hasGrown(now)) return []
      const next = walked(subject, now, [spec])
      if (now !== from) disposeExcept(now, [next, from])
      now = next
      const lost = notFinite(now)
      if (lost.length > 0) return lost
    }
    return []
  } finally {
    if (now !== from) disposeExcept(now, from)
  }
}

/** The places at which a state has this number: a plain one, or a tensor of one number. */
const countsIn = (state: unknown, count: number, path = ''): readonly string[] =>
  state === count || isScalar(state, count)
    ? [path]
    : typeof state === 'object' && state !== null && !isLeaf(state)
      ? Object.entries(state).flatMap(([key, child]) => countsIn(child, count, `${path}/${key}`))
      : []

/** The same state with another number in the place of that one. */
const withCounts = (state: unknown, count: number, other: number): unknown =>
  state === count
    ? other
    : isScalar(state, count)
      ? tf.scalar(other, state.dtype === 'int32' ? 'int32' : 'float32')
      : typeof state !== 'object' || state === null || isLeaf(state)
        ? state
        : Array.isArray(state)
          ? state.map((child) => withCounts(child, count, other))
          : Object.fromEntries(Object.entries(state).map(([key, child]) => [key, withCounts(child, count, other)]))

const isScalar = (state: unknown, count: number): state is tf.Scalar =>
  isLeaf(state) && state.shape.length === 0 && (state as tf.Tensor).dataSync()[0] === count // on a backend every leaf is a tensor

/** Trains, saves, restores, looks at both, and disposes. */
const during = async <A>(
  subject: TransformationSubject,
  { params: start, grads }: Training,
  look: (there: Standing, back: Standing, begin: Standing) => Promise<A>,
): Promise<A> => {
  const params = tensorsFrom(start)
  const begin = { params, state: anyOf(subject).init(params) }
  const there = walked(subject, begin, grads)
  const file = { store: memoryStore(), name: 'state', optimizer: anyOf(subject) }
  await save({ ...file, ...there })
  const { record: _record, warnings: _warnings, ...back } = await restore({ ...file, like: begin })
  try {
    return await look(there, back, begin)
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
