import * as tf from '@tensorflow/tfjs-core'
import { type Refused, refusalLaws } from '../../laws/refusalLaws.js'
import { tidily } from '../../laws/Numbers.js'
import { describeLaws } from '../../laws/vitest.js'
import { arrayLeaf } from '../equation/reference.js'
import { identity } from '../transformation/identity.js'
import { step } from '../transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../transformation/Transformation.js'
import { averaged } from './averaged.js'
import { averagingWeights } from './averagingWeights.js'
import { pooledStatistics } from './pooledStatistics.js'
import { postHocCoefficients } from './postHocCoefficients.js'
import { sampleSwag } from './sampleSwag.js'
import type { AnyScheme, Scheme } from './Scheme.js'
import { scheduleFree } from './scheduleFree.js'
import { scheduleFreeEvalParams } from './scheduleFreeEvalParams.js'
import { bema } from './schemes/bema.js'
import { debiased } from './schemes/debiased.js'
import { exponential } from './schemes/exponential.js'
import { halfLife } from './schemes/halfLife.js'
import { powerFunction } from './schemes/powerFunction.js'
import { uniform } from './schemes/uniform.js'
import { gammaOfWidth, widthOfGamma } from './schemes/width.js'
import { swapped } from './swapped.js'
import { trackedProfiles } from './trackedProfiles.js'
import { averageWarnings } from './averageWarnings.js'
import { withAverage } from './withAverage.js'
import { withBestAverage } from './withBestAverage.js'
import { withCombinedAverage } from './withCombinedAverage.js'
import { withDoubleAverage } from './withDoubleAverage.js'
import { withFeedback } from './withFeedback.js'
import { withMovingAverage } from './withMovingAverage.js'
import { withOuAverage } from './withOuAverage.js'

// What functions of averages refuse besides options: what is no scheme, states of something else, totals that fall.

/** Some steps of an average, each with what it is told. */
const trained = (tx: AnyTransformation, extras: readonly unknown[]): void =>
  tidily(() => {
    const any = tx as Transformation<Opaque> // only passed on
    const params = { w: tf.scalar(1) }
    let now = { params, state: any.init(params) }
    for (const extra of extras) now = step(any)({ w: tf.scalar(1) }, now.state, now.params, extra as object)
  })
const steps = (count: number): readonly object[] => Array.from({ length: count }, () => ({}))

/** A scheme of one's own. */
const own = (change: object): Scheme => ({
  name: 'own',
  unit: 'steps',
  options: {},
  init: {},
  coefficient: () => 0.5,
  next: () => ({}),
  ...change,
})

const lifts: Readonly<
  Record<string, (scheme: Scheme, options?: object, inner?: AnyTransformation) => AnyTransformation>
> = {
  withAverage: (scheme, options, inner = identity()) => withAverage(scheme, options)(inner),
  withOuAverage: (scheme, options, inner = identity()) => withOuAverage(scheme, options)(inner),
  withDoubleAverage: (scheme, options, inner = identity()) => withDoubleAverage(scheme, options)(inner),
  withFeedback: (scheme, options, inner = identity()) => withFeedback(scheme, { period: 2, ...options })(inner),
}

for (const [name, lift] of Object.entries(lifts))
  describeLaws(
    refusalLaws({
      name,
      refused: [
        ...[
          'constant',
          null,
          undefined,
          {},
          { init: {} },
          { init: {}, next: () => ({}) },
          { coefficient: () => 1 },
        ].map((wrong): Refused => [() => lift(wrong as never), 'TypeError', 'must be an averaging scheme']),
        [() => lift(uniform as never), 'TypeError', 'is a function, call it', 'uniform()'],
        ...['count', 'clock', 'origin', 'average', 'residual', 'inner', 'update', 'param'].map((taken): Refused => [
          () => lift(own({ init: { [taken]: 0 } })),
          'TypeError',
          'own',
          `"${taken}"`,
        ]),
        ...[1.5, -0.5, Number.NaN, 'a half'].map((c): Refused => [
          () => trained(lift(own({ coefficient: () => c })), steps(1)),
          'RangeError',
          'own at update 1',
          '[0, 1]',
        ]),
        ...[{}, { total: Number.NaN }, { total: 'one' }].map((next): Refused => [
          () => trained(lift(own({ init: { total: 0 }, next: () => next })), steps(1)),
          'TypeError',
          'own',
          '"total"',
        ]),
        [
          () => lift(uniform(), { name: 'Twice' }, withAverage(uniform(), { name: 'Twice' })(identity())),
          'TypeError',
          'an average named "Twice" inside already',
        ],
        [() => lift(uniform(), { every: 0 }), 'RangeError', 'every'],
      ],
      taken: [
        ...[0, 1].map((c) => () => trained(lift(own({ coefficient: () => c })), steps(2))),
        () => trained(lift(own({ init: { total: 0 }, next: () => ({ total: 1 }) })), steps(2)),
      ],
    }),
  )

