import fc from 'fast-check'
import { mapNumbers, numbersIn, type TreeSpec } from '../../Numbers.js'
import { trees, treesLike } from '../../arbitraries/trees.js'
import {
  choices,
  optimizerOptions,
  scheduleOptions,
  toldSchedules,
  transformOptions,
  type Told,
} from './conformanceOptions.js'
import { contribOptimizers, contribTransforms, contribWrappers, freeing, sharpening } from './conformanceContrib.js'
import { functionCases, type FunctionCase } from './conformanceFunctions.js'

/** One constructor, and inside a wrapper the chain that it wraps; inside `partition` one chain for each label. */
export interface Link {
  readonly name: string
  readonly options: Told
  readonly inner?: readonly Link[]
  readonly groups?: Readonly<Record<string, readonly Link[]>>
}

/** What both sides are asked: parameters, gradients, the losses that the steps are told. */
export interface TrajectoryCase {
  readonly subject: string
  readonly chain: readonly Link[]
  readonly params: TreeSpec
  readonly grads: readonly TreeSpec[]
  readonly values: readonly number[]
  /** Optax branches in it: compiling each branch would take longer than the case. */
  readonly branches: boolean
}

export interface ScheduleCase {
  readonly subject: string
  readonly schedule: unknown
  readonly counts: readonly number[]
}

export type ConformanceCase = TrajectoryCase | ScheduleCase | FunctionCase

/** Whether a case has parts that are no equations: those run on tensors only. */
export const onTensors = (asked: ConformanceCase): asked is TrajectoryCase =>
  ['noisySgd', 'addNoise', 'flatten', 'muon'].includes(asked.subject)

/** A few shapes of each rank: jax compiles every operation once for each. */
const shapes = [[], [3], [3, 3], [2, 1, 3]]
const ranked = shapes.filter((shape) => shape.length > 0)
const rounded = (min: number, max: number) =>
  fc.float({ min, max, noNaN: true }).map((x) => (Math.abs(x) < 1e-6 ? 0 : x))
const values = fc.oneof(
  { weight: 4, arbitrary: rounded(-2, 2) },
  { weight: 2, arbitrary: fc.integer({ min: -32, max: 32 }).map((k) => k / 16) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: rounded(-100, 100) },
)

const parameters = (allShapes: readonly (readonly number[])[]) =>
  trees({ values, shapes: allShapes }).filter((spec) => numbersIn(spec).length > 0 && numbersIn(spec).length < 6)

/** SM3 of optax fails on numbers. */
const shapesOf = (name: string) => (/sm3/i.test(name) ? ranked : shapes)

const descending: Link = { name: 'scale', options: { stepSize: -0.1 } }

const gradients = (params: TreeSpec): fc.Arbitrary<readonly TreeSpec[]> =>
  fc.array(treesLike(params, { values }), { minLength: 1, maxLength: 8 })

const asked = (
  subject: string,
  branches: boolean,
  allShapes: readonly (readonly number[])[],
  chain: (params: TreeSpec) => fc.Arbitrary<readonly Link[]>,
  grads = gradients,
) =>
  parameters(allShapes).chain((params) =>
    fc
      .tuple(chain(params), grads(params))
      .chain(([links, steps]) =>
        fc
          .array(rounded(-1, 3), { minLength: steps.length, maxLength: steps.length })
          .map((told): TrajectoryCase => ({ subject, chain: links, params, grads: steps, values: told, branches })),
      ),
  )

const optionsOf = { ...optimizerOptions, ...contribOptimizers, ...transformOptions, ...contribTransforms }

const one =
  (name: string) =>
  (params: TreeSpec): fc.Arbitrary<Link> =>
    optionsOf[name]?.(params).map((options) => ({ name, options })) ?? fc.constant({ name, options: {} })

const alone = (name: string) =>
  asked(name, false, shapesOf(name), (params) =>
    one(name)(params).map((link) =>
      name in optimizerOptions || name in contribOptimizers ? [link] : [link, descending],
    ),
  )

const smooth = [
  'sgd',
  'adam',
  'adamw',
  'rmsprop',
  'adagrad',
  'lamb',
  'lars',
  'nadam',
  'radam',
  'novograd',
  'optimisticGradientDescent',
  'yogi',
]
const inner = (params: TreeSpec): fc.Arbitrary<readonly Link[]> =>
  fc
    .constantFrom(...smooth)
    .chain((name) => fc.tuple(one(name)(params), fc.boolean()))
    .map(([link, clipped]) => (clipped ? [{ name: 'clipByGlobalNorm', options: { maxNorm: 1 } }, link] : [link]))

const longer = asked('chain', false, ranked, (params) =>
  fc
    .array(
      fc
        .constantFrom(...Object.keys(transformOptions).filter((name) => name !== 'addNoise'))
        .chain((name) => one(name)(params)),
      { minLength: 2, maxLength: 4 },
    )
    .map((links) => [...links, descending]),
)

const start = fc.integer({ min: 0, max: 3 })
const condition = fc.record({ start, every: fc.integer({ min: 1, max: 3 }) })

