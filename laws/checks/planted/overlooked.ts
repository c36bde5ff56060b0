import * as tf from '@tensorflow/tfjs-core'
import { uniform } from '../../../src/averaging/schemes/uniform.js'
import { pooledStatistics } from '../../../src/averaging/pooledStatistics.js'
import { swapped } from '../../../src/averaging/swapped.js'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { restore } from '../../../src/checkpoint/restore.js'
import { save } from '../../../src/checkpoint/save.js'
import type { Store } from '../../../src/checkpoint/Store.js'
import { conditionallyMask } from '../../../src/combinators/conditionallyMask.js'
import { conditionallyTransform } from '../../../src/combinators/conditionallyTransform.js'
import { hide } from '../../../src/combinators/transformations.js'
import { valueAt } from '../../../src/scalars/Schedule.js'
import { identity } from '../../../src/transformation/identity.js'
import type { AnyTransformation, Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { fitted } from '../../../src/training/fitted.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { treeOnesLike } from '../../../src/tensors/treeOnesLike.js'
import { isLeaf, type Tree } from '../../../src/tree/Tree.js'
import { applyIfFiniteLaws } from '../../applyIfFiniteLaws.js'
import { followsHistory } from '../../averaging/followsHistory.js'
import { averagingLaws } from '../../averagingLaws.js'
import { checkpointLaws } from '../../checkpointLaws.js'
import { conditionalLaws } from '../../conditionalLaws.js'
import { feedbackLaws } from '../../feedbackLaws.js'
import { flattenLaws } from '../../flattenLaws.js'
import { freezeLaws } from '../../freezeLaws.js'
import { hyperparamLaws } from '../../hyperparamLaws.js'
import { lossLaws } from '../../lossLaws.js'
import { maskedLaws } from '../../maskedLaws.js'
import { measureLaws } from '../../measureLaws.js'
import { partitionLaws } from '../../partitionLaws.js'
import { poolingLaws } from '../../poolingLaws.js'
import { profileLaws } from '../../profileLaws.js'
import { projectionLaws } from '../../projectionLaws.js'
import { scheduleLaws } from '../../scheduleLaws.js'
import type { Suite } from '../../Suite.js'
import { swapLaws } from '../../swapLaws.js'
import { squares, trainingLaws } from '../../trainingLaws.js'
import { clipsTo } from '../../transformation/clipsTo.js'
import { followsRule } from '../../transformation/followsRule.js'
import { unbiased } from '../../transformation/purposeLaws.js'
import { transformationLaws } from '../../transformationLaws.js'
import { windowLaws } from '../../windowLaws.js'
import {
  asked,
  eachLeaf,
  fine,
  listed,
  minus,
  nothing,
  noughts,
  number,
  plus,
  times,
  userMade,
  type Wrapped,
} from './usersWay.js'

type Row = readonly [bug: string, caughtBy: string, suite: Suite]

const tidied = <A>(f: () => A): A => tf.tidy(f as () => tf.TensorContainer) as A // what it holds is a tree of tensors and numbers

/** What keeps nothing. */
const stateless = (name: string, update: (g: Tree, params: Tree) => Tree) => () =>
  userMade(
    name,
    () => ({}),
    (g, s, p) => [tidied(() => update(g, p)), s],
  )

/** What counts its steps, and nothing else. */
const counted = (name: string, update: (g: Tree, count: number, params: Tree) => Tree) => () =>
  userMade<{ readonly count: number }>(
    name,
    () => ({ count: 0 }),
    (g, { count }, p) => [tidied(() => update(g, count, p)), { count: count + 1 }],
  )

interface Momentum {
  readonly m: Tree
  readonly count: number
}

/** Momentum as users write it; `keeps` says what becomes of it. */
const momentum = (name: string, keeps: (m: Tree, old: Tree, g: Tree, count: number) => Tree) => () =>
  userMade<Momentum>(
    name,
    (params) => ({ m: noughts(params), count: 0 }),
    (g, { m, count }) =>
      tidied(() => {
        const next = where(g)(plus(times(0.5)(m), g), m)
        return [where(g)(times(-0.1)(next), nothing(g)), { m: keeps(next, m, g, count + 1), count: count + 1 }]
      }),
  )

const heavyBall = { init: () => 0, next: (g: number, m: number) => [-0.1 * (0.5 * m + g), 0.5 * m + g] as const }

const childOf = (tree: Tree, key: string): Tree =>
  tree === null || isLeaf(tree)
    ? null
    : ((Object.getOwnPropertyDescriptor(tree, key)?.value as Tree | undefined) ?? null) // a child is a tree

/** Of two trees, the leaves of the first where there is a gradient, and of the second elsewhere. */
const where =
  (g: Tree) =>
  (here: Tree, there: Tree): Tree => {
    if (g === null) return there
    if (isLeaf(g)) return here
    const keys = Object.entries(g).map(([key, child]: [string, Tree]): readonly [string, Tree] => [
      key,
      where(child)(childOf(here, key), childOf(there, key)),
    ])
    return Array.isArray(g) ? keys.map(([, child]) => child) : Object.fromEntries(keys)
  }

const norm = (g: Tree): number => Math.hypot(...listed(g).flatMap((x) => [...x.dataSync()]))

const guards =
  (isFine: (g: Tree) => boolean) =>
  (most: number) =>
  (tx: Wrapped): Wrapped =>
    userMade<{ readonly inner: unknown; readonly bad: number }>(
      'guards',
      (p) => ({ inner: tx.init(p as never), bad: 0 }), // a tree
      (g, s, p) => {
        if (!isFine(g) && s.bad < most) return [noughts(g), { ...s, bad: s.bad + 1 }]
        const [u, inner] = asked(tx, g, s.inner, p)
        return [u, { inner, bad: 0 }]
      },
    )

const everyLeaf = (tree: Tree, f: (x: tf.Tensor | null) => boolean): boolean =>
  tree === null || isLeaf(tree) ? f(tree) : Object.values(tree).every((child: Tree) => everyLeaf(child, f))

/** All leaves as one vector, which is cut by sizes of its author's. */
const flattened =
  (sizes: (own: readonly number[]) => readonly number[]) =>
  (tx: Wrapped): Wrapped => {
    const vector = (tree: Tree) => ({
      all: tf.concat([tf.zeros([0]), ...listed(tree).map((x) => tf.reshape(x, [-1]))]),
    })
    return userMade<{ readonly inner: unknown }>(
      'flattened',
      (p) => ({ inner: tx.init(vector(p) as never) }), // a tree
      (g, s, p) =>
        tidied(() => {
          const [gradient, whole] = [vector(g).all, vector(p)]
          const padded = tf.pad(gradient, [[0, whole.all.size - gradient.size]])
          const [u, inner] = asked(tx, { all: padded }, s.inner, whole)
          const all = childOf(u, 'all') as tf.Tensor1D // the vector
          const cuts = sizes(listed(g).map((x) => x.size))
          let [at, i] = [0, 0]
          const cut = eachLeaf((x) => {
            const from = Math.min(at, all.size - x.size)
            at += cuts[i++] ?? 0
            return tf.reshape(tf.slice(all, from, x.size), x.shape)
          })(g)
          return [cut, { inner }]
        }),
    )
  }

interface Watching {
  readonly inner: unknown
  readonly average: Tree
  readonly count: number
}

/** An average as users carry it: `next` says how it moves, and what the parameters become. */
const carries =
  (next: (average: Tree, x: Tree, count: number) => readonly [average: Tree, params: Tree]) =>
  (inner: AnyTransformation): Wrapped =>
    userMade<Watching>(
      'carries',
      (p) => ({ inner: of(inner).init(p as never), average: times(1)(p), count: 0 }), // a tree
      (g, s, p) => {
        const [u, state] = asked(of(inner), g, s.inner, p)
        return tidied(() => {
          const x = plus(p, u)
          const [average, params] = next(s.average, x, s.count + 1)
          return [params === x ? u : minus(params, p), { inner: state, average, count: s.count + 1 }]
        })
      },
    )

const of = (tx: AnyTransformation): Wrapped => tx as Wrapped // its state is only passed on

const between = (a: Tree, b: Tree, part: number): Tree => plus(a, times(part)(minus(b, a)))

/** The mean of all parameters so far, by a number of them that its author keeps. */
const meanBy = (seen: () => number) => carries((average, x) => [between(average, x, 1 / (1 + seen())), x])

interface Ring extends Watching {
  readonly taken: number
  readonly kept: readonly Tree[]
}

/** The mean of the latest snapshots; the place of the next one is its author's. */
const ring =
  ({ window, every = 1, start = 0 }: { readonly window: number; readonly every?: number; readonly start?: number }) =>
  (place: () => number) =>
  (inner: AnyTransformation): Wrapped =>
    userMade<Ring>(
      'ring',
      (p) => ({
        inner: of(inner).init(p as never), // a tree
        average: times(1)(p),
        count: 0,
        taken: 0,
        kept: Array.from({ length: window }, () => times(1)(p)),
      }),
      (g, s, p) => {
        const [u, state] = asked(of(inner), g, s.inner, p)
        const now = { ...s, inner: state, count: s.count + 1 }
        if (s.count < start || (s.count + 1 - start) % every !== 0) return [u, now]
        return tidied(() => {
          const at = place() % window
          const kept = s.kept.map((old, i) => (i === at ? plus(p, u) : old))
          const some = kept.slice(0, Math.min(window, s.taken + 1))
          const average = some.map(times(1 / some.length)).reduce((a, b) => plus(a, b))
          return [u, { ...now, kept, taken: s.taken + 1, average }]
        })
      },
    )

const loop = (change: <B extends { readonly x: tf.Tensor2D }>(batches: readonly B[]) => readonly B[]): Suite =>
  trainingLaws({ train: (optimizer, donate) => (now, xs) => fitted(optimizer, squares, { donate })(now, change(xs)) })

const ball = (most: number) => (x: Tree) => times(Math.min(1, most / Math.max(norm(x), 1e-30)))(x)
const outsideOfBall = { outside: (values: readonly number[]) => Math.max(0, Math.hypot(...values) - 1) }

const rounded = (state: unknown): unknown =>
  typeof state === 'number'
    ? Math.fround(state)
    : Array.isArray(state)
      ? state.map(rounded)
      : typeof state !== 'object' || state === null || isLeaf(state)
        ? state
        : Object.fromEntries(Object.entries(state).map(([key, child]) => [key, rounded(child)]))

const ramp = (n: number) => Math.min(1, n / 1000)

/** Bugs that the laws of their time overlooked: a later period, the last of many, what is missing, what lies in no state. */
export const overlooked: readonly Row[] = [
  [
    'moments set back at each tenth step',
    'its rule',
    followsRule(
      momentum('tenth', (m, _, __, count) => (count % 10 === 0 ? noughts(m) : m)),
      heavyBall,
    ),
  ],
  [
    'the rate kept inside of the velocity, as Keras has it: the updates are the same until the rate changes',
    'its state',
    followsRule(
      () =>
        userMade<Momentum>(
          'inside',
          (params) => ({ m: noughts(params), count: 0 }),
          (g, { m, count }) =>
            tidied(() => {
              const next = plus(times(0.5)(m), times(-0.1)(g))
              return [next, { m: next, count: count + 1 }]
            }),
        ),
      { ...heavyBall, state: (m) => ({ m }) },
    ),
  ],
  [
    'moments that begin as ones, which the first step overwrites: averages and groups of a state take them for real',
    'its state',
    followsRule(
      () =>
        userMade<Momentum>(
          'ones',
          (params) => ({ m: treeOnesLike(params), count: 0 }),
          (g, { m, count }) =>
            tidied(() => {
              const next = count === 0 ? times(1)(g) : plus(times(0.5)(m), g)
              return [times(-0.1)(next), { m: next, count: count + 1 }]
            }),
        ),
      { ...heavyBall, state: (m) => ({ m }) },
    ),
  ],
  [
    'moments that are lost where a step has no gradient',
    'its rule',
    followsRule(
      momentum('paused', (m, _, g) => where(g)(m, noughts(m))),
      heavyBall,
      { missing: true },
    ),
  ],
  [
    'leaves taken by eights (foreach), those left over forgotten',
    'many leaves',
    transformationLaws(
      stateless('byEights', (g) => {
        const whole = 8 * Math.max(1, Math.floor(listed(g).length / 8))
        let i = 0
        return eachLeaf((x) => tf.mul(x, i++ < whole ? -0.1 : -0))(g)
      }),
    ),
  ],
  [
    'a count for each parameter, kept by the id of its tensor: tied weights count twice',
    'many leaves',
    transformationLaws(
      stateless('byId', (g, p) => {
        const ids = listed(where(g)(p, nothing(p))).map(({ id }) => id)
        let i = 0
        return eachLeaf((x) => {
          const at = i++
          return tf.mul(x, -0.1 / ids.slice(0, at + 1).filter((id) => id === ids[at]).length)
        })(g)
      }),
    ),
  ],
  [
    'weight decay from the third step on, where there is no gradient, too',
    'whole numbers',
    transformationLaws(
      counted('lateDecay', (g, count, p) => where(g)(times(-0.1)(g), count > 1 ? times(-0.01)(p) : nothing(p))),
    ),
  ],
  [
    'a list of norms in the state that is pushed to, from the second step on',
    'purity',
    transformationLaws(() =>
      userMade<{ readonly norms: readonly number[]; readonly count: number }>(
        'pushed',
        () => ({ norms: [0, 0], count: 0 }),
        (g, s) => {
          if (s.count > 0) (s.norms as number[]).splice(0, 2, s.count, norm(g)) // as JavaScript may
          return [times(-0.1)(g), { norms: s.norms, count: s.count + 1 }]
        },
      ),
    ),
  ],
  [
    'a clip that makes everything zero',
    'to the bound',
    clipsTo(1)(
      stateless('zero', (g) => noughts(g)),
      { couples: true },
    ),
  ],
  [
    'norms of leaves added up, for the norm of the tree',
    'to the bound',
    clipsTo(1)(
      stateless('sum', (g) =>
        times(
          1 /
            Math.max(
              1,
              listed(g).reduce((sum, x) => sum + norm(x), 0),
            ),
        )(g),
      ),
      { couples: true },
    ),
  ],
  [
    'a clip at half of the bound',
    'to the bound',
    clipsTo(1)(
      stateless('half', (g) => times(0.5 / Math.max(0.5, norm(g)))(g)),
      { couples: true },
    ),
  ],
  [
    'one seed for all steps',
    'no two alike',
    unbiased(
      (key) => stateless('seeded', (g) => seeded((path) => 1 + key + 1000 * path.length)(g))(),
      () => identity(),
    ),
  ],
  [
    'a variance taken for a standard deviation',
    'as wide as it says',
    unbiased(
      (key) =>
        counted('variance', (g, count) =>
          eachLeaf((x, path) =>
            tf.add(x, tf.randomNormal(x.shape, 0, 0.25, 'float32', 1 + key + 1000 * count + 100 * path.length)),
          )(g),
        )(),
      () => identity(),
      { deviation: () => 0.5 },
    ),
  ],
  [
    'one number of noise for a whole leaf, by broadcasting',
    'no two alike',
    unbiased(
      (key) =>
        counted('broadcast', (g, count) =>
          eachLeaf((x) => tf.add(x, tf.randomNormal([], 0, 1, 'float32', 1 + key + 1000 * count)))(g),
        )(),
      () => identity(),
    ),
  ],
  [
    'the average of whole numbers in float32',
    'whole numbers',
    averagingLaws({
      lift: (options) => (inner) => {
        const lifted = withMovingAverage(options)(inner) as Transformation<Opaque> // its state is only passed on
        return {
          ...lifted,
          init: (params: never) => {
            const { average, ...rest } = lifted.init(params) as { readonly average: Tree } // as averages keep it
            const copies = eachLeaf((x) => tf.cast(x, 'float32'))(average)
            disposeExcept([average], [copies])
            return { ...rest, average: copies }
          },
        } as AnyTransformation
      },
    }),
  ],
  [
    'the place in a ring of snapshots in a closure: after resuming, another one is written over',
    'anew at each step',
    windowLaws({
      lift: (options) => (inner) => {
        let taken = 0
        return ring(options)(() => taken++)(inner)
      },
    }),
  ],
  [
    'how many parameters a mean has seen, in a closure',
    'anew at each step',
    followsHistory(
      (inner) => {
        let seen = 0
        return meanBy(() => ++seen)(inner)
      },
      { average: (seen) => seen.reduce((sum, x) => sum + x, 0) / seen.length },
    ),
  ],
  [
    'a second period that draws less than the first',
    'part of the way',
    feedbackLaws({
      lift: (scheme, { period, keep }) =>
        carries((average, x, count) => {
          const c = scheme.coefficient({ n: count, from: count - 1, to: count }, {}, {})
          const next = between(average, x, c)
          return [next, count % period === 0 ? between(next, x, count > period ? Math.sqrt(keep) : keep) : x]
        }),
    }),
  ],
  [
    'a mean that becomes an exponential average after fifty steps',
    'profile',
    profileLaws(
      { ...uniform(), coefficient: ({ n }) => 1 / Math.min(n, 50) },
      { weight: (step: number) => Math.min(1, step) },
    ),
  ],
  [
    'statistics of all channels in one',
    'each channel its own',
    poolingLaws({
      pool: (batches) => {
        const { mean, variance, size } = pooledStatistics<tf.Tensor>(batches)
        return { mean, variance: tf.add(tf.zerosLike(variance), tf.mean(variance)), size }
      },
    }),
  ],
  [
    'the mean of squares less the square of the mean, in float32',
    'far from zero',
    poolingLaws({
      pool: (batches) => {
        const size = batches.reduce((sum, one) => sum + one.size, 0)
        const over = (of: (one: (typeof batches)[number]) => tf.Tensor): tf.Tensor =>
          batches.map((one) => tf.mul(of(one), one.size / size)).reduce((a, b) => tf.add(a, b))
        const mean = over((one) => one.mean)
        return {
          mean,
          variance: tf.sub(
            over((one) => tf.add(one.variance, tf.square(one.mean))),
            tf.square(mean),
          ),
          size,
        }
      },
    }),
  ],
  [
    'n − 1 for n: the variance of one example is 0/0',
    'of a sample',
    poolingLaws({
      pool: (batches) => pooledStatistics<tf.Tensor>(batches),
      ofSample: (batches) => {
        const { mean, variance, size } = pooledStatistics<tf.Tensor>(batches)
        return { mean, variance: tf.mul(variance, size / (size - 1)), size }
      },
    }),
  ],
  [
    'a swap after which leaves without an average are gone',
    'under a mask',
    swapLaws({
      swap: (now) => ({ ...swapped(now), params: now.state.average }), // null among them
    }),
  ],
  [
    'a leaf without a gradient taken for an overflow',
    'finite',
    applyIfFiniteLaws({ guard: guards((g) => everyLeaf(g, (x) => x !== null && fine(x))) }),
  ],
  [
    'the largest of no elements, −∞, taken for an overflow',
    'finite',
    applyIfFiniteLaws({
      guard: guards((g) => listed(g).every((x) => Number.isFinite(Math.max(...[...x.dataSync()].map(Math.abs))))),
    }),
  ],
  [
    'sizes of leaves taken from the first tree',
    'anew at each step',
    flattenLaws({
      flat: (tx) => {
        let first: readonly number[] | undefined
        return flattened((own) => (first ??= own))(tx)
      },
    }),
  ],
  [
    'a vector of those leaves only that have a gradient',
    'missing gradients',
    flattenLaws({ flat: flattened((own) => own) }),
  ],
  [
    'a smoothed norm in a closure',
    'anew at each step',
    measureLaws({
      watch: (measure, { decay, debias = true }) => {
        let [ema, t] = [0, 0]
        return userMade(
          'watch',
          () => ({ measurements: { now: tf.scalar(0), smooth: tf.scalar(0) } }),
          (g) => {
            const now = number(tidied(() => tf.clone(measure(g))))
            ema = decay * ema + (1 - decay) * now
            t++
            const smooth = debias && decay < 1 ? ema / (1 - decay ** t) : ema
            return [g, { measurements: { now: tf.scalar(now), smooth: tf.scalar(smooth) } }]
          },
        )
      },
    }),
  ],
  [
    'the first rate, written back, taken for no change',
    'a number that is written',
    hyperparamLaws({
      inject: (rate) =>
        userMade<Injected>(
          'injected',
          (p) => ({ hyperparams: { learningRate: valueAt(rate, 0) }, used: valueAt(rate, 0), m: noughts(p), count: 0 }),
          (g, s) =>
            tidied(() => {
              const written = s.hyperparams.learningRate
              const used = typeof rate !== 'number' ? rate(s.count) : written === rate ? s.used : written
              const m = where(g)(plus(times(0.5)(s.m), g), s.m)
              const hyperparams = { learningRate: used }
              return [where(g)(times(-used)(m), nothing(g)), { hyperparams, used, m, count: s.count + 1 }]
            }),
        ),
    }),
  ],
  [
    'a count that runs ahead after three steps that were off',
    'its own steps only',
    conditionalLaws({
      only: (holds, elsewhere) => (tx) => {
        const shifted = (step: number): boolean =>
          holds(step > 3 && [1, 2, 3].every((back) => !holds(step - back)) ? step + 1 : step)
        return hide(
          (elsewhere === 'pass' ? conditionallyTransform : conditionallyMask)({ shouldTransformFn: shifted })(tx),
        )
      },
    }),
  ],
  [
    'the norm of a hidden backbone in the clip of what is shown',
    'a norm of what is shown',
    maskedLaws({
      mask: (shows, otherwise) => (tx) =>
        userMade(
          'afterwards',
          (p) => tx.init(p as never), // a tree
          (g, s, p) => {
            const [u, next] = asked(tx, g, s, p)
            const hidden = eachLeaf((x, path) =>
              shows(path.slice(1)) ? null : otherwise === 'zero' ? tf.zerosLike(x) : x,
            )(g)
            return [where(hidden)(hidden, u), next]
          },
        ),
    }),
  ],
  [
    'frozen leaves whose updates are made zero at the end: their gradients are in every norm',
    'a norm of what is free',
    freezeLaws({
      freeze: (frozen) => (tx) =>
        userMade(
          'frozenLast',
          (p) => tx.init(p as never), // a tree
          (g, s, p) => {
            const [u, next] = asked(tx, g, s, p)
            return [eachLeaf((x, path) => (frozen(path.slice(1)) ? tf.zerosLike(x) : x))(u), next]
          },
        ),
    }),
  ],
  [
    'every group sees all gradients, and its updates are picked afterwards',
    'a norm of each group',
    partitionLaws({
      split: (transforms, label) =>
        userMade<Readonly<Record<string, unknown>>>(
          'picked',
          (p) => Object.fromEntries(Object.entries(transforms).map(([name, tx]) => [name, tx.init(p as never)])), // a tree
          (g, states, p) => {
            const done = Object.entries(transforms).map(
              ([name, tx]) => [name, ...asked(tx, g, states[name], p)] as const,
            )
            const u = done.reduce((all, [name, own]) => {
              const mine = eachLeaf((x, path) => (label(path.slice(1)) === name ? x : null))(g)
              return where(mine)(own, all)
            }, g)
            return [u, Object.fromEntries(done.map(([name, , next]) => [name, next]))]
          },
        ),
    }),
  ],
  [
    '0/0 one step after the end of the warm-up',
    'finite',
    scheduleLaws((n) => (n === 1001 ? (n - 1001) / (1001 - n) : ramp(n)), { at: { 0: 0, 1000: 1 } }),
  ],
  [
    'one step below the end value, right after the last',
    'bounds',
    scheduleLaws((n) => (n > 5000 ? Math.min(0, n - 5002) : 1 - n / 5000), { bounds: [0, 1], at: { 0: 1, 5000: 0 } }),
  ],
  [
    'a warm-up that jumps to its peak at its last step',
    'smooth',
    scheduleLaws((n) => (n < 1000 ? 0.8 * ramp(n) : 1), { at: { 0: 0, 1000: 1 }, smooth: 0.002 }),
  ],
  [
    'a dip of one step where two pieces meet',
    'never goes down',
    scheduleLaws((n) => (n === 1000 ? 0.9 : ramp(n)), { at: { 0: 0, 1001: 1 }, monotone: { way: 'up' } }),
  ],
  [
    'a second cycle twice as long as the first',
    'period',
    scheduleLaws((n) => (n < 10 ? n / 10 : ((n - 10) % 20) / 20), { bounds: [0, 1], at: { 0: 0, 5: 0.5 }, period: 10 }),
  ],
  [
    'the last column left out of an error',
    'every error counts',
    lossLaws((z, y) => tf.square(tf.slice(tf.sub(z, y), [0, 0], [-1, Math.max(1, z.shape[1] - 1)])), {
      zeroAtTruth: true,
    }),
  ],
  [
    'errors to one side that cost nothing (a max with 0 around the error)',
    'every error counts',
    lossLaws((z, y) => tf.square(tf.relu(tf.sub(y, z))), { zeroAtTruth: true }),
  ],
  [
    'the distance, whose slope at 0 is 0/0',
    'a slope everywhere',
    lossLaws((z, y) => tf.sqrt(tf.sum(tf.square(tf.sub(z, y)), 1)), { zeroAtTruth: true }),
  ],
  [
    'targets (n) against predictions (n, 1): n² errors',
    'row by row',
    lossLaws((z, y) => tf.square(tf.sub(z, z.shape[1] === 1 ? tf.reshape(y, [-1]) : y)), { zeroAtTruth: true }),
  ],
  ['a ball of half the radius', 'what is inside stays', projectionLaws(ball(0.5), outsideOfBall)],
  ['everything to the middle of the set', 'what is inside stays', projectionLaws(noughts, outsideOfBall)],
  [
    'a last batch that is smaller, left out',
    'every batch, each time',
    loop((all) => all.filter(({ x }) => x.shape[0] === all[0]?.x.shape[0])),
  ],
  ['a set of batches: each is taken once', 'every batch, each time', loop((all) => [...new Set(all)])],
  ['ten batches at most', 'every batch, each time', loop((all) => all.slice(0, 7))],
  [
    'numbers of the host in float32',
    'types and owners',
    checkpointLaws({
      write: (store, name, optimizer, now, record) =>
        save({ store, name, optimizer, ...now, state: rounded(now.state), record }),
    }),
  ],
  [
    'whole numbers read as float32',
    'types and owners',
    checkpointLaws({
      read: async (store, name, optimizer, like) => {
        const back = await restore({ store, name, optimizer, like })
        const params = eachLeaf((x) => (x.dtype === 'float32' ? x : tf.cast(x, 'float32')))(back.params)
        disposeExcept([back.params], [params])
        return { ...back, params }
      },
    }),
  ],
  [
    'a file that is read once: the next time the same tensors are handed out',
    'types and owners',
    checkpointLaws({
      read: (() => {
        const known = new WeakMap<Store, ReturnType<typeof restore>>()
        return async (store, name, optimizer, like) => {
          const back = known.get(store) ?? restore({ store, name, optimizer, like })
          known.set(store, back)
          return back as Promise<{ readonly params: Tree; readonly state: unknown; readonly record: unknown }> // of the form of like
        }
      })(),
    }),
  ],
]

interface Injected extends Momentum {
  readonly hyperparams: { readonly learningRate: number }
  readonly used: number
}

const seeded =
  (seed: (path: string) => number) =>
  (g: Tree): Tree =>
    eachLeaf((x, path) => tf.add(x, tf.randomNormal(x.shape, 0, 1, 'float32', seed(path))))(g)
