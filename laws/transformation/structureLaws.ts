import * as tf from '@tensorflow/tfjs-core'
import { tensorsOf } from '../../src/tree/tensorsOf.js'
import { exactly } from '../Agreement.js'
import { law } from '../Law.js'
import { isNumbers, numbersFrom, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { formOf, numbersOf } from './forms.js'
import { anyOf, ended, inOnePass } from './running.js'
import type { TransformationSubject } from './Subject.js'

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
            left: made.map((all, t) => ({ 'tensors left behind': all - (kept[t] ?? 0) })),
            right: made.map(() => ({ 'tensors left behind': 0 })),
          }
        }),
    ),
    law(exactly)(
      {
        name: 'structure of updates',
        equation: 'shapes(update(g)) = shapes(g)',
        reason: 'updates are added to parameters leaf by leaf; where there is no gradient there is no update',
        bug: 'a gradient of shape (2, 1) broadcast against a parameter of shape (2) and made it a matrix',
      },
      [subject.cases],
      ({ params: start, grads }) =>
        tidily(() => {
          const params = tensorsFrom(start)
          const updates = grads.map((spec) => {
            const gradients = tensorsFrom(spec)
            return anyOf(subject).update(
              gradients,
              anyOf(subject).init(params),
              params,
              subject.extraAt(gradients, params),
            )[0]
          })
          return { left: updates.map((tree) => formOf(numbersFrom(tree))), right: grads.map(formOf) }
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
        equation: 'update(g, s, p) = update(g, s, p), and g, s, p are what they were',
        reason: 'a state may be kept, compared, and gone on from twice',
        bug: 'accumulators that lived in the optimizer, shared by all who used it (tf.train, Keras)',
        presumes: ['no leak', 'structure of updates'],
      },
      [subject.cases],
      ({ params: start, grads }) =>
        tidily(() => {
          const params = tensorsFrom(start)
          const all = grads.map(tensorsFrom)
          const state = frozen(anyOf(subject).init(params))
          const before = numbersFrom({ params, all, state })
          const run = () =>
            all.map((gradients) =>
              numbersFrom(anyOf(subject).update(gradients, state, params, subject.extraAt(gradients, params))),
            )
          const first = run()
          return { left: [run(), numbersFrom({ params, all, state })], right: [first, before] }
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
        equation: 'gᵢ = null ⇒ the parameter i is the same tensor after a step',
        reason:
          'a leaf that takes no part (another branch of the model, a frozen layer) must not move, decay or be copied',
        bug: 'weight decay of embeddings that were not looked up; a missing gradient read as zero and given to momentum',
        presumes: ['structure of updates'],
      },
      [subject.cases],
      ({ params: start, grads }) =>
        tidily(() => {
          const params = tensorsFrom(start)
          const state = anyOf(subject).init(params)
          const moved = grads.map((spec) =>
            movedWithout(spec, params, inOnePass(subject)(tensorsFrom(spec), { params, state }).params),
          )
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