const [halves, counts] = [exponential({ decay: 0.5 }), halfLife({ halfLife: 1, unit: 'samples' })]
const combined = (of: object, coefficients: object) => () =>
  withCombinedAverage({ of, coefficients } as never)(identity()) // wrong on purpose, mostly
const pooled = (sizes: readonly unknown[], options?: object) => (): void =>
  tidily(() => {
    const [mean, variance] = [tf.scalar(1), tf.scalar(2)]
    pooledStatistics<tf.Tensor>(
      sizes.map((size) => ({ mean, variance, size: size as number })),
      options,
    )
  })
const metrics = (metric: unknown) => (): void => trained(withBestAverage({ best: 2 })(identity()), [{ metric }])
const stored =
  (change: object, target: object = { time: 8, width: 0.1 }) =>
  (): unknown =>
    postHocCoefficients(
      [
        { time: 4, gamma: 3 },
        { time: 8, gamma: 3, ...change },
      ],
      target as never,
    )
const [one, two] = [1, 2].map((size) => arrayLeaf([1, 2].slice(0, size), [size]))
const drawn = (spread: unknown, deviation: unknown) =>
  ({ average: { w: one }, spread: { w: spread }, deviation0: { w: deviation }, taken: 2 }) as never // wrong on purpose
const power = powerFunction as (options: object) => AnyScheme

