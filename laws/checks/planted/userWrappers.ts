import * as tf from '@tensorflow/tfjs-core'
import { adam } from '../../../src/optimizers/adam.js'
import { byPath } from '../../../src/combinators/byPath.js'
import { chain } from '../../../src/combinators/chain.js'
import { conditionallyTransform } from '../../../src/combinators/conditionallyTransform.js'
import { flatten } from '../../../src/combinators/flatten.js'
import { freeze } from '../../../src/combinators/freeze.js'
import { lookahead } from '../../../src/combinators/lookahead.js'
import { masked } from '../../../src/combinators/masked.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { namedChain } from '../../../src/combinators/namedChain.js'
import { partition } from '../../../src/combinators/partition.js'
import { sam } from '../../../src/combinators/sam.js'
import { hide } from '../../../src/combinators/transformations.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { type Schedule, valueAt } from '../../../src/scalars/Schedule.js'
import { zeroNans } from '../../../src/transforms/zeroNans.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { applyIfFiniteLaws } from '../../applyIfFiniteLaws.js'
import { chainLaws } from '../../chainLaws.js'
import { conditionalLaws } from '../../conditionalLaws.js'
import { flattenLaws } from '../../flattenLaws.js'
import { freezeLaws } from '../../freezeLaws.js'
import { hyperparamLaws } from '../../hyperparamLaws.js'
import { lookaheadLaws } from '../../lookaheadLaws.js'
import { maskedLaws } from '../../maskedLaws.js'
import { multiStepsLaws } from '../../multiStepsLaws.js'
import { namedChainLaws } from '../../namedChainLaws.js'
import { partitionLaws } from '../../partitionLaws.js'
import { restartLaws } from '../../restartLaws.js'
import { samLaws, type SamSubject } from '../../samLaws.js'
import { skippingLaws } from '../../skippingLaws.js'
import { slotMapLaws } from '../../slotMapLaws.js'
import type { Suite } from '../../Suite.js'
import { transformationLaws } from '../../transformationLaws.js'
import {
  asked,
  eachLeaf,
  fine,
  listed,
  minus,
  nothing,
  noughts,
  plus,
  times,
  userMade,
  type Wrapped,
} from './usersWay.js'

type Row = readonly [bug: string, caughtBy: string, suite: Suite]

interface Gathered {
  readonly inner: unknown
  readonly sum: Tree
  readonly n: number
}

/** Accumulation as users write it: what becomes of the sum and of the count is its author's. */
const gathers =
  (
    k: number,
    {
      add = plus,
      scaled = (sum) => times(1 / k)(sum),
      after = () => ({}),
      due = (n) => n % k === 0,
    }: {
      readonly add?: (sum: Tree, g: Tree) => Tree
      readonly scaled?: (sum: Tree) => Tree
      readonly after?: (sum: Tree) => Partial<Gathered>
      readonly due?: (n: number) => boolean
    } = {},
  ) =>
  (tx: Wrapped): Wrapped =>
    userMade<Gathered>(
      'gathers',
      (params) => ({ inner: tx.init(params as never), sum: nothing(params), n: 0 }), // a tree
      (g, s, params, extra) => {
        const sum = add(s.sum, g)
        const n = s.n + 1
        if (!due(n)) return [noughts(g), { ...s, sum, n }]
        const [u, inner] = asked(tx, scaled(sum), s.inner, params, extra)
        return [u, { inner, sum: nothing(sum), n, ...after(sum) }]
      },
    )

interface Guarded {
  readonly inner: unknown
  readonly bad: number
}

/** A guard as users write it. */
const guards =
  (
    most: number,
    isFine: (g: Tree) => boolean,
    counts: (bad: number, was: boolean) => number = (bad, was) => (was ? 0 : bad + 1),
    limit = (bad: number) => bad >= most,
  ) =>
  (tx: Wrapped): Wrapped =>
    userMade<Guarded>(
      'guards',
      (params) => ({ inner: tx.init(params as never), bad: 0 }), // a tree
      (g, s, params, extra) => {
        if (!isFine(g) && !limit(s.bad))
          return [eachLeaf((x) => tf.zerosLike(x))(g), { ...s, bad: counts(s.bad, false) }]
        const [u, inner] = asked(tx, g, s.inner, params, extra)
        return [u, { inner, bad: counts(s.bad, true) }]
      },
    )

