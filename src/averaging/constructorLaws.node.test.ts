import fc from 'fast-check'
import { movingAverageOptions } from '../../laws/arbitraries/movingAverageOptions.js'
import { casesOf } from '../../laws/checks/part.js'
import { constructorLaws } from '../../laws/constructorLaws.js'
import type { Suite } from '../../laws/Suite.js'
import { describeLaws } from '../../laws/vitest.js'
import { describeSchedule } from '../schedules/described.js'
import { describe } from '../transformation/describe.js'
import { identity } from '../transformation/identity.js'
import { annealed } from './schemes/annealed.js'
import { bema } from './schemes/bema.js'
import { debiased } from './schemes/debiased.js'
import { exponential } from './schemes/exponential.js'
import { halfLife } from './schemes/halfLife.js'
import { inverseGamma } from './schemes/inverseGamma.js'
import { polynomial } from './schemes/polynomial.js'
import { powerFunction } from './schemes/powerFunction.js'
import { ramp } from './schemes/ramp.js'
import { uniform } from './schemes/uniform.js'
import { uniformThen } from './schemes/uniformThen.js'
import { warmup } from './schemes/warmup.js'
import type { AnyScheme } from './Scheme.js'
import { withAverage } from './withAverage.js'
import { withBema } from './withBema.js'
import { withBestAverage } from './withBestAverage.js'
import { withMovingAverage } from './withMovingAverage.js'
import { withSwag } from './withSwag.js'
import { withWindowAverage } from './withWindowAverage.js'

// What is told of an average is what was asked for, and what it cannot do it refuses by name.

const decay = fc.constantFrom(0.5, 0.9, 1, 0, (count: number) => 1 / (2 + count))
const share = fc.constantFrom(0.25, 0.5, 0.75)
const size = fc.constantFrom(1, 2, 5)
const unit = fc.constantFrom('steps' as const, 'samples' as const, 'tokens' as const)
const name = fc.constantFrom('Mean', 'ExponentialMovingAverage')

type Choices = Readonly<Record<string, fc.Arbitrary<unknown>>>
const some = (needed: Choices, left: Choices = {}): fc.Arbitrary<object> =>
  fc.record<Readonly<Record<string, unknown>>>(
    { ...needed, ...left },
    { requiredKeys: Object.keys(needed), noNullPrototype: true },
  )

type Wrong = readonly (readonly [options: object, word: string])[]

const scheme = <O extends object>(
  called: string,
  make: (options: O) => AnyScheme,
  options: fc.Arbitrary<object>,
  wrong: Wrong,
): Suite =>
  constructorLaws<O, AnyScheme>({
    name: called,
    make,
    options: options as fc.Arbitrary<O>, // as it takes them
    told: (made) => ({ name: made.name, options: Object.freeze({ ...made.options }) }),
    schedule: describeSchedule,
    wrong,
  })

const lift = <O extends object>(
  called: string,
  make: (options: O) => unknown,
  options: fc.Arbitrary<object>,
  wrong: Wrong,
): Suite =>
  constructorLaws<O, ReturnType<typeof describe>>({
    name: called,
    make: (given) => describe((make(given) as (inner: unknown) => never)(identity())), // a lift
    options: options as fc.Arbitrary<O>, // as it takes them
    told: ({ options: told }) => ({ name: called, options: Object.freeze({ ...told }) }),
    schedule: describeSchedule,
    wrong,
  })

/** Names that would be mistaken for others in a file. */
const names = (needed: object): Wrong =>
  ['', 'a/b', 'a.b', 'residual', 5].map((one) => [{ ...needed, name: one }, 'name'] as const)
const beats = (needed: object): Wrong => [
  [{ ...needed, every: 0 }, 'every'],
  [{ ...needed, start: -1 }, 'start'],
  ...names(needed),
]

for (const suite of [
  scheme('exponential', exponential, some({ decay }), [
    [{ decay: 1.5 }, 'decay'],
    [{}, 'decay'],
  ]),
  scheme('warmup', warmup, some({}, { decay: share }), [[{ decay: -1 }, 'decay']]),
  scheme('inverseGamma', inverseGamma, some({}, { power: share, minDecay: share, invGamma: size }), [
    [{ power: -1 }, 'power'],
    [{ minDecay: 2 }, 'minDecay'],
  ]),
  scheme('ramp', ramp, some({}, { tau: size }), [[{ tau: 0 }, 'tau']]),
  scheme('annealed', annealed, some({}, { momentum: share, gamma: size }), [[{ momentum: 2 }, 'momentum']]),
  scheme('uniform', uniform, some({}, { includeInitial: fc.boolean() }), [
    [{ includeInitial: 'no' }, 'includeInitial'],
  ]),
  scheme('polynomial', polynomial, some({ eta: size }), [[{ eta: -1 }, 'eta']]),
  scheme('uniformThen', uniformThen, some({ warmup: size, decay: share }), [[{ warmup: -1, decay: 0.5 }, 'warmup']]),
  scheme(
    'powerFunction',
    (given: { readonly gamma: number }) => powerFunction(given),
    some({ gamma: size }, { unit }),
    [
      [{ width: 0.5 }, 'width'],
      [{ width: 0 }, 'width'],
      [{ gamma: -1 }, 'gamma'],
      [{ gamma: 1, unit: 'epochs' }, 'unit'],
    ],
  ),
  scheme('halfLife', halfLife, some({ halfLife: size }, { unit, ramp: share }), [
    [{ halfLife: 0 }, 'halfLife'],
    [{ halfLife: 1, unit: 'epochs' }, 'unit'],
  ]),
  scheme('bema', bema, some({}, { emaPower: share, lag: size, multiplier: size }), [[{ lag: -1 }, 'lag']]),
  scheme('debiased', debiased, some({ decay }), [[{ decay: 2 }, 'decay']]),
  lift('withMovingAverage', withMovingAverage, movingAverageOptions() as fc.Arbitrary<object>, [
    ...beats({ decay: 0.9 }),
    [{ decay: 0.9, order: 'before' }, 'order'],
    [{ decay: 0.9, precision: 'double' }, 'precision'],
    [{ decay: 0.9, numUpdates: 'none' }, 'numUpdates'],
  ]),
  lift('withWindowAverage', withWindowAverage, some({ window: size }, { fraction: share, name, every: size }), [
    ...beats({ window: 2 }),
    [{ window: 0 }, 'window'],
  ]),
  lift('withBestAverage', withBestAverage, some({ best: size }, { mode: fc.constantFrom('min', 'max'), name }), [
    ...names({ best: 1 }),
    [{ best: 0 }, 'best'],
    [{ best: 1, mode: 'least' }, 'mode'],
  ]),
  lift('withSwag', withSwag, some({ start: size, every: size }, { rank: size }), [
    [{ start: 1, every: 0 }, 'every'],
    [{ start: 1, every: 1, rank: -1 }, 'rank'],
  ]),
  lift('withBema', withBema, some({}, { start: size, every: size, lag: size, biasPower: share, emaPower: share }), [
    ...beats({}),
    [{ biasPower: -1 }, 'biasPower'],
  ]),
  lift(
    'withAverage',
    (options) => withAverage(uniform(), options),
    some({}, { start: size, every: size, name }),
    beats({}),
  ),
])
  describeLaws(suite, { numRuns: casesOf(16) })
