import * as tf from '@tensorflow/tfjs-core'
import { tensorsOf } from '../../src/tree/tensorsOf.js'
import type { Tree } from '../../src/tree/Tree.js'
import { within } from '../Agreement.js'
import type { Training } from '../arbitraries/training.js'
import { type Law, law } from '../Law.js'
import { isNumbers, numbersFrom, tensorsFrom, tidily } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import type { Standing } from '../walked.js'
import { formOf, numbersOf } from './forms.js'
import { anyOf, ended, inOnePass } from './running.js'
import type { TransformationSubject } from './Subject.js'

/** Leaves that take no part: without elements, or whole numbers. */
export const guestLaws = (subject: TransformationSubject): Suite => ({
  name: 'leaves that take no part',
  laws: subject.guests ? lawsAbout(subject) : [],
})

const lawsAbout = (subject: TransformationSubject): readonly Law[] => [
  law(within(1e-5))(
    {
      name: 'leaves without elements',
      equation: 'train(p ∪ e)ᵢ = train(p)ᵢ for a leaf e of shape [0] or [2, 0], which keeps its shape',
      reason: 'models have them (an empty head, a vocabulary not yet filled), and no number may come of them',
      bug: 'the mean or the largest of no numbers: NaN, −∞ or what lay in memory, in every leaf (tf.max on wasm)',
      share: 0.25,
      presumes: ['purity', 'neighbours'],
    },
    [subject.cases],
    (training) =>
      tidily(() => {
        const empty = (): Tree => ({ e: tf.zeros([0]), f: tf.zeros([2, 0]) })
        const there = beside(subject, training, empty(), empty)
        return {
          left: [numbersFrom(there.params), notFinite(there.state)],
          right: [
            { host: numbersFrom(ended(subject, training).params), guest: numbersFrom(empty()) },
            notFinite(ended(subject, training).state),
          ],
        }
      }),
  ),
  law(within(1e-5))(
    {
      name: 'whole numbers',
      equation: 'train(p ∪ n)ᵢ = train(p)ᵢ for an int32 leaf n without a gradient, which is the same tensor afterwards',
      reason: 'counters and tables of a model lie among its parameters',
      bug: 'an average that turned them into float32: 16777217 became 16777216, and the next step refused them',
      share: 0.25,
      presumes: ['purity', 'neighbours', 'nothing without a gradient'],
    },
    [subject.cases],
    (training) =>
      tidily(() => {
        const guest = tf.tensor([1, 2 ** 24 + 1], [2], 'int32')
        const there = beside(subject, training, guest, () => null)
        const { host, guest: after } = there.params as { readonly host: Tree; readonly guest: Tree }
        return {
          left: [numbersFrom(host), after === guest, dtypesLike(there.state, [2])],
          right: [numbersFrom(ended(subject, training).params), true, dtypesLike(there.state, [2]).map(() => 'int32')],
        }
      }),
  ),
  law(within(1e-5))(
    {
      name: 'nothing to train',
      equation: 'p has no element, or no gradient ⇒ p and the form of the state stay, and no number is NaN',
      reason: 'a part of a model may be all frozen, or a batch may reach none of it',
      bug: 'a norm of nothing that was divided by: NaN in the state, before anything was trained',
      share: 0.1,
      presumes: ['leaves without elements', 'nothing without a gradient'],
    },
    [subject.cases],
    ({ params: spec, grads }) =>
      tidily(() => {
        const params: Tree = { e: tf.zeros([0]), p: tensorsFrom(spec) }
        const nothing = { e: tf.zeros([0]), p: nulls(params['p'] ?? null) }
        const first = anyOf(subject).init(params)
        const last = grads.reduce<Standing>((now) => inOnePass(subject)(nothing, now), { params, state: first })
        return {
          left: [numbersFrom(last.params), formOf(numbersFrom(last.state)), notNumbers(last.state)],
          right: [numbersFrom(params), formOf(numbersFrom(first)), notNumbers(first)],
        }
      }),
  ),
]

/** The end of a training with a guest among the parameters. */
const beside = (subject: TransformationSubject, { params, grads }: Training, guest: Tree, of: () => Tree): Standing => {
  const start: Tree = { host: tensorsFrom(params), guest }
  return grads.reduce<Standing>((now, spec) => inOnePass(subject)({ host: tensorsFrom(spec), guest: of() }, now), {
    params: start,
    state: anyOf(subject).init(start),
  })
}

const notFinite = (state: unknown): readonly number[] =>
  numbersOf(numbersFrom(state)).filter((x) => !Number.isFinite(x))
const notNumbers = (state: unknown): readonly number[] => numbersOf(numbersFrom(state)).filter(Number.isNaN)

/** The types of the tensors in a state that hold the guest: those of whole numbers, by their values. */
const dtypesLike = (state: unknown, shape: readonly number[]): readonly string[] =>
  tensorsOf(state).flatMap((x) => {
    const numbers = numbersFrom(x)
    const [one, large = 0] = isNumbers(numbers) ? numbers.values : []
    // what float32 makes of them, too
    return x.shape.join() === shape.join() && one === 1 && Math.abs(large - 2 ** 24) <= 1 ? [x.dtype] : []
  })

const nulls = (tree: Tree): Tree =>
  tree instanceof tf.Tensor
    ? null
    : Array.isArray(tree)
      ? tree.map(nulls)
      : typeof tree === 'object' && tree !== null
        ? Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, nulls(child)]))
        : null
