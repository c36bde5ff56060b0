import * as tf from '@tensorflow/tfjs-core'
import { tensorsOf } from '../../src/tree/tensorsOf.js'
import { exactly } from '../Agreement.js'
import { law } from '../Law.js'
import { isNumbers, numbersFrom, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import type { Tree } from '../../src/tree/Tree.js'
import type { Standing } from '../walked.js'
import { formOf, numbersOf } from './forms.js'
import { anyOf, ended, inOnePass } from './running.js'
import type { TransformationSubject } from './Subject.js'
import { zipped } from '../zipped.js'

/** What comes out has the form of what went in, which stays as it was. */
export const structureLaws = (subject: TransformationSubject): Suite => ({
  name: 'structure and purity',
  laws: [
    law(exactly)(
      {
        name: 'no leak',
        equation: 'a step makes the tensors of its result, and no others',
        reason: 'one tensor left behind at each step ends a long training',
        bug: 'tf.train kept intermediate tensors of its accumulators; hand-written averages forgot to dispose the old ones',
      },
      [subject.cases],
      ({ params: start, grads }) =>
        tidily(() => {
          const params = tensorsFrom(start)
          const advance = inOnePass(subject)
          const made: number[] = []
          const kept: number[] = []
          grads.reduce(
            (now, spec) => {
              const gradients = tensorsFrom(spec)
              const known = new Set(tensorsOf([gradients, now]))
              const before = tf.memory().numTensors
              const next = advance(gradients, now)
              made.push(tf.memory().numTensors - before)
              kept.push(new Set(tensorsOf(next).filter((x) => !known.has(x))).size)
              return next
            },
            { params, state: anyOf(subject).init(params) },
          )
          return {
            left: zipped(made, kept, (all, own) => ({ 'tensors left behind': all - own })),
            right: made.map(() => ({ 'tensors left behind': 0 })),
          }
        }),
    ),
    law(exactly)(
      {
        name: 'structure of updates',
        equation:
          'shapes(update(g)) = shapes(g), where a leaf has a gradient and where it never had one, at every step',
        reason: 'updates are added to parameters leaf by leaf; where there was no gradient there is no update',
        bug: 'a gradient of shape (2, 1) broadcast against a parameter of shape (2) and made it a matrix',
      },
      [subject.cases],
      ({ params: start, grads }) =>
        tidily(() => {
          const params = tensorsFrom(start)
          let state = anyOf(subject).init(params)
          const updates = grads.map((spec) => {
            const gradients = tensorsFrom(spec)
            const [update, next] = anyOf(subject).update(gradients, state, params, subject.extraAt(gradients, params))
            state = next
            return update
          })
          return {
            left: updates.map((tree, t) => withoutHeld(grads[t], givenBy(grads, t), formOf(numbersFrom(tree)))),
            right: grads.map(formOf),
          }
        }),
    ),
    law(exactly)(
      {
        name: 'structure of state',
        equation: 'form(stateₜ) = form(init(params))',
        reason: 'a checkpoint is read against a fresh state, and a loop has one type of state',
        bug: 'accumulators made at the first step: a state that was saved before it could not be restored after',
        presumes: ['no leak'],
      },
      [subject.cases],
      ({ params: start, grads }) =>
        tidily(() => {
          const params = tensorsFrom(start)
          const first = formOf(numbersFrom(anyOf(subject).init(params)))
          const advance = inOnePass(subject)
          const forms: unknown[] = []
          grads.reduce(
            (now, spec) => {
              const next = advance(tensorsFrom(spec), now)
              forms.push(formOf(numbersFrom(next.state)))
              return next
            },
            { params, state: anyOf(subject).init(params) },
          )
          return { left: forms, right: grads.map(() => first) }
        }),
    ),
    law(exactly)(
      {
        name: 'purity',
        equation: 'update(g, s, p) = update(g, s, p), and g, s, p are what they were, for each s of a training',
        reason: 'a state may be kept, compared, and gone on from twice',
        bug: 'accumulators that lived in the optimizer, shared by all who used it (tf.train, Keras)',
        presumes: ['no leak', 'structure of updates'],
      },
      [subject.cases],
      ({ params: start, grads }) =>
        tidily(() => {
          const params = tensorsFrom(start)
          const all = grads.map(tensorsFrom)
          const update = (gradients: Tree, state: unknown) =>
            anyOf(subject).update(gradients, state, params, subject.extraAt(gradients, params))
          const states = [frozen(anyOf(subject).init(params))]
          const given = numbersFrom({ params, gradients: all })
          const before = [numbersFrom(states[0])]
          const first = all.map((gradients, t) => {
            const done = update(gradients, states[t])
            states.push(frozen(done[1]))
            before.push(numbersFrom(states[t + 1]))
            return numbersFrom(done)
          })
          const again = all.map((gradients, t) => numbersFrom(update(gradients, states[t])))
          const after = { given: numbersFrom({ params, gradients: all }), states: states.map(numbersFrom) }
          return {
            left: { 'the same again': again, 'what there was, afterwards': after },
            right: { 'the same again': first, 'what there was, afterwards': { given, states: before } },
          }
        }),
    ),
    law(exactly)(
      {
        name: 'finite',
        equation: 'ordinary gradients and parameters, zeros among them ⇒ finite updates and states',
        reason: 'one NaN in an accumulator never goes away',
        bug: 'centered RMSProp that subtracted ε: NaN at the first small gradient (tf.train); norms of 0 that were divided by',
        presumes: ['structure of updates'],
      },
      [subject.cases],
      (training) =>
        tidily(() => {
          const all = numbersOf(numbersFrom(ended(subject, training)))
          return { left: all.filter((x) => !Number.isFinite(x)), right: [] }
        }),
    ),
    law(exactly)(
      {
        name: 'nothing without a gradient',
        equation: 'no gradient for the parameter i so far ⇒ it is the same tensor after each step',
        reason:
          'a leaf that takes no part (another branch of the model, a frozen layer) must not move, decay or be copied',
        bug: 'weight decay of embeddings that were not looked up; a missing gradient read as zero and given to momentum',
        presumes: ['structure of updates'],
      },
      [subject.cases],
      ({ params: start, grads }) =>
        tidily(() => {
          const params = tensorsFrom(start)
          let now: Standing = { params, state: anyOf(subject).init(params) }
          const moved = grads.map((spec, t) => {
            const before = now.params
            now = inOnePass(subject)(tensorsFrom(spec), now)
            return movedWithout(givenBy(grads, t), before, now.params)
          })
          return { left: moved, right: grads.map(() => []) }
        }),
    ),
    law(exactly)(
      {
        name: 'no aliasing',
        equation: 'no tensor of init(p) is a tensor of p',
        reason: 'who disposes the first parameters must not dispose the state',
        bug: 'an average that began as the very tensors of the parameters (optax.schedule_free)',
      },
      [subject.cases],
      ({ params: start }) =>
        tidily(() => {
          const params = tensorsFrom(start)
          const own = new Set(tensorsOf(params))
          return { left: tensorsOf(anyOf(subject).init(params)).filter((x) => own.has(x)).length, right: 0 }
        }),
    ),
  ],
})

/** Containers that nobody may write to; tensors stay as they are. */
const frozen = (value: unknown): unknown =>
  value instanceof tf.Tensor || typeof value !== 'object' || value === null
    ? value
    : Array.isArray(value)
      ? Object.freeze(value.map(frozen))
      : Object.freeze(Object.fromEntries(Object.entries(value).map(([key, child]) => [key, frozen(child)])))

/** A tree that has a leaf wherever one of the gradients up to this one has. What gathers may move those later on. */
const givenBy = (grads: readonly TreeSpec[], t: number): TreeSpec =>
  grads.slice(0, t + 1).reduce((seen, g) => either(seen, g))

const either = (a: TreeSpec, b: TreeSpec): TreeSpec => {
  if (a === null || b === null) return a ?? b
  if (isNumbers(a) || isNumbers(b)) return a
  const children = Object.entries(a).map(([key, child]: [string, TreeSpec]): readonly [string, TreeSpec] => [
    key,
    either(child, (childOf(b, key) as TreeSpec | undefined) ?? null), // a child of a tree is one
  ])
  return Array.isArray(a) ? children.map(([, child]) => child) : Object.fromEntries(children)
}

/** A form without what is there for a leaf that had a gradient earlier, and has none now. */
const withoutHeld = (g: unknown, given: TreeSpec, form: unknown): unknown => {
  if (given === null) return form
  if (isNumbers(given)) return g === null ? null : form
  if (typeof form !== 'object' || form === null) return form
  const children = Object.entries(form).map(([key, child]: [string, unknown]) => [
    key,
    withoutHeld(childOf(g, key), (childOf(given, key) as TreeSpec | undefined) ?? null, child), // as above
  ])
  return Array.isArray(form) ? children.map(([, child]) => child) : Object.fromEntries(children)
}

/** The paths at which there was no gradient, and yet another tensor is there. */
const movedWithout = (grads: TreeSpec, before: unknown, after: unknown, path = ''): readonly string[] =>
  grads === null
    ? before === after
      ? []
      : [path]
    : isNumbers(grads)
      ? []
      : Object.entries(grads).flatMap(([key, child]: readonly [string, TreeSpec]) =>
          movedWithout(child, childOf(before, key), childOf(after, key), `${path}/${key}`),
        )

const childOf = (tree: unknown, key: string): unknown =>
  typeof tree === 'object' && tree !== null ? Object.getOwnPropertyDescriptor(tree, key)?.value : undefined
