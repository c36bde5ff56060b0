import * as tf from '@tensorflow/tfjs-core'
import { averageWarnings } from '../../../src/averaging/averageWarnings.js'
import { sampleSwag } from '../../../src/averaging/sampleSwag.js'
import { exponential } from '../../../src/averaging/schemes/exponential.js'
import { uniform } from '../../../src/averaging/schemes/uniform.js'
import { trackedProfiles } from '../../../src/averaging/trackedProfiles.js'
import { treeAverage } from '../../../src/averaging/treeAverage.js'
import { withAverage } from '../../../src/averaging/withAverage.js'
import { withSwa } from '../../../src/averaging/withSwa.js'
import { withTailAverage } from '../../../src/averaging/withTailAverage.js'
import { chain } from '../../../src/combinators/chain.js'
import { flush } from '../../../src/combinators/flush.js'
import { lookahead } from '../../../src/combinators/lookahead.js'
import { measureWithEma } from '../../../src/combinators/measureWithEma.js'
import { monitor } from '../../../src/combinators/monitor.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { skipLargeUpdates } from '../../../src/combinators/skipUpdates.js'
import { hide } from '../../../src/combinators/transformations.js'
import { scale } from '../../../src/transforms/scale.js'
import { measureLaws } from '../../measureLaws.js'
import { multiStepsLaws } from '../../multiStepsLaws.js'
import { skippingLaws } from '../../skippingLaws.js'
import { adam } from '../../../src/optimizers/adam.js'
import { adamw } from '../../../src/optimizers/adamw.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { checkedEquation as equation } from '../../../src/transformation/checkedEquation.js'
import { zeros } from '../../../src/equation/Slot.js'
import { addDecayedWeights } from '../../../src/transforms/addDecayedWeights.js'
import { scaleByAdam } from '../../../src/transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import { mapTree } from '../../../src/tree/mapTree.js'
import { averageWarningLaws } from '../../averageWarningLaws.js'
import { followsHistory } from '../../averaging/followsHistory.js'
import type { Suite } from '../../Suite.js'
import { swagSampleLaws, type SwagSampleSubject } from '../../swagSampleLaws.js'
import { trackedProfileLaws } from '../../trackedProfileLaws.js'
import { followsRule, type PlainRule } from '../../transformation/followsRule.js'
import { sameTraining } from '../../transformation/sameTraining.js'
import { treeAverageLaws } from '../../treeAverageLaws.js'

type Row = readonly [bug: string, caughtBy: string, suite: Suite]

/** Adam as its paper has it. */
const adamRule: PlainRule<readonly [m: number, v: number]> = {
  init: () => [0, 0],
  next: (g, [m, v], { count }) => {
    const [first, second] = [0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g]
    const corrected = Math.sqrt(second / (1 - 0.999 ** (count + 1)))
    return [(-0.1 * first) / (1 - 0.9 ** (count + 1)) / (corrected + 1e-8), [first, second]]
  },
}

