import fc from 'fast-check'
import { isLeaf, type Tree } from '../../src/tree/Tree.js'
import { within } from '../Agreement.js'
import type { Training } from '../arbitraries/training.js'
import { law } from '../Law.js'
import { isNumbers, numbersFrom, numbersIn, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import type { Standing } from '../walked.js'
import { type Advance, anyOf, ended, inOnePass } from './running.js'
import type { TransformationSubject } from './Subject.js'

/** Names and neighbours do not matter. */
export const symmetryLaws = (subject: TransformationSubject): Suite => ({
  name: 'names and neighbours',
  laws: [
    law(within(1e-5))(
      {
        name: 'names',
        equation: 'train(σ(p), σ(g)) = σ(train(p, g)) for every renaming and reordering σ of keys',
        reason: 'a model may be refactored, and its parameters listed in another order',
        bug: 'slots joined by position: renamed or reordered layers got the momentum of others (tf.train, Keras)',
        presumes: ['purity'],
      },
      [subject.cases],
      (training) =>
        tidily(() => {
          const there = { params: renamed(training.params), grads: training.grads.map(renamed) }
          return {
            left: numbersFrom(ended(subject, there).params),
            right: renamed(numbersFrom(ended(subject, training).params) as TreeSpec),
          } // parameters read back
        }),
    ),
    law(within(1e-5))(
      {
        name: 'order of keys',
        equation:
          'train(p, g) is the same where gradients, state and parameters list their keys in another order at each step',
        reason: 'a record has no order: a spread, a file or a backend may give another one at any step',
        bug: 'gradients and moments zipped by Object.values: the momentum of one layer went to another after a reload',
        share: 0.5,
        presumes: ['purity', 'names'],
      },
      [subject.cases],
      (training) =>
        tidily(() => {
          const advance = inOnePass(subject)
          const turning: Advance = (grads, { params, state }) => {
            const next = advance(turned(grads), { params, state })
            return { params: turned(next.params), state: steps++ % 2 === 0 ? turned(next.state) : next.state }
          }
          let steps = 0
          return {
            left: numbersFrom(ended(subject, training, turning)),
            right: numbersFrom(ended(subject, training)),
          }
        }),
    ),
    ...(subject.couples
      ? []
      : [
          law(within(1e-6))(
            {
              name: 'neighbours',
              equation: 'train(p, g)ᵢ = train(pᵢ, gᵢ)',
              reason:
                'what happens to a leaf is its own affair, so that leaves can be masked, grouped and trained elsewhere',
              bug: 'one accumulator or one norm for all leaves where there should be one for each',
              share: 0.5,
              presumes: ['purity', 'names'],
            },
            [subject.cases],
            (training) =>
              tidily(() => {
                const parts = alone(training)
                fc.pre(parts.length > 1)
                // parameters read back
                const whole = numbersIn(numbersFrom(ended(subject, training).params) as TreeSpec)
                return { left: parts.map((part) => numbersFrom(ended(subject, part).params)), right: whole }
              }),
          ),
          law(within(1e-6))(
            {
              name: 'many leaves',
              equation: 'train(p, p, … p) = train(p), train(p), … for 24 of them, one and the same tensor in two',
              reason: 'models have hundreds of leaves, and may tie two of them',
              bug: 'leaves taken by eights, and those that were left over forgotten;  slots kept by the tensor’s id, so that tied weights shared one',
              share: 0.05,
              presumes: ['purity', 'neighbours'],
            },
            [subject.cases],
            (training) =>
              tidily(() => {
                const copies = Array.from({ length: 24 }, (_, i) => `p${i}`)
                const beside = (tree: Tree): Tree => ({
                  ...Object.fromEntries(copies.map((name) => [name, copied(tree)])),
                  tied: { a: tree, b: tree },
                })
                const start = beside(tensorsFrom(training.params))
                const last = training.grads.reduce<Standing>(
                  (now, spec) => inOnePass(subject)(beside(tensorsFrom(spec)), now),
                  { params: start, state: anyOf(subject).init(start) },
                )
                const one = numbersFrom(ended(subject, training).params)
                return {
                  left: numbersFrom(last.params),
                  right: { ...Object.fromEntries(copies.map((name) => [name, one])), tied: { a: one, b: one } },
                }
              }),
          ),
        ]),
  ],
})

/** The same numbers in other tensors. */
const copied = (tree: Tree): Tree => tensorsFrom(numbersFrom(tree) as TreeSpec) // a tree that was read

/** The same records, their last keys first. */
const turned = <A>(value: A): A =>
  isLeaf(value) || typeof value !== 'object' || value === null
    ? value
    : ((Array.isArray(value)
        ? value.map(turned)
        : Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([key, child]) => [key, turned(child)]),
          )) as A) // of the same form

/** Every key another, and the last first. */
const renamed = (spec: TreeSpec): TreeSpec =>
  spec === null || isNumbers(spec)
    ? spec
    : Array.isArray(spec)
      ? spec.map(renamed)
      : Object.fromEntries(
          Object.entries(spec)
            .toReversed()
            .map(([key, child]) => [`of ${key}`, renamed(child)]),
        )

/** The trainings of the leaves, each by itself. */
const alone = ({ params, grads }: Training): readonly Training[] => {
  if (params === null) return []
  if (isNumbers(params)) return [{ params, grads }]
  return Object.keys(params).flatMap((key) =>
    alone({ params: childOf(params, key), grads: grads.map((tree) => childOf(tree, key)) }),
  )
}

const childOf = (spec: TreeSpec, key: string): TreeSpec =>
  // a child of a tree is one
  spec === null ? null : ((Object.getOwnPropertyDescriptor(spec, key)?.value as TreeSpec | undefined) ?? null)