const allFine = (g: Tree): boolean => listed(g).every(fine)

interface Slow {
  readonly inner: unknown
  readonly slow: Tree
  readonly n: number
}

/** Lookahead as users write it. */
const follows =
  (
    alpha: number,
    due: (n: number) => boolean,
    keeps: (n: number) => number,
    after = (slow: Tree, _old: Tree) => slow,
  ) =>
  (tx: Wrapped): Wrapped =>
    userMade<Slow>(
      'follows',
      (params) => ({ inner: tx.init(params as never), slow: eachLeaf((x) => tf.mul(x, 1))(params), n: 0 }), // a tree
      (g, s, params, extra) => {
        const [u, inner] = asked(tx, g, s.inner, params, extra)
        const n = s.n + 1
        if (!due(n)) return [u, { ...s, inner, n }]
        const fast = plus(params, u)
        const slow = plus(s.slow, times(alpha)(minus(fast, s.slow)))
        return [minus(slow, params), { inner, slow: after(slow, s.slow), n: keeps(n) }]
      },
    )

/** A chain whose parts are asked by `state`, in order. */
const chained = (name: string, parts: readonly Wrapped[], key: (i: number) => number): Wrapped =>
  userMade<readonly unknown[]>(
    name,
    (params) => parts.map((tx) => tx.init(params as never)), // a tree
    (g, states, params, extra) => {
      const next = [...states]
      const u = parts.reduce((now, tx, i) => {
        const [after, state] = asked(tx, now, next[key(i)], params, extra)
        next[key(i)] = state
        return after
      }, g)
      return [u, next]
    },
  )

const whole = (g: Tree): number =>
  listed(g).reduce((sum, x) => sum + Math.fround([...x.dataSync()].reduce((a, b) => Math.fround(a + b), 0)), 0)

interface Climbing {
  readonly f: unknown
  readonly a: unknown
  readonly cache: Tree
  readonly t: number
}

/** Sharpness-aware minimization as users write it. */
const climbs =
  ({
    up = times(-1),
    back = (update, cache, params) => plus(update, minus(cache, params)),
    begins = (_, i) => i === 0,
    at = (cache) => cache,
  }: {
    readonly up?: (update: Tree) => Tree
    readonly back?: (update: Tree, cache: Tree, params: Tree) => Tree
    readonly begins?: (t: number, i: number) => boolean
    readonly at?: (cache: Tree, params: Tree) => Tree
  }): SamSubject['sharpen'] =>
  ({ syncPeriod, resetState }) =>
  (f, a) =>
    userMade<Climbing>(
      'climbs',
      (p) => ({ f: f.init(p as never), a: a.init(p as never), cache: times(1)(p), t: 0 }), // a tree
      (g, s, p) => {
        const i = s.t % syncPeriod
        const cache = syncPeriod === 1 || begins(s.t, i) ? times(1)(p) : times(1)(s.cache)
        if (i < syncPeriod - 1) {
          const [u, next] = asked(a, g, s.a, p)
          return [up(u), { ...s, a: next, cache, t: s.t + 1 }]
        }
        const [u, next] = asked(f, g, s.f, at(cache, p))
        const again = resetState ? a.init(p as never) : s.a
        return [back(u, cache, p), { f: next, a: again, cache, t: s.t + 1 }]
      },
    )