const momentumRule: PlainRule<number> = {
  init: () => 0,
  next: (g, m) => [0.9 * m + g, 0.9 * m + g],
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length

const samples = (change: (sample: SwagSampleSubject['sample']) => SwagSampleSubject['sample']): Suite =>
  swagSampleLaws({ sample: change((state, options) => sampleSwag(state as never, options)) }) // deviations stand beside

/** Lawful in themselves, only not what they are called: told by what they should be, written down in plain numbers. */
export const referenceMutants: readonly Row[] = [
  ['β₁ and β₂ exchanged', 'its rule', followsRule(() => adam({ learningRate: 0.1, b1: 0.999, b2: 0.9 }), adamRule)],
  [
    'momentum a step late (rprop, Keras)',
    'its rule',
    followsRule(
      () =>
        equation({ name: 'late', slots: { trace: zeros } })((A) => ({ update: g, trace: t }) => ({
          update: t,
          trace: A.add(A.mul(A.lit(0.9), t), g),
        })),
      momentumRule,
    ),
  ],
  [
    'ε inside the root (TensorFlow’s “epsilon hat”)',
    'its rule',
    followsRule(
      () => chain(scaleByAdam({ eps: 0, epsRoot: 0.01 }), scaleByLearningRate({ learningRate: 0.1 })),
      adamRule,
    ),
  ],
  [
    'ε of 1e-8 inside the root, as outside of it: another rule where gradients are small, and only there (rmsprop)',
    'its rule',
    followsRule(
      () =>
        equation({ name: 'rooted', slots: { nu: zeros } })((A) => ({ update: g, nu }) => {
          const next = A.add(A.mul(A.lit(0.9), nu), A.mul(A.lit(0.1), A.mul(g, g)))
          return { update: A.div(g, A.sqrt(A.add(next, A.lit(1e-8)))), nu: next }
        }),
      {
        init: () => 0,
        next: (g, nu) => {
          const next = 0.9 * nu + 0.1 * g * g
          return [g / (Math.sqrt(next) + 1e-8), next]
        },
      },
    ),
  ],
  [
    'the damping of momentum that torch has by option, and this library never',
    'its rule',
    followsRule(
      () =>
        equation({ name: 'damped', slots: { trace: zeros } })((A) => ({ update: g, trace: t }) => {
          const next = A.add(A.mul(A.lit(0.9), t), A.mul(A.lit(0.1), g))
          return { update: next, trace: next }
        }),
      momentumRule,
    ),
  ],
  [
    'weight decay before the moments where AdamW decays after them (Adam with L2)',
    'in other words',
    sameTraining(
      () => adamw({ learningRate: 0.1, weightDecay: 0.01 }),
      () => chain(addDecayedWeights({ weightDecay: 0.01 }), scaleByAdam(), scaleByLearningRate({ learningRate: 0.1 })),
    ),
  ],
  [
    'a tail that begins a step late',
    'history',
    followsHistory((tx) => withTailAverage({ start: 3 })(tx), {
      average: (seen) => (seen.length <= 2 ? (seen.at(-1) ?? Number.NaN) : mean(seen.slice(2))),
    }),
  ],
  [
    'SWA whose first snapshot is a period after its start',
    'history',
    followsHistory((tx) => withAverage(uniform(), { start: 2, every: 2, before: 'rest' })(tx), {
      average: (seen) =>
        seen.length <= 2 ? (seen[0] ?? Number.NaN) : mean(seen.slice(2).filter((_, t) => t % 2 === 0)),
    }),
  ],
  [
    'decay where the part of the new was meant (0.9 for 0.1)',
    'history',
    followsHistory((tx) => withAverage(exponential({ decay: 0.1 }))(tx), {
      average: ([first = Number.NaN, ...rest]) => rest.reduce((a, x) => 0.9 * a + 0.1 * x, first),
    }),
  ],
  [
    'a warning for every average that is young, whatever it has forgotten',
    'what is left of the start',
    averageWarningLaws({
      warnings: (tx, state) =>
        averageWarnings(tx, state as never).length > 0 // the state of tx
          ? averageWarnings(tx, state as never)
          : [{ name: 'Inner', initial: 1 }],
    }),
  ],
  [
    'the warning of the outer average alone',
    'what is left of the start',
    averageWarningLaws({ warnings: (tx, state) => averageWarnings(tx, state as never).slice(-1) }), // as above
  ],
  [
    'the time of the training for that of an average that began late',
    'time and power',
    trackedProfileLaws({
      tracked: (tx, state) => trackedProfiles(tx, state as never).map((one) => ({ ...one, time: one.time + 1 })), // as above
    }),
  ],
  [
    'counters averaged with the statistics (use_buffers=True of torch.optim.swa_utils)',
    'whole numbers',
    treeAverageLaws({
      average: (scheme, options) => {
        const { init, update } = treeAverage(scheme as never, options) // of whatever numbers
        return {
          init: (tree) => init(tree as never),
          update: (state, tree) => {
            const next = update(state as never, tree as never) as { readonly average: { readonly seen?: tf.Tensor } }
            const { seen } = next.average
            return seen === undefined
              ? next
              : { ...next, average: { ...next.average, seen: tf.cast(tf.mul(seen, 0.5), 'int32') } }
          },
        }
      },
    }),
  ],
  [
    'the first tree itself where a copy was meant',
    'its own tensors',
    treeAverageLaws({
      average: (scheme, options) => {
        const { init, update } = treeAverage(scheme as never, options) // as above
        return {
          init: (tree) => ({ ...init(tree as never), average: tree }),
          update: (state, tree) => update(state as never, tree as never),
        }
      },
    }),
  ],
  [
    'an average that takes the first tree in twice',
    'as of parameters',
    treeAverageLaws({
      average: (scheme, options) => {
        const { init, update } = treeAverage(scheme as never, options) // as above
        return {
          init: (tree) => update(init(tree as never), tree as never),
          update: (state, tree) => update(state as never, tree as never),
        }
      },
    }),
  ],
  [
    'a scale that multiplies the deviation and not the variance',
    'how wide',
    samples((sample) => (state, options) => sample(state, { ...options, scale: (options.scale ?? 1) ** 2 })),
  ],
  [
    'noise of one seed for all samples',
    'by its key',
    samples((sample) => (state, options) => sample(state, { ...options, key: 1 })),
  ],
  [
    'samples around the start and not the mean',
    'no noise',
    samples((sample) => (state, options) => mapTree((x) => tf.mul(x, 2))(sample(state, options))),
  ],
  [
    'deviations read from the first place of the ring on',
    'deviations',
    samples((sample) => (state, options) => sample({ ...state, taken: Math.min(state.taken, 2) }, options)),
  ],
  [
    'the spread taken for a standard deviation',
    'a Gaussian',
    samples(
      (sample) => (state, options) => sample({ ...state, spread: mapTree((x) => tf.square(x))(state.spread) }, options),
    ),
  ],
  [
    'a mean that counts no snapshot at the start of SWA',
    'history',
    followsHistory((tx) => withSwa({ start: 1 })(tx), {
      average: ([first = Number.NaN, ...seen]) => (seen.length < 2 ? (seen[0] ?? first) : mean(seen.slice(1))),
    }),
  ],
  [
    'a schedule of the rate in the short form only',
    'in other words',
    sameTraining(
      () => sgd({ learningRate: (count) => 1 / (1 + count) }),
      () => sgd({ learningRate: 1 }),
    ),
  ],
  [
    'lookahead whose slow weights follow the updates of the last step only',
    'its rule',
    followsRule(
      () => lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(scale({ stepSize: -1 })),
      {
        init: (param) => ({ slow: param, since: 0 }),
        next: (g, { slow, since }) => (since < 1 ? [-g, { slow, since: 1 }] : [-0.5 * g, { slow, since: 0 }]),
      },
      { moves: true },
    ),
  ],
  [
    'a smoothed norm that begins at zero and is not corrected',
    'what passes',
    measureLaws({
      watch: (measure, { decay }) =>
        hide(monitor({ now: measure, smooth: measureWithEma({ measure, decay, debias: false }) })),
    }),
  ],
  [
    'k asked with the count of micro-batches and not of windows',
    'windows of their own',
    multiStepsLaws({
      accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)),
      scheduled: (k) => (tx) => hide(multiSteps({ everyKSchedule: (windows) => k(2 * windows) })(tx)),
    }),
  ],
  [
    'a flush that empties the outer accumulator alone',
    'left over, one in another',
    multiStepsLaws({
      accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)),
      flushed: (tx) => (state, params) =>
        'inner' in (state as { readonly inner: object }).inner ? { params, state } : flush(tx)(state, params), // a wrapper's state
    }),
  ],
  [
    'a limit on the norm where one on its square was meant',
    'too large',
    skippingLaws({
      accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(tx)),
      limited: (k, most) => (tx) =>
        hide(
          multiSteps({
            everyKSchedule: k,
            shouldSkipUpdateFn: skipLargeUpdates({ maxSquaredNorm: Math.min(1e300, most ** 2) }),
          })(tx),
        ),
    }),
  ],
]
