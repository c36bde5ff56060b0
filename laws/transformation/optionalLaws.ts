import { within } from '../Agreement.js'
import { dyadicFactor, powerOfTwo } from '../arbitraries/numbers.js'
import { type Training, trainings } from '../arbitraries/training.js'
import { everyShape, treesLike } from '../arbitraries/trees.js'
import { law, type Law } from '../Law.js'
import { mapNumbers, type Numbers, numbersIn, type TreeSpec, zipNumbers } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { updatesOf } from '../trajectory.js'
import { aboutOf, type Maker, subjectOf, type TransformationOptions, type TransformationSubject } from './Subject.js'
import { zipped } from '../zipped.js'

type Make = (maker: Maker, options?: TransformationOptions) => Suite

const suite =
  (name: string, one: (subject: TransformationSubject) => Law): Make =>
  (maker, options = {}) => {
    const subject = subjectOf(maker, { cases: trainings({ shapes: everyShape }), ...options })
    return { name, about: aboutOf(subject), laws: [one(subject)] }
  }

/** Its updates are linear in the gradients of all steps: momentum, scaling, averaging.
 *
 *  @example await checkLaws(linear(trace({ decay: 0.9 }))) */
export const linear: Make = suite('linear', (subject) =>
  law(within(1e-5))(
    {
      name: 'linear',
      equation: 'updates(a·g + h) = a·updates(g) + updates(h)',
      reason: 'the rate of a linear rule means the same for every size of gradients, and micro-batches may be summed',
      bug: 'weight decay that went through the momentum: a part of the updates did not come from the gradients',
    },
    [pairs(subject), dyadicFactor],
    ({ params, grads, others }, a) => {
      const sum = zipNumbers((x, y) => a * x + y)
      // what cancels is rounded as it was before
      const parts = [updates(subject, { params, grads }), updates(subject, { params, grads: others })] as const
      return {
        left: { 'of the sum': updates(subject, { params, grads: zipped(grads, others, sum) }), parts },
        right: { 'of the sum': zipped(...parts, sum), parts },
      }
    },
  ),
)

/** Scaling all gradients scales its updates by a power of the same factor; with degree 0 their scale does not matter.
 *
 *  @example await checkLaws(homogeneous(0)(scaleByAdam({ eps: 0 }))) */
export const homogeneous = (degree: number): Make =>
  suite(`homogeneous of degree ${degree}`, (subject) =>
    law(within(1e-5))(
      {
        name: degree === 0 ? 'scale-invariant' : `homogeneous of degree ${degree}`,
        equation: `updates(2ᵏ·g) = 2ᵏ${degree === 1 ? '' : `·${degree}`}·updates(g)`,
        reason:
          'the units of the updates follow from those of the gradients: that is what a learning rate is chosen for',
        bug: 'an extra or a missing square root (tf.train’s centered RMSProp, Adadelta with the rate inside its accumulators)',
      },
      [subject.cases, powerOfTwo],
      ({ params, grads }, a) => ({
        left: updates(subject, { params, grads: grads.map(mapNumbers(times(a))) }),
        right: updates(subject, { params, grads }).map(mapNumbers(times(a ** degree))),
      }),
    ),
  )

/** Turning all gradients round turns its updates round.
 *
 *  @example await checkLaws(odd(scaleByLion())) */
export const odd: Make = suite('odd', (subject) =>
  law(within(1e-6))(
    {
      name: 'odd',
      equation: 'updates(−g) = −updates(g)',
      reason: 'a minimum is found from either side',
      bug: 'a sign lost: the absolute value of a gradient where the gradient was meant',
    },
    [subject.cases],
    ({ params, grads }) => ({
      left: updates(subject, { params, grads: grads.map(mapNumbers(times(-1))) }),
      right: updates(subject, { params, grads }).map(mapNumbers(times(-1))),
    }),
  ),
)

/** Once is enough.
 *
 *  @example await checkLaws(idempotent(clip({ maxDelta: 1 }))) */
export const idempotent: Make = suite('idempotent', (subject) =>
  law(within(1e-5))(
    {
      name: 'idempotent',
      equation: 'update(update(g)) = update(g), from the first state',
      reason: 'what is clipped or projected needs no second time',
      bug: 'a clip that multiplied by norm/most in place of most/norm',
    },
    [subject.cases],
    ({ params, grads }) => {
      const once = grads.map((g) => first(subject, params, g))
      return { left: once.map((u) => first(subject, params, u)), right: once }
    },
  ),
)

/** It makes no update longer than its gradient.
 *
 *  @example await checkLaws(nonExpansive(clipByGlobalNorm({ maxNorm: 1 }))) */
export const nonExpansive: Make = suite('non-expansive', (subject) =>
  law(within(1e-6))(
    {
      name: 'non-expansive',
      equation: '‖update(g)‖ = min(‖update(g)‖, ‖g‖)',
      reason: 'a clip only ever shortens',
      bug: 'gradients that were all brought to the bound, the small ones too',
    },
    [subject.cases],
    ({ params, grads }) => {
      const lengths = grads.map((g) => ({ before: norm(g), after: norm(first(subject, params, g)) }))
      return {
        left: lengths.map(({ after }) => after),
        right: lengths.map(({ before, after }) => Math.min(before, after)),
      }
    },
  ),
)

/** No element of an update is larger than a bound: the learning rate, mostly.
 *
 *  @example await checkLaws(bounded(0.1)(lion({ learningRate: 0.1, weightDecay: 0 }))) */
export const bounded = (rate: number): Make =>
  suite(`bounded by ${rate}`, (subject) =>
    law(within(1e-6))(
      {
        name: 'bounded',
        equation: `max |update(g)| = min(max |update(g)|, ${rate})`,
        reason: 'one bad batch moves a parameter by no more than that',
        bug: 'a learning rate that was applied twice, or divided by',
      },
      [subject.cases],
      ({ params, grads }) => {
        const most = updates(subject, { params, grads }).map((tree) =>
          Math.max(0, ...numbersIn(tree).flatMap(({ values }) => values.map(Math.abs))),
        )
        return { left: most, right: most.map((x) => Math.min(x, rate)) }
      },
    ),
  )

const updates = ({ tx, extraAt }: TransformationSubject, training: Training): readonly TreeSpec[] =>
  updatesOf(tx(), training, extraAt).map((one) => one.updates)

const first = (subject: TransformationSubject, params: TreeSpec, grads: TreeSpec): TreeSpec =>
  updates(subject, { params, grads: [grads] })[0] ?? null

const times =
  (a: number) =>
  ({ shape, values }: Numbers): Numbers => ({ shape, values: values.map((x) => a * x) })

const norm = (tree: TreeSpec): number => Math.hypot(...numbersIn(tree).flatMap(({ values }) => values))

/** A training with gradients of the same form for a second one. */
const pairs = ({ cases }: TransformationSubject) =>
  cases.chain((training) =>
    treesLike(training.grads).map((others) => ({ ...training, others: others as readonly TreeSpec[] })),
  ) // as many trees as there are steps
