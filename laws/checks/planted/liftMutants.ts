import * as tf from '@tensorflow/tfjs-core'
import { exponential } from '../../../src/averaging/schemes/exponential.js'
import { uniform } from '../../../src/averaging/schemes/uniform.js'
import { scheduleFree } from '../../../src/averaging/scheduleFree.js'
import { scheduleFreeEvalParams } from '../../../src/averaging/scheduleFreeEvalParams.js'
import { withAverage } from '../../../src/averaging/withAverage.js'
import { withBema } from '../../../src/averaging/withBema.js'
import { withBestAverage } from '../../../src/averaging/withBestAverage.js'
import { withDoubleAverage } from '../../../src/averaging/withDoubleAverage.js'
import { withFeedback } from '../../../src/averaging/withFeedback.js'
import { withOuAverage } from '../../../src/averaging/withOuAverage.js'
import { withSwag } from '../../../src/averaging/withSwag.js'
import { withWindowAverage } from '../../../src/averaging/withWindowAverage.js'
import { postHocCoefficients } from '../../../src/averaging/postHocCoefficients.js'
import type { Arithmetic } from '../../../src/equation/Arithmetic.js'
import type { Equation } from '../../../src/equation/Equation.js'
import { plain } from '../../../src/transformation/plain.js'
import type {
  AnyTransformation,
  Opaque,
  StateLambda,
  Transformation,
} from '../../../src/transformation/Transformation.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { bestAverageLaws } from '../../bestAverageLaws.js'
import { derivedAverageLaws } from '../../derivedAverageLaws.js'
import { feedbackLaws } from '../../feedbackLaws.js'
import { poolingLaws } from '../../poolingLaws.js'
import { postHocLaws } from '../../postHocLaws.js'
import { scheduleFreeLaws } from '../../scheduleFreeLaws.js'
import type { Suite } from '../../Suite.js'
import { swagLaws } from '../../swagLaws.js'
import { windowLaws } from '../../windowLaws.js'
import { changedStage } from './changedStage.js'

type Values<N> = Readonly<Record<string, N>>

/** Another result of a rule that moves this slot; other rules stay. */
const moving = (
  slot: string,
  formula: <N, B>(A: Arithmetic<N, B>, x: Values<N>, out: Values<N>, scalars: Values<N>) => Values<N>,
): ((tx: AnyTransformation) => AnyTransformation) =>
  changedStage((equation) =>
    slot in equation.slots
      ? {
          ...equation,
          rule: (A) => (x, scalars) => {
            const out = equation.rule(A)(x, scalars)
            return out[slot] === x[slot] ? out : { ...out, ...formula(A, x, out, scalars) }
          },
        }
      : equation,
  )

/** Other numbers for a rule. */
const numbered = (
  change: (scalars: Values<number>) => Values<number>,
): ((tx: AnyTransformation) => AnyTransformation) =>
  changedStage((equation: Equation) => ({
    ...equation,
    scalars: (host, extra) => ({ ...equation.scalars(host, extra), ...change(equation.scalars(host, extra)) }),
  }))

const at = <N>(record: Values<N>, name: string): N => {
  const found = record[name]
  if (found === undefined) throw new Error(`planted: there is no ${name}`)
  return found
}

const now = <N, B>(A: Arithmetic<N, B>, x: Values<N>): N => A.applied(at(x, 'param'), at(x, 'update'))

interface Anything extends StateLambda {
  readonly State: unknown
}

/** A metric a little better at each step: of equals the newer one is the better. */
const newer = (mode: 'min' | 'max', best: AnyTransformation): AnyTransformation => {
  const tx = best as Transformation<Opaque> // its state is only passed on
  return plain<Anything, { readonly metric?: number }>({
    name: 'newer',
    init: (params) => tx.init(params as never), // a tree
    update: (g, s, p, { metric }) => {
      const better = (s as { readonly count: number }).count * (mode === 'min' ? -1e-6 : 1e-6) // a lift's state
      return tx.update(g, s, p, metric === undefined ? {} : { metric: metric + better })
    },
  })
}