/** Wrappers around a chain. Conditions are told as the first step and the rhythm. */
const wrapperOptions: Readonly<Record<string, (params: TreeSpec) => fc.Arbitrary<Told>>> = {
  multiSteps: () => fc.record({ everyKSchedule: fc.integer({ min: 1, max: 4 }), useGradMean: fc.boolean() }),
  masked: (params) => fc.record({ mask: choices(params, fc.boolean()) }),
  selectiveTransform: (params) => fc.record({ freezeMask: choices(params, fc.boolean()) }),
  lookahead: () =>
    fc.record({
      syncPeriod: fc.integer({ min: 1, max: 4 }),
      slowStepSize: fc.constantFrom(0.5, 1, 0.25, 0.3),
      resetState: fc.boolean(),
    }),
  applyIfFinite: () => fc.record({ maxConsecutiveErrors: fc.integer({ min: 1, max: 4 }) }),
  conditionallyTransform: () => condition,
  conditionallyMask: () => condition,
  namedChain: () => fc.constant({}),
}

/** Now and then a gradient that is not finite, for what looks for them. */
const spoilt = (params: TreeSpec) =>
  gradients(params).chain((steps) =>
    fc
      .array(fc.constantFrom(null, null, null, Number.NaN, Number.POSITIVE_INFINITY), {
        minLength: steps.length,
        maxLength: steps.length,
      })
      .map((faults) => steps.map((spec, i) => spoiled(spec, faults[i] ?? null))),
  )

const spoiled = (spec: TreeSpec, fault: number | null): TreeSpec =>
  fault === null
    ? spec
    : mapNumbers((leaf) => ({ ...leaf, values: leaf.values.map((x, i) => (i === 0 ? fault : x)) }))(spec)

const wrapped = (name: string, options: (params: TreeSpec) => fc.Arbitrary<Told>) =>
  asked(
    name,
    true,
    shapes,
    (params) =>
      fc.tuple(options(params), inner(params)).map(([given, links]) => [{ name, options: given, inner: links }]),
    name === 'applyIfFinite' ? spoilt : gradients,
  )

const flattened = asked('flatten', false, shapes, (params) =>
  fc
    .constantFrom('sgd', 'adam', 'nadam', 'adagrad')
    .chain((name) => one(name)(params))
    .map((link) => [{ name: 'flatten', options: {}, inner: [link] }]),
)

const frozen = asked('freeze', false, shapes, (params) =>
  fc
    .tuple(inner(params), choices(params, fc.boolean()))
    .map(([links, mask]) => [...links, { name: 'freeze', options: { mask } }]),
)

const parted = asked('partition', false, shapes, (params) =>
  fc
    .tuple(inner(params), inner(params), choices(params, fc.constantFrom('a', 'b')))
    .map(([a, b, paramLabels]) => [
      { name: 'partition', options: { paramLabels }, groups: labelled({ a, b }, paramLabels) },
    ]),
)

/** The groups that have a leaf: a label without one is an error here. */
const labelled = (
  groups: Readonly<Record<string, readonly Link[]>>,
  labels: unknown,
): Readonly<Record<string, readonly Link[]>> =>
  Object.fromEntries(
    Object.entries(groups).filter(([label]) => new RegExp(`[:[,]"${label}"`).test(JSON.stringify(labels))),
  )

const withoutMomentum = (options: Told): Told =>
  Object.fromEntries(Object.entries(options).filter(([key]) => key !== 'momentum'))

/** A base without momentum of its own. */
const freed = asked('scheduleFree', false, shapes, (params) =>
  fc.tuple(freeing, fc.constantFrom('sgd', 'adam', 'rmsprop')).chain(([given, name]) =>
    one(name)(params).map(({ options }) => [
      {
        name: 'scheduleFree',
        options: given,
        inner: [{ name, options: { ...withoutMomentum(options), ...(name === 'adam' ? { b1: 0 } : {}) } }],
      },
    ]),
  ),
)

const sharpened = asked('sam', true, shapes, (params) =>
  fc
    .tuple(sharpening, one('sgd')(params), one('sgd')(params))
    .map(([options, optimizer, adversary]) => [
      { name: 'sam', options, groups: { optimizer: [optimizer], adversary: [adversary] } },
    ]),
)

const injected = asked('injectHyperparams', false, shapes, (params) =>
  fc
    .constantFrom('sgd', 'adam', 'adagrad', 'yogi')
    .chain((name) => one(name)(params))
    .map((link) => [{ name: 'injectHyperparams', options: {}, inner: [link] }]),
)

const counts = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 8 })
const schedule = (name: string, options: fc.Arbitrary<Told>): fc.Arbitrary<ConformanceCase> =>
  fc
    .tuple(options, counts)
    .map(([given, at]) => ({ subject: name, schedule: { $schedule: { name, options: given } }, counts: at }))
const joined: fc.Arbitrary<ConformanceCase> = fc
  .tuple(toldSchedules, toldSchedules, fc.integer({ min: 1, max: 6 }), counts)
  .map(([a, b, at, told]) => ({
    subject: 'joinSchedules',
    schedule: { $schedule: { name: 'joinSchedules', options: { schedules: [a, b], boundaries: [at] } } },
    counts: told,
  }))

/** Every subject with its cases. A run goes round them. */
export const conformanceCases: Readonly<Record<string, fc.Arbitrary<ConformanceCase>>> = {
  ...Object.fromEntries(Object.keys(optionsOf).map((name) => [name, alone(name)])),
  chain: longer,
  ...Object.fromEntries(
    Object.entries({ ...wrapperOptions, ...contribWrappers }).map(([name, options]) => [name, wrapped(name, options)]),
  ),
  scheduleFree: freed,
  sam: sharpened,
  flatten: flattened,
  freeze: frozen,
  partition: parted,
  injectHyperparams: injected,
  ...Object.fromEntries(Object.entries(scheduleOptions).map(([name, options]) => [name, schedule(name, options)])),
  joinSchedules: joined,
  ...functionCases,
}
