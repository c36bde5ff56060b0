import { applyUpdates } from '../../src/transformation/applyUpdates.js'
import { step } from '../../src/transformation/step.js'
import type { Opaque, Transformation } from '../../src/transformation/Transformation.js'
import type { Tree } from '../../src/tree/Tree.js'
import type { Training } from '../arbitraries/training.js'
import { tensorsFrom } from '../Numbers.js'
import type { Standing } from '../walked.js'
import type { TransformationSubject } from './Subject.js'

/** One step: parameters and state from gradients. */
export type Advance = (grads: Tree, now: Standing) => Standing

/** The optimizer with its state's type forgotten: it is only passed on. */
export const anyOf = ({ tx }: TransformationSubject): Transformation<Opaque, unknown> =>
  tx() as Transformation<Opaque, unknown> // says nothing of the state

/** A step in one pass, or in two. */
export const inOnePass = (subject: TransformationSubject): Advance => {
  const advance = step(anyOf(subject))
  return (grads, { params, state }) => advance(grads, state, params, subject.extraAt(grads, params))
}

export const inTwoPasses =
  (subject: TransformationSubject): Advance =>
  (grads, { params, state }) => {
    const [updates, next] = anyOf(subject).update(grads, state, params, subject.extraAt(grads, params))
    return { params: applyUpdates(params, updates), state: next }
  }

/** The end of a training. What it makes is the caller's to tidy up. */
export const ended = (
  subject: TransformationSubject,
  { params, grads }: Training,
  advance: Advance = inOnePass(subject),
): Standing => {
  const start = tensorsFrom(params)
  return grads.reduce<Standing>((now, spec) => advance(tensorsFrom(spec), now), {
    params: start,
    state: anyOf(subject).init(start),
  })
}