/** Bugs of windows, Gaussians, corrections, feedback and syntheses, each with the law that catches it. */
export const liftMutants: readonly (readonly [bug: string, caughtBy: string, suite: Suite])[] = [
  [
    'a window one short',
    'window',
    windowLaws({ lift: (o) => withWindowAverage({ ...o, window: Math.max(1, o.window - 1) }) }),
  ],
  [
    'snapshots that are all one tensor, the newest (LAWA, fairseq)',
    'window',
    windowLaws({ lift: (o) => withWindowAverage({ ...o, window: 1 }) }),
  ],
  ['a first snapshot before its time', 'window', windowLaws({ lift: (o) => withWindowAverage({ ...o, start: 0 }) })],
  [
    'snapshots of the parameters before the update',
    'window',
    windowLaws({ lift: (o) => withWindowAverage({ ...o, order: 'concurrent' }) }),
  ],
  [
    'a window that is divided by before it is full',
    'window',
    windowLaws({
      lift: (o) => (inner) =>
        numbered((scalars) =>
          Object.fromEntries(Object.keys(scalars).map((name) => [name, 1 / Object.keys(scalars).length])),
        )(withWindowAverage(o)(inner)),
    }),
  ],
  [
    'a window that moves at each step',
    'at rest',
    windowLaws({
      lift: (o) => (inner) => withAverage(uniform())(withWindowAverage({ ...o, name: 'Window' })(inner)),
    }),
  ],
  [
    'the largest metric kept where the smallest was meant',
    'best',
    bestAverageLaws({ lift: ({ best }) => withBestAverage({ best, mode: 'max' }) }),
  ],
  [
    'one less than the best few',
    'best',
    bestAverageLaws({ lift: (o) => withBestAverage({ ...o, best: Math.max(1, o.best - 1) }) }),
  ],
  [
    'the newer of equals, which takes the place of the best',
    'ties',
    bestAverageLaws({ lift: (o) => (inner) => newer(o.mode, withBestAverage(o)(inner)) }),
  ],
  [
    'SWAG: a spread that is the mean of squares',
    'spread',
    swagLaws({
      lift: (o) => (inner) =>
        moving('spread', (A, x, _, scalars) => {
          const square = A.mul(now(A, x), now(A, x))
          return { spread: A.sub(at(x, 'spread'), A.mul(at(scalars, 'c'), A.sub(at(x, 'spread'), square))) }
        })(withSwag(o)(inner)),
    }),
  ],
  [
    'SWAG: squares from the old mean on both sides',
    'spread',
    swagLaws({
      lift: (o) => (inner) =>
        moving('spread', (A, x, _, scalars) => {
          const gap = A.sub(now(A, x), at(x, 'average'))
          return { spread: A.sub(at(x, 'spread'), A.mul(at(scalars, 'c'), A.sub(at(x, 'spread'), A.mul(gap, gap)))) }
        })(withSwag(o)(inner)),
    }),
  ],
  [
    'SWAG: mean of squares less square of the mean, in float32',
    'far from zero',
    swagLaws({
      lift: (o) => (inner) =>
        moving('spread', (A, x, out, scalars) => {
          const [old, next] = [at(x, 'average'), at(out, 'average')]
          const squares = A.add(at(x, 'spread'), A.mul(old, old))
          const both = A.add(
            A.mul(A.sub(A.lit(1), at(scalars, 'c')), squares),
            A.mul(at(scalars, 'c'), A.mul(now(A, x), now(A, x))),
          )
          return { spread: A.sub(both, A.mul(next, next)) }
        })(withSwag(o)(inner)),
    }),
  ],
  [
    'SWAG: deviations from the mean of before',
    'deviations',
    swagLaws({
      lift: (o) => (inner) =>
        moving('deviation0', (A, x) => ({ deviation0: A.sub(now(A, x), at(x, 'average')) }))(withSwag(o)(inner)),
    }),
  ],
  ['SWAG: snapshots before their start', 'mean', swagLaws({ lift: (o) => withSwag({ ...o, start: 0 }) })],
  [
    'feedback that is lost: parameters go on as if nothing had been',
    'drawn back',
    feedbackLaws({ lift: (scheme, { period }) => withFeedback(scheme, { period, keep: 1 }) }),
  ],
  [
    'what is kept and what is given up exchanged',
    'nothing fed back',
    feedbackLaws({ lift: (scheme, { period, keep }) => withFeedback(scheme, { period, keep: 1 - keep }) }),
  ],
  [
    'a switch that comes a step late',
    'drawn back',
    feedbackLaws({ lift: (scheme, { period, keep }) => withFeedback(scheme, { period: period + 1, keep }) }),
  ],
  [
    'a switch at every step (the interval negated, as in the code of switch EMA)',
    'between',
    feedbackLaws({ lift: (scheme, { keep }) => withFeedback(scheme, { period: 1, keep }) }),
  ],
  [
    'drawn to the average of the step before',
    'part of the way',
    feedbackLaws({
      lift: (scheme, options) => (inner) =>
        moving('average', (A, x, out) => ({
          update: A.add(at(out, 'update'), A.mul(A.lit(1 - options.keep), A.sub(at(x, 'average'), at(out, 'average')))),
        }))(withFeedback(scheme, options)(inner)),
    }),
  ],
  [
    'a second average of the parameters, not of the first',
    'twice',
    derivedAverageLaws({
      double: (decay) => (inner) =>
        moving('second', (A, x, out) => {
          const second = A.sub(at(x, 'second'), A.mul(A.lit(1 - decay), A.sub(at(x, 'second'), now(A, x))))
          return { second, average: A.sub(A.mul(A.lit(2), at(out, 'first')), second) }
        })(withDoubleAverage(exponential({ decay }))(inner)),
    }),
  ],
  [
    'a double average that is a single one',
    'no lag',
    derivedAverageLaws({ double: (decay) => withAverage(exponential({ decay })) }),
  ],
  [
    'a double average with the sign of its correction lost',
    'no lag',
    derivedAverageLaws({
      double: (decay) => (inner) =>
        moving('average', (_, __, out) => ({ average: at(out, 'second') }))(
          withDoubleAverage(exponential({ decay }))(inner),
        ),
    }),
  ],
  [
    'BEMA that leads back to the start',
    'away from the start',
    derivedAverageLaws({
      bema: (start, biasPower) => (inner) =>
        moving('average', (A, _, out) => ({
          average: A.sub(A.mul(A.lit(2), at(out, 'ema')), at(out, 'average')),
        }))(withBema({ start, biasPower })(inner)),
    }),
  ],
  [
    'BEMA away from where the training began, whenever its average does',
    'away from the start',
    derivedAverageLaws({ bema: (_, biasPower) => withBema({ start: 0, biasPower }) }),
  ],
  [
    'OU with q where q/(1 − q) was meant',
    'led away',
    derivedAverageLaws({
      ou: (decay, biasPower) => (inner) =>
        numbered(({ w = 0 }) => ({ w: w / (1 + w) }))(withOuAverage(exponential({ decay }), { biasPower })(inner)),
    }),
  ],
  [
    'schedule-free: weights that are not divided by their sum',
    'mean of the iterates',
    scheduleFreeLaws({
      wrap:
        ({ b1, r }) =>
        (base) =>
          numbered(() => ({ c: 0.25, w: (1 - b1) * 0.75 }))(scheduleFree({ learningRate: 0.5, b1, r })(base)),
    }),
  ],
  [
    'schedule-free: a mean that counts the start',
    'mean of the iterates',
    scheduleFreeLaws({
      wrap:
        ({ b1, r }) =>
        (base) =>
          numbered(({ c = 0 }) => ({ c: c / (1 + c), w: (1 - b1) / (1 + c) }))(
            scheduleFree({ learningRate: 0.5, b1, r })(base),
          ),
    }),
  ],
  [
    'schedule-free: the power of the steps forgotten',
    'mean of the iterates',
    scheduleFreeLaws({ wrap: ({ b1 }) => scheduleFree({ learningRate: 0.5, b1 }) }),
  ],
  [
    'schedule-free: evaluated where gradients are taken (saved in the wrong mode)',
    'mean of the iterates',
    scheduleFreeLaws({ evaluated: (_, params) => params }),
  ],
  [
    'schedule-free: evaluated with the last iterate',
    'mean of the iterates',
    scheduleFreeLaws({ evaluated: (state) => (state as { readonly z: Tree }).z }), // of scheduleFree
  ],
  [
    'schedule-free: β and 1 − β exchanged',
    'between the two',
    scheduleFreeLaws({
      wrap: ({ b1, r }) => scheduleFree({ learningRate: 0.5, b1: b1 === 1 ? 1 : 1 - b1, r }),
      evaluated: (state, params) => scheduleFreeEvalParams(state as { readonly z: Tree; readonly b1: number }, params), // of scheduleFree
    }),
  ],
  [
    'statistics of batches averaged whatever their sizes (torch’s update_bn)',
    'as if one',
    poolingLaws({
      pool: (batches) => ({
        mean: tf.mean(tf.stack(batches.map(({ mean }) => mean))),
        variance: tf.mean(tf.stack(batches.map(({ variance }) => variance))),
        size: batches.reduce((sum, { size }) => sum + size, 0),
      }),
    }),
  ],
  [
    'running statistics with a momentum',
    'any order',
    poolingLaws({
      pool: (batches) =>
        batches.reduce((a, b) => ({
          mean: tf.add(tf.mul(0.9, a.mean), tf.mul(0.1, b.mean)),
          variance: tf.add(tf.mul(0.9, a.variance), tf.mul(0.1, b.variance)),
          size: a.size + b.size,
        })),
    }),
  ],
  [
    'post-hoc coefficients that do not sum to 1 (ema-pytorch)',
    'coefficients sum to 1',
    postHocLaws({
      coefficients: (snapshots, target) => {
        const found = postHocCoefficients(snapshots, target)
        return { ...found, coefficients: found.coefficients.map((x) => 1.01 * x) }
      },
    }),
  ],
  [
    'post-hoc synthesis by the nearest that was stored',
    'more stored is no worse',
    postHocLaws({
      coefficients: (snapshots, target) => {
        const found = postHocCoefficients(snapshots.slice(0, 2), target)
        return {
          ...found,
          coefficients: snapshots.map((_, i) => found.coefficients[i] ?? 0),
          relativeError: snapshots.length,
        }
      },
    }),
  ],
]
