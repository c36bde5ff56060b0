import * as tf from '@tensorflow/tfjs-core'
import type { AnyTransformation, Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { type MovingAverageOptions, withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import type { Arithmetic } from '../../../src/equation/Arithmetic.js'
import type { Equation } from '../../../src/equation/Equation.js'
import { valueAt } from '../../../src/scalars/Schedule.js'
import type { AveragingSubject } from '../../averaging/Subject.js'
import { changedStage } from './changedStage.js'

/** A way in which averages have gone wrong, planted in `withMovingAverage`, and the law that catches it. */
export interface Mutant {
  readonly bug: string
  readonly caughtBy: string
  readonly lift: AveragingSubject['lift']
}

/** What the equation of an average calls by these names. */
const named = <N>(record: Readonly<Record<string, N>>): Readonly<Record<'update' | 'param' | 'average' | 'c', N>> => {
  const read: { readonly [name: string]: unknown } = record
  return read as Readonly<Record<'update' | 'param' | 'average' | 'c', N>> // what is not there is not asked for
}

/** Another average in the place of the library's. */
const changed =
  (change: (equation: Equation, options: MovingAverageOptions) => Equation): Mutant['lift'] =>
  (options) =>
  (inner) =>
    changedStage((equation) => change(equation, options))(withMovingAverage(options)(inner))

/** The average moves by another formula. */
const moves = (formula: <N, B>(A: Arithmetic<N, B>, x: N, average: N, c: N) => N): Mutant['lift'] =>
  changed((equation, { order = 'sequential' }) => ({
    ...equation,
    rule: (A) => (inputs, scalars) => {
      const { update, param, average } = named(inputs)
      const { c } = named(scalars)
      return {
        ...inputs,
        update,
        average: formula(A, order === 'sequential' ? A.applied(param, update) : param, average, c),
      }
    },
  }))

/** Other options than those that were asked for. */
const misread =
  (change: (options: MovingAverageOptions) => MovingAverageOptions): Mutant['lift'] =>
  (options) =>
    withMovingAverage(change(options))

const without =
  (option: keyof MovingAverageOptions) =>
  (options: MovingAverageOptions): MovingAverageOptions =>
    Object.fromEntries(Object.entries(options).filter(([name]) => name !== option))

/** The state after a step is tampered with. */
const tampered = (
  change: (state: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Mutant['lift'] =>
  changed((equation) => ({
    ...equation,
    next: (host, extra) => change({ ...equation.next(host, extra) }) as Readonly<Record<string, number>>,
  })) // host numbers stay numbers

const firstState =
  (change: (state: Readonly<Record<string, unknown>>, params: unknown) => unknown): Mutant['lift'] =>
  (options) =>
  (inner) => {
    const lifted = withMovingAverage(options)(inner) as Transformation<Opaque> // its state is only passed on
    return {
      ...lifted,
      init: (params: never) => change(lifted.init(params) as Readonly<Record<string, unknown>>, params),
    } as AnyTransformation // a record, as averages keep
  }

/** Bugs that averages have had, in TensorFlow, Keras, PyTorch and their neighbours. */
export const averagingMutants: readonly Mutant[] = [
  {
    bug: 'two products, d·A + c·x (Keras, composer, optax)',
    caughtBy: 'constants',
    lift: moves((A, x, average, c) => A.add(A.mul(A.sub(A.lit(1), c), average), A.mul(c, x))),
  },
  {
    bug: 'one branch, A − c·(A − x), for every c',
    caughtBy: 'decay 0 from anywhere',
    lift: moves((A, x, average, c) => A.sub(average, A.mul(c, A.sub(average, x)))),
  },
  {
    bug: 'c taken for d',
    caughtBy: 'decay 1',
    lift: misread(({ decay = 0.9999, ...rest }) => ({ ...rest, decay: (t) => 1 - valueAt(decay, t) })),
  },
  {
    bug: 'd rounded to float32 before 1 − d',
    caughtBy: 'recursion',
    lift: misread(({ decay = 0.9999, ...rest }) => ({ ...rest, decay: (t) => Math.fround(valueAt(decay, t)) })),
  },
  {
    bug: 'the average sees the old parameters whatever the order',
    caughtBy: 'decay 0',
    lift: misread((options) => ({ ...options, order: 'concurrent' })),
  },
  {
    bug: 'the average sees the new parameters whatever the order',
    caughtBy: 'delay',
    lift: misread((options) => ({ ...options, order: 'sequential' })),
  },
  {
    bug: 'averages updates instead of parameters (optax.ema in a chain)',
    caughtBy: 'convexity',
    lift: changed((equation) => ({
      ...equation,
      rule: (A) => (inputs) => {
        const { update, average } = named(inputs)
        return { ...inputs, update, average: A.sub(average, A.mul(A.lit(0.5), A.sub(average, update))) }
      },
    })),
  },
  {
    bug: 'starts at zero (Keras, axlearn)',
    caughtBy: 'standing still',
    lift: firstState((state) => ({ ...state, average: zeroed(state['average']) })),
  },
  {
    bug: 'starts as the very tensors of the parameters (optax.schedule_free)',
    caughtBy: 'no aliasing',
    lift: firstState((state, params) => ({ ...state, average: params })),
  },
  {
    bug: 'writes the average into the parameters (Keras, SEMA)',
    caughtBy: 'non-interference',
    lift: changed((equation) => ({
      ...equation,
      rule: (A) => (inputs, scalars) => {
        const out = equation.rule(A)(inputs, scalars)
        return { ...out, update: A.sub(named(out).average, named(inputs).param) }
      },
    })),
  },
  {
    bug: 'skips leaves without a gradient in a step',
    caughtBy: 'recursion',
    lift: changed((equation) => ({ ...equation, observes: false })),
  },
  { bug: 'never counts', caughtBy: 'count', lift: tampered((host) => ({ ...host, count: 0 })) },
  { bug: 'counts twice', caughtBy: 'count', lift: tampered((host) => ({ ...host, count: Number(host['count']) + 1 })) },
  {
    bug: 'count before and after exchanged (1/10 for 2/11)',
    caughtBy: 'warm-up',
    lift: misread((options) => ({
      ...options,
      ...(options.numUpdates === 'before'
        ? { numUpdates: 'after' }
        : options.numUpdates === 'after'
          ? { numUpdates: 'before' }
          : {}),
    })),
  },
  {
    bug: 'warm-up without end: (1 + n)/(10 + n) above d',
    caughtBy: 'warm-up',
    lift: misread(({ numUpdates, ...rest }) => (numUpdates === undefined ? rest : { ...rest, numUpdates, decay: 1 })),
  },
  { bug: 'no warm-up where no step is passed (timm)', caughtBy: 'warm-up', lift: misread(without('numUpdates')) },
  {
    bug: 'a count handed in, read once (tensorflow-addons)',
    caughtBy: 'a count handed in',
    lift: misread((options) => ({ ...options, ...(options.numUpdates === 'given' ? { numUpdates: () => 0 } : {}) })),
  },
  {
    bug: 'start one step late',
    caughtBy: 'delay of a start',
    lift: misread(({ start, ...rest }) => (start === undefined ? rest : { ...rest, start: start + 1 })),
  },
  {
    bug: 'rests before the start instead of copying',
    caughtBy: 'start',
    lift: changed((equation, { start = 0 }) => ({
      ...equation,
      rule: (A) => (inputs, scalars) => {
        const out = equation.rule(A)(inputs, scalars)
        return start > 0
          ? { ...out, average: A.where(A.equal(named(scalars).c, A.lit(1)), named(inputs).average, named(out).average) }
          : out
      },
    })),
  },
  {
    bug: 'every n steps with the decay of one (ema-pytorch)',
    caughtBy: 'every',
    lift: misread(({ every = 1, decay = 0.9999, ...rest }) => ({
      ...rest,
      every,
      decay: (t) => valueAt(decay, t) ** (1 / every),
    })),
  },
  {
    bug: 'moves at every step whatever `every` says (Keras under accumulation)',
    caughtBy: 'every',
    lift: misread(without('every')),
  },
  { bug: 'no bias correction where one was asked for', caughtBy: 'debias', lift: misread(without('debias')) },
  {
    bug: '1 − dᵗ for a decay that varies (tf.train.ExponentialMovingAverage)',
    caughtBy: 'debias',
    lift: misread(({ debias, decay = 0.9999, ...rest }) =>
      debias === true
        ? {
            ...rest,
            decay: (t) => {
              const d = valueAt(decay, t)
              return 1 - (d === 1 ? 0 : (1 - d) / (1 - d ** (t + 1)))
            },
          }
        : { ...rest, decay },
    ),
  },
  {
    bug: 'every third step counted from one too many: every second is the same either way',
    caughtBy: 'any rhythm',
    lift: misread(({ start = 0, every = 1, ...rest }) => ({ ...rest, every, start: every === 3 ? start + 1 : start })),
  },
  {
    bug: 'a decay of 1 with a corrected bias, whose average moves (0/0 taken for 1)',
    caughtBy: 'decay 1, corrected',
    lift: misread(({ debias = false, decay = 0.9999, ...rest }) => ({
      ...rest,
      debias,
      decay: debias && decay === 1 ? 0 : decay,
    })),
  },
  {
    bug: 'weights that sum to 0.999: what has converged is averaged to something less',
    caughtBy: 'convergent parameters',
    lift: moves((A, x, average, c) => A.sub(average, A.mul(c, A.sub(average, A.mul(A.lit(0.999), x))))),
  },
  {
    bug: 'compensation that is asked for and not done: next to 1 the average never moves',
    caughtBy: 'compensation',
    lift: misread(without('precision')),
  },
  { bug: 'a name that is not passed on', caughtBy: 'several averages', lift: misread(without('name')) },
  {
    bug: 'a tensor left behind at each step',
    caughtBy: 'no leak',
    lift: (options) => (inner) => {
      const lifted = withMovingAverage(options)(inner)
      return {
        anatomy: {
          ...lifted.anatomy,
          plan: (...given) => {
            tf.scalar(0)
            return lifted.anatomy.plan(...given)
          },
        },
        init: lifted.init,
        update: lifted.update,
      } as AnyTransformation
    },
  },
  {
    bug: 'a number in every state for an option that is hardly ever asked for',
    caughtBy: 'no more than it needs',
    lift: misread((options) => ({ ...options, every: options.every ?? 1 })),
  },
  {
    bug: 'a counter outside the state (lost on resuming)',
    caughtBy: 'resuming',
    lift: misread((options) => {
      const seen = { steps: 0 }
      return { ...options, decay: () => Math.min(0.9, seen.steps++ / 10) }
    }),
  },
]

const zeroed = (tree: unknown): unknown =>
  tree instanceof tf.Tensor
    ? tf.tidy(() => {
        const zero = tf.zerosLike(tree)
        tree.dispose()
        return zero
      })
    : Array.isArray(tree)
      ? tree.map(zeroed)
      : typeof tree === 'object' && tree !== null
        ? Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, zeroed(child)]))
        : tree
