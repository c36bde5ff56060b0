import fc from 'fast-check'
import { within } from '../Agreement.js'
import { dyadic } from '../arbitraries/numbers.js'
import { type Training, trainings } from '../arbitraries/training.js'
import { everyShape } from '../arbitraries/trees.js'
import { law, type Law } from '../Law.js'
import { mapNumbers, type Numbers, numbersIn, type TreeSpec } from '../Numbers.js'
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

/** It only makes gradients longer or shorter: a clip by norm, a rate, a trust ratio.
 *
 *  @example await checkLaws(keepsDirection(() => clipByGlobalNorm({ maxNorm: 1 }))) */
export const keepsDirection: Make = suite('keeps direction', (subject) =>
  law(within(1e-5))(
    {
      name: 'keeps direction',
      equation: 'update(g) = c·g with one c ≥ 0 for each leaf, or with couples for the tree',
      reason: 'a step that is shortened goes where it went',
      bug: 'a clip of each element where a clip of the norm was meant: the direction changed with the bound (tf.clip_by_value)',
    },
    [subject.cases],
    ({ params, grads }) => {
      const pairs = grads.flatMap((g) => {
        const after = numbersIn(updates(subject, { params, grads: [g] })[0] ?? null)
        const leaves = zipped(numbersIn(g), after, (x, y) => [x.values, y.values] as const)
        return subject.couples ? [[leaves.flatMap(([x]) => x), leaves.flatMap(([, y]) => y)] as const] : leaves
      })
      return {
        // ‖y‖·x, and ‖x‖·y, which is the same for one direction
        left: pairs.map(([x, y]) => scaled(x, norm(y))),
        right: pairs.map(([x, y]) => scaled(y, norm(x))),
      }
    },
  ),
)

/** Where the parameters stand does not matter, only the gradients do: no weight decay, no trust ratio.
 *
 *  @example await checkLaws(translationEquivariant(() => adam({ learningRate: 0.1 }))) */
export const translationEquivariant: Make = suite('translation-equivariant', (subject) =>
  law(within(1e-6))(
    {
      name: 'translation',
      equation: 'updates(g; p + b) = updates(g; p)',
      reason: 'another origin is another name for the same point',
      bug: 'weight decay that was on by default, in a rule that has none',
    },
    [subject.cases, dyadic],
    ({ params, grads }, b) => ({
      left: updates(subject, { params: mapNumbers(each((x) => x + b))(params), grads }),
      right: updates(subject, { params, grads }),
    }),
  ),
)

/** No axis is special: what works by elements (signs, second moments) is not rotation-equivariant, what works by norms
 *  is.
 *
 *  @example await checkLaws(rotationEquivariant(() => sgd({ learningRate: 0.1, momentum: 0.9 }))) */
export const rotationEquivariant: Make = suite('rotation-equivariant', (subject) =>
  law(within(1e-5))(
    {
      name: 'rotation',
      equation: 'updates(R·g; R·p) = R·updates(g; p) for rotations R of pairs of elements',
      reason: 'an orthogonal change of the basis trains alike',
      bug: 'the norm of each element where the norm of the vector was meant',
    },
    [subject.cases],
    ({ params, grads }) => ({
      left: updates(subject, { params: turned(params), grads: grads.map(turned) }),
      right: updates(subject, { params, grads }).map(turned),
    }),
  ),
)

/** A leaf that is there twice is moved as if it were there once: means over leaves, no sums.
 *
 *  @example await checkLaws(duplicationInvariant(() => adam({ learningRate: 0.1 }))) */
export const duplicationInvariant: Make = suite('invariant to duplicates', (subject) =>
  law(within(1e-5))(
    {
      name: 'duplicates',
      equation: 'updates({ a: g, b: g }) = { a: updates(g), b: updates(g) }',
      reason: 'a wider model of equal parts trains as each part does',
      bug: 'a sum over leaves where their mean was meant: the step grew with the number of layers',
    },
    [subject.cases],
    ({ params, grads }) => ({
      left: updates(subject, { params: { a: params, b: params }, grads: grads.map((g) => ({ a: g, b: g })) }),
      right: updates(subject, { params, grads }).map((u) => ({ a: u, b: u })),
    }),
  ),
)

/** A larger rate makes a longer first step, and a rate of 0 none.
 *
 *  @example await checkLaws(monotone((learningRate) => adam({ learningRate }))) */
export const monotone = (
  make: (rate: number) => ReturnType<TransformationSubject['tx']>,
  {
    proportional = true,
    ...options
  }: TransformationOptions & {
    /** Whether twice the rate is twice the step.
     *
     *  @defaultValue true */
    readonly proportional?: boolean
  } = {},
): Suite => {
  const cases = options.cases ?? trainings({ maxSteps: 2, shapes: everyShape })
  const subject = subjectOf(() => make(0.25), { ...options, cases })
  const lengths = (rate: number, { params, grads }: Training): readonly number[] =>
    updatesOf(make(rate), { params, grads }, subject.extraAt).map((one) => norm(valuesOf(one.updates)))
  return {
    name: 'monotone in the rate',
    about: aboutOf(subject),
    laws: [
      law(within(1e-5))(
        {
          name: 'monotone',
          equation: proportional
            ? '‖updates(2·η)‖ = 2·‖updates(η)‖, and updates(0) = 0'
            : '‖updates(2·η)‖ ≥ ‖updates(η)‖, and updates(0) = 0',
          reason: 'a rate is how far a step goes',
          bug: 'a rate that was applied twice, divided by, or read once at construction',
        },
        [cases, fc.constantFrom(0.25, 0.125, 0.5)],
        (training, rate) => {
          const [once, twice] = [lengths(rate, training), lengths(2 * rate, training)]
          const scale = Math.max(0, ...once, ...twice)
          return {
            left: [twice, lengths(0, training), scale],
            right: [zipped(once, twice, (x, y) => (proportional ? 2 * x : Math.max(x, y))), once.map(() => 0), scale],
          }
        },
      ),
    ],
  }
}

const updates = ({ tx, extraAt }: TransformationSubject, training: Training): readonly TreeSpec[] =>
  updatesOf(tx(), training, extraAt).map((one) => one.updates)

const valuesOf = (spec: TreeSpec): readonly number[] => numbersIn(spec).flatMap(({ values }) => values)
const norm = (values: readonly number[]): number => Math.hypot(...values)
const scaled = (values: readonly number[], by: number): readonly number[] => values.map((x) => x * by)

const each =
  (f: (x: number) => number) =>
  ({ shape, values }: Numbers): Numbers => ({ shape, values: values.map(f) })

/** Each pair of elements turned by the angle of the triangle 3, 4, 5. */
const turned = mapNumbers(({ shape, values }) => ({
  shape,
  values: values.map((x, i) => {
    const other = values[i % 2 === 0 ? i + 1 : i - 1]
    return other === undefined ? x : i % 2 === 0 ? 0.6 * x - 0.8 * other : 0.8 * other + 0.6 * x
  }),
}))