for (const suite of [
  refusalLaws({
    name: 'withCombinedAverage',
    refused: [
      [combined({}, {}), 'TypeError', 'of names no average'],
      ...['average', 'inner', 'count', 'update', 'param'].map((one): Refused => [
        combined({ [one]: halves }, { [one]: 1 }),
        'TypeError',
        `"${one}" cannot name`,
      ]),
      [combined({ a: halves, b: 5 }, { a: 1, b: 0 }), 'TypeError', 'of.b', 'must be an averaging scheme'],
      [combined({ a: halves, b: debiased({ decay: 0.5 }) }, { a: 1, b: 0 }), 'TypeError', 'of.b keeps numbers'],
      [combined({ a: counts }, { a: 1 }), 'TypeError', 'of.a keeps numbers or a clock'],
      [combined({ a: halves, b: uniform() }, { a: 1 }), 'TypeError', 'coefficients are of', 'b'],
      [combined({ a: halves }, { a: 1, c: 0 }), 'TypeError', 'coefficients are of', 'c'],
      [combined({ a: halves, b: uniform() }, { a: 1, b: -1 }), 'RangeError', 'must sum to 1', 'found 0'],
      [combined({ a: halves, b: uniform() }, { a: 1, b: 1e-6 }), 'RangeError', 'must sum to 1'],
      [combined({ a: halves }, { a: Number.NaN }), 'RangeError', 'must sum to 1'],
    ],
    taken: [combined({ b: halves, a: uniform() }, { a: 0.1 + 0.2, b: 0.7 })],
  }),
  refusalLaws({
    name: 'pooledStatistics',
    refused: [
      [pooled([]), 'RangeError', 'no batches'],
      ...[0, -1, 0.5, Number.NaN, '3'].map((size): Refused => [pooled([2, size]), 'size', '≥ 1']),
      [pooled([1], { unbiased: 1 }), 'unbiased'],
    ],
    taken: [pooled([1]), pooled([1], { unbiased: true })],
  }),
  refusalLaws({
    name: 'withBestAverage',
    refused: [
      ...[Number.NaN, Number.POSITIVE_INFINITY, -1 / 0].map((wrong): Refused => [
        metrics(wrong),
        'RangeError',
        'metric',
      ]),
      ...['1', null, {}].map((wrong): Refused => [metrics(wrong), 'TypeError', 'metric']),
    ],
    taken: [metrics(0), metrics(-1e300), metrics(undefined)],
  }),
  refusalLaws({
    name: 'postHocCoefficients',
    refused: [
      ...[0, -1, Number.NaN].map((time): Refused => [stored({ time }), 'RangeError', 'snapshots.1.time']),
      [stored({ time: '8' }), 'TypeError', 'snapshots.1.time'],
      ...[-1, Number.NaN].map((gamma): Refused => [stored({ gamma }), 'RangeError', 'snapshots.1.gamma']),
      [stored({ gamma: null }), 'TypeError', 'snapshots.1.gamma'],
      [stored({}, { time: 0, gamma: 1 }), 'RangeError', 'target.time'],
      [stored({}, { time: 8, gamma: -1 }), 'RangeError', 'target.gamma'],
      [stored({}, { time: 3, gamma: 1 }), 'RangeError', 'no average was stored until the time 3', '[4, 8]'],
      [() => postHocCoefficients([], { time: 3, gamma: 1 }), 'RangeError', 'no average was stored'],
      ...[0, -0.1, 0.3, Number.NaN].map((width): Refused => [stored({}, { time: 8, width }), 'width']),
    ],
    taken: [stored({ gamma: 0 }), stored({}, { time: 4, gamma: 0 })],
  }),
  refusalLaws({
    name: 'averagingWeights',
    refused: [
      [() => averagingWeights('uniform' as never, 3), 'TypeError', 'must be an averaging scheme'],
      [() => averagingWeights(halfLife as never, 3), 'TypeError', 'halfLife()'],
      ...[-1, 0.5, Number.NaN, '3'].map((n): Refused => [() => averagingWeights(halves, n as number), 'steps']),
      [() => averagingWeights(halves, 3, { every: 0 }), 'RangeError', 'every'],
      [() => averagingWeights(halves, 3, { order: 'late' as never }), 'order'],
      [() => averagingWeights(halves, 3, { before: 'wait' as never }), 'before'],
      [() => averagingWeights(halves, 3, { extra: {} as never }), 'TypeError', 'extra'],
      [
        () => averagingWeights(counts, 2, { extra: (n) => ({ samples: 5 - n }) }),
        'RangeError',
        'never decreases',
        '4 after 5',
      ],
    ],
    taken: [() => averagingWeights(halves, 0), () => averagingWeights(counts, 2, { extra: () => ({ samples: 5 }) })],
  }),
  refusalLaws({
    name: 'withAverage',
    refused: [
      [() => trained(withAverage(counts)(identity()), [{ samples: 2 }, { samples: 1 }]), 'RangeError', '1 after 2'],
      [() => trained(withAverage(counts)(identity()), [{}]), 'samples'],
      [() => trained(withAverage(counts)(identity()), [{ samples: -1 }]), 'samples'],
      [() => withAverage(halves)({} as never), 'TypeError', 'what it wraps'],
    ],
    taken: [() => trained(withAverage(counts)(identity()), [{ samples: 0 }, { samples: 2 }, { samples: 2 }])],
  }),
  refusalLaws({
    name: 'withMovingAverage',
    refused: [
      [() => trained(withMovingAverage({ decay: () => 1.5 })(identity()), steps(2)), 'RangeError', 'decay('],
      [() => trained(withMovingAverage({ decay: () => -0.5 })(identity()), steps(2)), 'RangeError', 'decay('],
      ...[-1, Number.NaN, 1 / 0].map((wrong): Refused => [
        () => trained(withMovingAverage({ decay: 0.9, numUpdates: () => wrong })(identity()), steps(3)),
        'RangeError',
        'numUpdates(',
      ]),
    ],
    taken: [
      () => trained(withMovingAverage({ decay: 0.9, numUpdates: () => 0 })(identity()), steps(3)),
      () => trained(withMovingAverage()(identity()), steps(1)),
    ],
  }),
  refusalLaws({
    name: 'bema',
    refused: [
      [() => bema({ lag: 0.5 }), 'RangeError', 'lag must be ≥ 1', '0.5'],
      [() => bema({ lag: 0 }), 'RangeError', 'lag'],
    ],
    taken: [() => bema({ lag: 1 })],
  }),
  refusalLaws({
    name: 'halfLife',
    refused: [
      [() => halfLife({}), 'TypeError', 'needs a half-life or a ramp'],
      [() => halfLife({ halfLife: 1, ramp: 0 }), 'ramp'],
      [() => halfLife({ halfLife: '3' as never }), 'TypeError', 'halfLife'],
    ],
    taken: [() => halfLife({ ramp: 0.5 }), () => halfLife({ halfLife: 1 })],
  }),
  refusalLaws({
    name: 'powerFunction',
    refused: [
      [() => power({}), 'TypeError', 'found neither'],
      [() => power({ gamma: 1, width: 0.1 }), 'TypeError', 'found both'],
    ],
    taken: [
      () => power({ gamma: 0 }),
      () => power({ width: 0.2886 }),
      () =>
        trained(
          withAverage(power({ gamma: 1, unit: 'samples' }) as Scheme)(identity()),
          [0, 0, 2, 2].map((samples) => ({ samples })),
        ),
    ],
  }),
  refusalLaws({
    name: 'gammaOfWidth',
    refused: [
      ...[0, -0.1, 0.2887, 1, Number.NaN].map((width): Refused => [() => gammaOfWidth(width), 'RangeError']),
      [() => gammaOfWidth('0.1' as never), "'0.1'"],
    ],
    taken: [() => widthOfGamma(gammaOfWidth(Math.sqrt(1 / 12))), () => gammaOfWidth(1e-3)],
  }),
  refusalLaws({
    name: 'widthOfGamma',
    refused: [-1, Number.NaN].map((gamma): Refused => [() => widthOfGamma(gamma), 'RangeError']),
    taken: [() => widthOfGamma(0)],
  }),
  refusalLaws({
    name: 'averaged',
    refused: [null, 5, undefined, {}, { inner: { average: 1 } }].map((state): Refused => [
      () => averaged(state as never),
      'TypeError',
      'an average at its top',
    ]),
    taken: [() => averaged({ average: null })],
  }),
  refusalLaws({
    name: 'swapped',
    refused: [
      ...[null, {}, { count: 1 }].map((state): Refused => [
        () => swapped({ params: null, state } as never),
        'TypeError',
        'an average at its top',
      ]),
      ...[null, 5, { params: null }].map((now): Refused => [() => swapped(now as never), 'TypeError']),
    ],
  }),
  refusalLaws({
    name: 'sampleSwag',
    refused: [null, 5, {}, { average: null }, { spread: null }].map((state): Refused => [
      () => sampleSwag(state as never, { key: 1 }),
      'TypeError',
      'the state of withSwag',
    ]),
  }),
  refusalLaws({
    name: 'scheduleFreeEvalParams',
    refused: [
      ...[null, 5, {}, { z: null }, { b1: 0.5 }].map((state): Refused => [
        () => scheduleFreeEvalParams(state as never, null),
        'TypeError',
        'the state of scheduleFree',
      ]),
      ...[0, -0.5, 1.5, Number.NaN].map((b1): Refused => [
        () => scheduleFreeEvalParams({ z: null, b1 }, null),
        'RangeError',
        'b1',
      ]),
    ],
    taken: [() => scheduleFreeEvalParams({ z: null, b1: 1 }, null)],
  }),
  refusalLaws({
    name: 'scheduleFree',
    refused: [0, -0.5, 1.5].map((b1): Refused => [
      () => scheduleFree({ learningRate: 1, b1 })(identity()),
      'RangeError',
      'b1',
    ]),
    taken: [() => scheduleFree({ learningRate: 1, b1: 1 })(identity())],
  }),
  refusalLaws({
    name: 'averageWarnings',
    refused: [[() => averageWarnings({} as never, {}), 'TypeError', 'the optimizer']],
  }),
  refusalLaws({
    name: 'state',
    refused: [
      [() => averageWarnings(withAverage(halves)(identity()), {} as never), 'TypeError', 'at inner'],
      [() => trackedProfiles(withAverage(halves)(identity()), {} as never), 'TypeError', 'at inner'],
      [() => swapped({ params: [one], state: { average: [two] } } as never), 'state.average: at 0'],
      [() => sampleSwag(drawn(two, one), { key: 1 }), 'state.spread: at w'],
      [() => sampleSwag(drawn(one, two), { key: 1 }), 'state.deviation0: at w'],
    ],
  }),
  refusalLaws({
    name: 'trackedProfiles',
    refused: [[() => trackedProfiles({} as never, {}), 'TypeError', 'the optimizer']],
  }),
])
  describeLaws(suite)