/** Wrappers as users write them, each with a bug of its author's. */
export const userWrappers: readonly Row[] = [
  [
    'accumulation whose sum is never set back: from the second window on all earlier gradients count again',
    'distinct gradients',
    multiStepsLaws({ accumulate: (k) => gathers(k, { after: (sum) => ({ sum }) }) }),
  ],
  [
    'accumulation of the last micro-batch alone (zero_grad in the inner loop)',
    'distinct gradients',
    multiStepsLaws({ accumulate: (k) => gathers(k, { add: (_, g) => g, scaled: (g) => g }) }),
  ],
  [
    'accumulation of the first micro-batch alone, k times',
    'distinct gradients',
    multiStepsLaws({ accumulate: (k) => gathers(k, { add: (sum, g) => plus(sum, times(0)(g)), scaled: (g) => g }) }),
  ],
  [
    'a running mean with the divisor of the whole window: (g − A)/k from the first on',
    'equal gradients',
    multiStepsLaws({
      accumulate: (k) => gathers(k, { add: (sum, g) => plus(sum, times(1 / k)(minus(g, sum))), scaled: (a) => a }),
    }),
  ],
  [
    'a mean of means: (A + g)/2 with each micro-batch',
    'distinct gradients',
    multiStepsLaws({
      accumulate: (k) =>
        gathers(k, {
          add: (sum, g) =>
            plus(times(listed(sum).length === 0 ? 1 : 0.5)(sum), times(listed(sum).length === 0 ? 1 : 0.5)(g)),
          scaled: (a) => a,
        }),
    }),
  ],
  [
    'windows counted from one: the first is a micro-batch short (count % k of the step before)',
    'equal gradients',
    multiStepsLaws({ accumulate: (k) => gathers(k, { due: (n) => k === 1 || (n + 1) % k === 0 }) }),
  ],
  [
    'a first window as it should be, and then a step for every micro-batch (≥ for %)',
    'distinct gradients',
    multiStepsLaws({ accumulate: (k) => gathers(k, { due: (n) => n >= k }) }),
  ],
  [
    'micro-batches counted in a closure: after resuming, the window is another one (Trainer without its state)',
    'anew at each step',
    multiStepsLaws({
      accumulate: (k) => (tx) => {
        let n = 0
        return gathers(k, { due: () => ++n % k === 0 })(tx)
      },
    }),
  ],
  [
    'the sum for the mean (transformers#34191: the loss of accumulated batches k times too large)',
    'equal gradients',
    multiStepsLaws({ accumulate: (k) => gathers(k, { scaled: (sum) => sum }) }),
  ],
  [
    'a remainder that is taken as a whole window: the last, short one is divided by k all the same',
    'distinct gradients',
    multiStepsLaws({ accumulate: (k) => gathers(k, { due: (n) => n % k === 0 || n % 5 === 0 }) }),
  ],
  [
    'only the first leaf is asked whether it is finite',
    'one bad number',
    applyIfFiniteLaws({ guard: (n) => guards(n, (g) => listed(g).slice(0, 1).every(fine)) }),
  ],
  [
    'only the last leaf is asked',
    'one bad number',
    applyIfFiniteLaws({ guard: (n) => guards(n, (g) => listed(g).slice(-1).every(fine)) }),
  ],
  [
    'only the first element of each leaf is asked',
    'one bad number',
    applyIfFiniteLaws({
      guard: (n) => guards(n, (g) => listed(g).every((x) => x.size === 0 || Number.isFinite(x.dataSync()[0]))),
    }),
  ],
  [
    'NaN is asked for, ∞ is not',
    'rejected',
    applyIfFiniteLaws({
      guard: (n) => guards(n, (g) => listed(g).every((x) => ![...x.dataSync()].some(Number.isNaN))),
    }),
  ],
  [
    'the sum of all gradients is asked whether it is finite: it overflows before they do',
    'large is finite',
    applyIfFiniteLaws({ guard: (n) => guards(n, (g) => Number.isFinite(Math.fround(whole(g)))) }),
  ],
  [
    'errors counted in all, where in a row was meant',
    'in a row',
    applyIfFiniteLaws({ guard: (n) => guards(n, allFine, (bad, was) => (was ? bad : bad + 1)) }),
  ],
  [
    'a limit off by one: the last of n rejections is let through',
    'in a row',
    applyIfFiniteLaws({ guard: (n) => guards(n, allFine, undefined, (bad) => bad >= Math.max(0, n - 1)) }),
  ],
  [
    'a limit off by one: one more than n are rejected',
    'in a row',
    applyIfFiniteLaws({ guard: (n) => guards(n, allFine, undefined, (bad) => bad > n) }),
  ],
  [
    'no limit at all: a training that is all overflow stands still for ever',
    'in a row',
    applyIfFiniteLaws({ guard: () => guards(3, allFine, undefined, () => false) }),
  ],
  [
    'a rejected update multiplied by zero: 0·∞',
    'rejected',
    applyIfFiniteLaws({
      guard: () => (tx) =>
        userMade(
          'multiplied',
          (p) => tx.init(p as never),
          (g, s, p) => {
            const [u, next] = asked(tx, g, s, p)
            return allFine(g) ? [u, next] : [times(0)(u), s]
          },
        ),
    }),
  ],
  [
    'a rejected step that moves the momentum all the same',
    'rejected',
    applyIfFiniteLaws({
      guard: () => (tx) =>
        userMade(
          'moved',
          (p) => tx.init(p as never),
          (g, s, p) => {
            const [u, next] = asked(tx, allFine(g) ? g : noughts(g), s, p)
            return allFine(g) ? [u, next] : [noughts(g), next]
          },
        ),
    }),
  ],
  [
    'bad numbers taken for zero, leaf by leaf (nan_to_num)',
    'one bad number',
    applyIfFiniteLaws({ guard: () => (tx) => hide(chain(zeroNans(), tx)) }),
  ],
  [
    'the counter of rejections in a closure',
    'anew at each step',
    applyIfFiniteLaws({
      guard: (n) => (tx) => {
        let bad = 0
        return guards(
          n,
          (g) => {
            bad = allFine(g) ? 0 : bad + 1
            return bad === 0 || bad > n
          },
          undefined,
          () => false,
        )(tx)
      },
    }),
  ],
  [
    'a guard that forgets its count at the second overflow',
    'in a row',
    applyIfFiniteLaws({ guard: (n) => guards(n, allFine, (bad, was) => (was || bad > 0 ? 0 : 1)) }),
  ],
  [
    'slow weights that are not moved: every cycle is drawn back to the first parameters',
    'cycles',
    lookaheadLaws({
      follow: (k, a) =>
        follows(
          a,
          (n) => n % k === 0,
          (n) => n,
          (_, old) => old,
        ),
    }),
  ],
  [
    'a counter of cycles that is not set back: a sync at each step from the k-th on',
    'cycles',
    lookaheadLaws({
      follow: (k, a) =>
        follows(
          a,
          (n) => n >= k,
          (n) => n,
        ),
    }),
  ],
  [
    'a counter that is lost at the first sync: no second one',
    'cycles',
    lookaheadLaws({
      follow: (k, a) =>
        follows(
          a,
          (n) => n === k,
          (n) => n,
        ),
    }),
  ],
  [
    'a counter set to one after a sync: later cycles are a step short',
    'cycles',
    lookaheadLaws({
      follow: (k, a) =>
        follows(
          a,
          (n) => n >= k,
          () => (k > 1 ? 1 : 0),
        ),
    }),
  ],
  [
    'steps counted in a closure',
    'anew at each step',
    lookaheadLaws({
      follow: (k, a) => (tx) => {
        let n = 0
        return follows(
          a,
          () => ++n % k === 0,
          (m) => m,
        )(tx)
      },
    }),
  ],
  [
    'the slow weights pulled by α of the update, not of the way',
    'cycles',
    lookaheadLaws({
      follow: (k, a) => (tx) =>
        hide(
          chain(
            lookahead({ syncPeriod: k, slowStepSize: 1 })(tx),
            userMade(
              'shortened',
              () => ({ n: 0 }),
              (g, { n }) => [(n + 1) % k === 0 ? times(a)(g) : g, { n: n + 1 }],
            ),
          ),
        ),
    }),
  ],
  [
    'a mask by the start of a path: dense takes dense_1 with it',
    'each leaf its own way',
    maskedLaws({
      mask: (shows, otherwise) => (tx) =>
        hide(masked({ mask: byPath((path) => shows(path.slice(0, 1))), otherwise })(tx)),
    }),
  ],
  [
    'a mask asked for the branch, not the leaf',
    'each leaf its own way',
    maskedLaws({
      mask: (shows, otherwise) => (tx) =>
        hide(masked({ mask: byPath((path) => shows(path.split('/')[0] ?? '')), otherwise })(tx)),
    }),
  ],
  [
    'a mask made for the first tree that comes, and kept by the number of the leaf',
    'first use',
    transformationLaws(
      () => {
        let known: readonly boolean[] | undefined
        return userMade(
          'maskOnce',
          () => ({}),
          (g, s, params) => {
            known ??= listed(params).map((x) => x.size > 1)
            let next = 0
            return [eachLeaf((x) => tf.mul(x, known?.[next++] === true ? -0.1 : -0.2))(g), s]
          },
        )
      },
      { couples: true },
    ),
  ],
  [
    'hidden leaves that are passed to the inner part as zeros: its decay moves them',
    'none',
    maskedLaws({
      mask: (shows, otherwise) => (tx) =>
        otherwise === 'pass'
          ? hide(masked({ mask: byPath((p) => shows(p)), otherwise })(tx))
          : hide(
              chain(
                userMade(
                  'zeroed',
                  () => ({}),
                  (g, s) => [eachLeaf((x, path) => (shows(path.slice(1)) ? tf.mul(x, 1) : tf.zerosLike(x)))(g), s],
                ),
                tx,
              ),
            ),
    }),
  ],
  [
    'states kept by the name of a part: the second momentum is the first',
    'equal parts',
    chainLaws({ concat: (a, b) => (a === b ? chained('byName', [a, b], () => 0) : hide(chain(a, b))) }),
  ],
  [
    'the states of a chain in the order of its end',
    'anew at each step',
    chainLaws({
      concat: (a, b) =>
        a === b
          ? hide(chain(a, b))
          : userMade<Readonly<Record<string, unknown>>>(
              'listed',
              (p) => ({ a: a.init(p as never), b: b.init(p as never) }),
              (g, s, p) => {
                const [one, other] = Object.values(s)
                const [u, sa] = asked(a, g, one, p)
                const [v, sb] = asked(b, u, other, p)
                return [v, { a: sa, b: sb }]
              },
            ),
    }),
  ],
  [
    'one state for two groups with one optimizer',
    'alike',
    partitionLaws({
      split: (transforms, label) => {
        const [first] = Object.values(transforms)
        const same = first !== undefined && Object.values(transforms).every((tx) => tx === first)
        return same && Object.keys(transforms).length > 1
          ? userMade(
              'shared',
              (p) => first.init(p as never),
              (g, s, p) => {
                const [u, next] = asked(first, g, s, p)
                const [v, after] = asked(first, u, next, p)
                return [v, after]
              },
            )
          : hide(partition({ transforms, paramLabels: byPath((path) => label(path)) }))
      },
    }),
  ],
  [
    'a label by the first key: what stands below is in the group of its branch',
    'three groups',
    partitionLaws({
      split: (transforms, label) =>
        hide(
          chain(
            ...Object.entries(transforms).map(([name, tx]) =>
              masked({ mask: byPath((path) => label(path.split('/')[0] ?? '') === name) })(tx),
            ),
          ),
        ),
    }),
  ],
  [
    'a condition asked with the count of steps taken: one step late',
    'its own steps only',
    conditionalLaws({
      only: (holds, otherwise) => (tx) =>
        otherwise === 'pass'
          ? hide(conditionallyTransform({ shouldTransformFn: (step: number) => holds(step + 1) })(tx))
          : tx,
    }),
  ],
  [
    'a momentum that goes on gathering while its part is off',
    'its own steps only',
    conditionalLaws({
      only: (holds, otherwise) => (tx) =>
        userMade<{ readonly inner: unknown; readonly n: number }>(
          'alwaysOn',
          (p) => ({ inner: tx.init(p as never), n: 0 }),
          (g, s, p) => {
            const [u, inner] = asked(tx, g, s.inner, p)
            return [holds(s.n) ? u : otherwise === 'pass' ? times(1)(g) : noughts(g), { inner, n: s.n + 1 }]
          },
        ),
    }),
  ],
  [
    'a skipped micro-batch that counts',
    'as if they had not been',
    skippingLaws({ accumulate: (k) => (tx) => gathers(k, { add: (sum, g) => (allFine(g) ? plus(sum, g) : sum) })(tx) }),
  ],
  [
    'NaN that stays in the sum',
    'as if they had not been',
    skippingLaws({ accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)) }),
  ],
  [
    'a micro-batch judged by its sum of squares, which is ∞ for numbers that are not (1e30)',
    'nothing to leave out',
    skippingLaws({
      accumulate: (k) => (tx) => {
        const all = gathers(k)(tx)
        return userMade<unknown>(
          'judges',
          (p) => all.init(p as never), // a tree
          (g, s, p) => (listed(g).every((x) => fine(tf.sum(tf.square(x)))) ? asked(all, g, s, p) : [noughts(g), s]),
        )
      },
    }),
  ],
  [
    'a bad micro-batch that throws the whole window away',
    'as if they had not been',
    skippingLaws({ accumulate: (k) => gathers(k, { add: (sum, g) => (allFine(g) ? plus(sum, g) : nothing(sum)) }) }),
  ],
  [
    'parts sorted by name',
    'a chain',
    namedChainLaws({
      named: (parts) =>
        hide(namedChain(Object.fromEntries(Object.entries(parts).toSorted(([a], [b]) => (a < b ? -1 : 1))))),
    }),
  ],
  [
    'gradients of frozen leaves set to zero before the optimizer, whose decay and momentum move them',
    'frozen and free',
    freezeLaws({ freeze: (frozen) => (tx) => hide(chain(freeze({ mask: byPath((path) => frozen(path)) }), tx)) }),
  ],
  [
    'layers frozen by a trainable flag that is read once, at the first step',
    'frozen and free',
    freezeLaws({
      freeze: (frozen) => (tx) => {
        let n = 0
        return hide(
          chain(
            tx,
            userMade(
              'once',
              () => ({}),
              (g, s) => [
                n++ === 0 ? eachLeaf((x, path) => (frozen(path.slice(1)) ? tf.zerosLike(x) : tf.mul(x, 1)))(g) : g,
                s,
              ],
            ),
          ),
        )
      },
    }),
  ],
  [
    'a restart that sets moments to zero and leaves the count (warm restarts by hand)',
    'a training after another',
    restartLaws({
      restart: (n) => (tx) => hide(lookahead({ syncPeriod: n + 1, slowStepSize: 1, resetState: true })(tx)),
    }),
  ],
  [
    'a restart that comes once',
    'a training after another',
    restartLaws({
      restart: (n) => (tx) =>
        userMade<{ readonly inner: unknown; readonly n: number }>(
          'once',
          (p) => ({ inner: tx.init(p as never), n: 0 }),
          (g, s, p) => {
            const [u, inner] = asked(tx, g, s.n === n ? tx.init(p as never) : s.inner, p)
            return [u, { inner, n: s.n + 1 }]
          },
        ),
    }),
  ],
  [
    'a restart that does not find what is no equation, and lets it go on',
    'parts of every kind',
    restartLaws({
      restart: (n) => (tx) =>
        tx.anatomy.shape.kind === 'opaque'
          ? tx
          : hide(lookahead({ syncPeriod: n, slowStepSize: 1, resetState: true })(tx)),
    }),
  ],
  [
    'an accumulator that keeps its last sum, and leaves it out by multiplying with 0',
    'nothing is kept of a window',
    multiStepsLaws({
      accumulate: (k) =>
        gathers(k, {
          add: (sum, g) => (listed(sum).length === 0 ? g : plus(sum, g)),
          after: (sum) => ({ sum: times(0.5)(sum) }),
        }),
    }),
  ],
  [
    'a sum where the flag was read for the last micro-batch only',
    'sum',
    multiStepsLaws({
      accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)),
      total: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)),
    }),
  ],
  [
    'an incomplete window that waits for ever: nothing is flushed',
    'left over',
    multiStepsLaws({
      accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)),
      flushed: () => (state, params) => ({ params, state }),
    }),
  ],
  [
    'a step down from the top of the climb (SAM without the way back)',
    'up and down',
    samLaws({
      sharpen: climbs({ back: (update) => update }),
    }),
  ],
  [
    'an adversary that goes downhill, too (SAM with the sign of a step)',
    'up and down',
    samLaws({ sharpen: climbs({ up: (update) => update }) }),
  ],
  [
    'a descent that decays the weights where the climb ended, not where it began',
    'up and down',
    samLaws({ sharpen: climbs({ at: (_, params) => params }) }),
  ],
  ['a cache of the first period, for ever', 'up and down', samLaws({ sharpen: climbs({ begins: (t) => t === 0 }) })],
  [
    'a climb too many: the period counted from 0',
    'without a climb',
    samLaws({
      sharpen:
        ({ syncPeriod, ...rest }) =>
        (f, a) =>
          hide(sam({ ...rest, syncPeriod: syncPeriod + 1 })(f, a)),
    }),
  ],
  [
    'gradients on the way that are those of the start',
    'at once',
    samLaws({ atOnce: (options) => (f) => hide(sam({ ...options, syncPeriod: 1 })(f, f)) }),
  ],
  [
    'errors that were let through, in none of the counts',
    'what is told',
    applyIfFiniteLaws({
      guard: (most) => (tx) =>
        userMade<{ readonly inner: unknown; readonly notFiniteCount: number; readonly totalNotFinite: number }>(
          'guards',
          (p) => ({ inner: tx.init(p as never), notFiniteCount: 0, totalNotFinite: 0 }), // a tree
          (g, s, p) => {
            if (allFine(g) || s.notFiniteCount >= most) {
              const [u, inner] = asked(tx, g, s.inner, p)
              return [u, { ...s, inner, notFiniteCount: 0 }]
            }
            const counts = { notFiniteCount: s.notFiniteCount + 1, totalNotFinite: s.totalNotFinite + 1 }
            return [noughts(g), { ...s, ...counts }]
          },
        ),
    }),
  ],
  [
    'a rate that is read once, at construction: what is written into the state is not looked at',
    'a number that is written',
    hyperparamLaws({
      inject: (rate) =>
        userMade<{
          readonly hyperparams: { readonly learningRate: number }
          readonly inner: unknown
          readonly n: number
        }>(
          'fixed',
          (p) => ({ hyperparams: { learningRate: valueAt(rate, 0) }, inner: by(rate).init(p as never), n: 0 }),
          (g, s, p) => {
            const [u, inner] = asked(by(rate), g, s.inner, p)
            return [u, { hyperparams: { learningRate: valueAt(rate, s.n) }, inner, n: s.n + 1 }]
          },
        ),
    }),
  ],
  [
    'the rate of the next step in the log of this one',
    'what was used',
    hyperparamLaws({
      inject: (rate) =>
        userMade<{
          readonly hyperparams: { readonly learningRate: number }
          readonly inner: unknown
          readonly n: number
        }>(
          'next',
          (p) => ({ hyperparams: { learningRate: valueAt(rate, 0) }, inner: by(rate).init(p as never), n: 0 }),
          (g, s, p) => {
            const [u, inner] = asked(
              typeof rate === 'number' ? by(s.hyperparams.learningRate) : by(rate),
              g,
              s.inner,
              p,
            )
            return [
              u,
              {
                hyperparams: {
                  learningRate: typeof rate === 'number' ? s.hyperparams.learningRate : valueAt(rate, s.n + 1),
                },
                inner,
                n: s.n + 1,
              },
            ]
          },
        ),
    }),
  ],
  [
    'leaves cut out of the vector from its end',
    'element by element',
    flattenLaws({
      flat: (tx) =>
        hide(
          chain(
            flatten(tx),
            userMade(
              'reversed',
              () => ({}),
              (g, s) => [eachLeaf((x) => (x.rank === 1 ? tf.reverse(x) : tf.mul(x, 1)))(g), s],
            ),
          ),
        ),
    }),
  ],
  [
    'counts mapped with the moments',
    'every slot, and no count',
    slotMapLaws({ mapSlots: (_, f) => (state) => everything(f)(state) }),
  ],
  [
    'the moments of the first part only',
    'every slot, and no count',
    slotMapLaws({ mapSlots: (_, f) => (state) => firstOnly(f)(state) }),
  ],
  [
    'a wrapper around Adam that hands the old state on where it skips its averaging step',
    'no leak',
    transformationLaws(() => {
      const tx = hide(adam({ learningRate: 0.1 }))
      let n = 0
      return userMade(
        'forgetful',
        (p) => tx.init(p as never),
        (g, s, p) => {
          const [u, next] = asked(tx, g, s, p)
          return [u, ++n % 3 === 0 ? s : next]
        },
      )
    }),
  ],
]

const by = (rate: number | Schedule): Wrapped => hide(sgd({ learningRate: rate, momentum: 0.5 }))

const everything =
  (f: (x: tf.Tensor) => tf.Tensor) =>
  (state: unknown): unknown =>
    state instanceof tf.Tensor
      ? f(state)
      : typeof state === 'number'
        ? (f(tf.scalar(state)).dataSync()[0] ?? 0)
        : Array.isArray(state)
          ? state.map(everything(f))
          : typeof state === 'object' && state !== null
            ? Object.fromEntries(Object.entries(state).map(([key, child]) => [key, everything(f)(child)]))
            : state

const firstOnly = (f: (x: tf.Tensor) => tf.Tensor) => {
  let done = false
  const visit = (state: unknown): unknown => {
    if (state instanceof tf.Tensor) {
      const out = done ? tf.clone(state) : f(state)
      done = true
      return out
    }
    return Array.isArray(state)
      ? state.map(visit)
      : typeof state === 'object' && state !== null
        ? Object.fromEntries(Object.entries(state).map(([key, child]) => [key, visit(child)]))
        : state
  }
  return visit
}
