import { annealed } from '../../../src/averaging/schemes/annealed.js'
import { debiased } from '../../../src/averaging/schemes/debiased.js'
import { exponential } from '../../../src/averaging/schemes/exponential.js'
import { halfLife } from '../../../src/averaging/schemes/halfLife.js'
import { inverseGamma } from '../../../src/averaging/schemes/inverseGamma.js'
import { polynomial } from '../../../src/averaging/schemes/polynomial.js'
import { powerFunction } from '../../../src/averaging/schemes/powerFunction.js'
import { ramp } from '../../../src/averaging/schemes/ramp.js'
import { scaledDecay } from '../../../src/averaging/schemes/scaledDecay.js'
import { uniform } from '../../../src/averaging/schemes/uniform.js'
import { uniformThen } from '../../../src/averaging/schemes/uniformThen.js'
import { warmup } from '../../../src/averaging/schemes/warmup.js'
import { weighted } from '../../../src/averaging/schemes/weighted.js'
import type { AnyScheme, Scheme } from '../../../src/averaging/Scheme.js'
import { type AverageOptions, withAverage } from '../../../src/averaging/withAverage.js'
import { scheduleFree } from '../../../src/averaging/scheduleFree.js'
import { withBema } from '../../../src/averaging/withBema.js'
import { withDoubleAverage } from '../../../src/averaging/withDoubleAverage.js'
import { withFeedback } from '../../../src/averaging/withFeedback.js'
import { withWindowAverage } from '../../../src/averaging/withWindowAverage.js'
import { injectHyperparams } from '../../../src/combinators/injectHyperparams.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { hide } from '../../../src/combinators/transformations.js'
import { adam } from '../../../src/optimizers/adam.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { identity } from '../../../src/transformation/identity.js'
import type { AnyTransformation, Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { type AveragingRun, averagingRuns, runAt } from './averagingFiles.js'
import type { Numbers } from './optaxCases.js'

/** A run as it is done here: what averages it, what it sees, and what must come out. */
export interface AveragingCase extends Pick<AveragingRun, 'file' | 'index'> {
  readonly title: string
  readonly tx: Transformation<Opaque>
  readonly initial: Numbers
  readonly steps: readonly AveragingStep[]
  /** Where the average lies in the state; `x`: it is that of schedule-free. */
  readonly at: readonly string[]
  readonly tolerance: { readonly float32: number; readonly float64: number }
}

export interface AveragingStep {
  /** What comes in: the difference to the next parameters, or a gradient. */
  readonly grads: Numbers
  /** The parameters before the step, where they are not those that the step before gave. */
  readonly params?: Numbers
  readonly extra?: object
  readonly average?: Numbers
  /** The parameters after it, where the average feeds back. */
  readonly after?: Numbers
}

const usual = { float32: 6e-6, float64: 5e-11 }

/** Recursions over a stream, by file, place, scheme and options. */
const streamed = (
  run: AveragingRun,
  tx: Transformation<Opaque>,
  more: Partial<Pick<AveragingCase, 'at' | 'tolerance'>> & {
    readonly initial?: Numbers
    readonly stream?: readonly Numbers[]
    readonly averages?: readonly (Numbers | undefined)[]
    readonly extra?: (t: number) => object
  } = {},
): AveragingCase => {
  const stream = more.stream ?? run.stream ?? run.trajectory ?? []
  const averages = more.averages ?? run.averages
  const initial = more.initial ?? run.initial
  return {
    file: run.file,
    index: run.index,
    title: `${run.file} ${run.index} ${run.scheme} ${JSON.stringify(run.options)}`,
    tx,
    initial,
    at: more.at ?? ['average'],
    tolerance: more.tolerance ?? usual,
    steps: stream.map((x, t) => {
      const before = stream[t - 1] ?? initial
      const average = averages[t]
      return {
        grads: difference(x, before),
        params: before,
        ...(more.extra === undefined ? {} : { extra: more.extra(t) }),
        ...(average === undefined ? {} : { average }),
      }
    }),
  }
}

const difference = (x: Numbers, y: Numbers): Numbers =>
  Object.fromEntries(Object.entries(x).map(([key, value]) => [key, minus(value, y[key])]))

const minus = (x: unknown, y: unknown): never =>
  (Array.isArray(x) ? x.map((item, i) => minus(item, (y as readonly unknown[])[i])) : Number(x) - Number(y)) as never // numbers and lists of them, both of one shape

const lifted = (scheme: AnyScheme, options: AverageOptions = {}): Transformation<Opaque> =>
  hide(withAverage(scheme as Scheme<{ readonly total: number }>, options)(identity())) // of whatever numbers and extras

const o = (run: AveragingRun, name: string): number => Number(run.options[name])

/** torch, timm, ema-pytorch, diffusers, Lightning. */
const torch = (index: number, scheme: AnyScheme, options: AverageOptions = {}): AveragingCase => {
  const run = runAt('torch', index)
  return streamed(run, lifted(scheme, options))
}

const copying = { start: 1 } as const // the first update copies
const crowson = { decay: 0.9999, power: 2 / 3 }

/** diffusers counts from 1 after the update that copies. */
const diffusers = (decay: number): AnyScheme => warmup({ decay, count: 'after' })

const lightning = (index: number, tx: Transformation<Opaque>, at?: readonly string[]): AveragingCase =>
  streamed(runAt('torch', index), tx, at === undefined ? {} : { at })

/** Lightning's StochasticWeightAveraging: the mean of the parameters at the beginning of each epoch but the first. */
const stochastic = (): AveragingCase => {
  const run = runAt('torch', 59)
  const stream = (run.trajectory ?? []).slice(0, 20)
  return streamed(run, lifted(uniform({ includeInitial: true }), { start: 4, every: 4, before: 'rest' }), {
    stream,
    averages: stream.map((_, t) => (t === 19 ? (run['final'] as Numbers) : undefined)), // a tree, as the averages are
  })
}

/** Batch statistics are averaged as parameters are where torch averages them, and are the newest where it does not. */
const buffered = (index: number, scheme: AnyScheme, buffers: AnyScheme): readonly AveragingCase[] => {
  const run = runAt('torch', index)
  const only = (...names: readonly string[]) => ({
    initial: pick(run.initial, names),
    stream: (run.stream ?? []).map((x) => pick(x, names)),
    averages: run.averages.map((x) => pick(x, names)),
  })
  return [
    streamed(run, lifted(scheme, copying), only('w', 'b')),
    { ...streamed(run, lifted(buffers, copying), only('runningMean')), title: `torch ${index} batch statistics` },
  ]
}

const pick = (tree: Numbers, names: readonly string[]): Numbers =>
  Object.fromEntries(Object.entries(tree).filter(([name]) => names.includes(name)))

const byTorch: readonly AveragingCase[] = [
  ...[0, 1, 2, 3, 4, 5].map((i) => torch(i, exponential({ decay: o(runAt('torch', i), 'decay') }), copying)),
  ...[6, 7, 8].map((i) => torch(i, uniform())),
  torch(9, exponential({ decay: 0.25 }), copying),
  torch(10, uniform({ includeInitial: true }), { start: 4, every: 2, before: 'rest' }),
  ...buffered(11, exponential({ decay: 0.75 }), exponential({ decay: 0 })),
  ...buffered(12, uniform({ includeInitial: true }), exponential({ decay: 0 })),
  ...buffered(13, exponential({ decay: 0.75 }), exponential({ decay: 0.75 })),
  ...buffered(14, uniform({ includeInitial: true }), uniform({ includeInitial: true })),
  torch(21, exponential({ decay: 0.5 })),
  torch(22, exponential({ decay: 0.9999 })),
  torch(23, exponential({ decay: 0.75 })),
  torch(24, exponential({ decay: 0.75 }), { start: 2 }),
  torch(25, exponential({ decay: 0.75 }), copying),
  torch(26, inverseGamma(crowson)),
  torch(27, inverseGamma({ ...crowson, decay: 0.5 })),
  torch(28, inverseGamma({ invGamma: 4, power: 0.75 })),
  torch(29, inverseGamma({ power: 1 })),
  torch(30, inverseGamma({ ...crowson, minDecay: 0.625 })),
  torch(31, exponential({ decay: 0.75 }), { start: 4 }),
  torch(32, inverseGamma(crowson), { start: 3 }),
  torch(33, exponential({ decay: 0.75 })),
  torch(35, inverseGamma({ decay: 0.75 })),
  torch(36, inverseGamma(), { start: 2 }),
  torch(39, inverseGamma({ invGamma: 4, power: 0.75 })),
  torch(40, inverseGamma({ minDecay: 0.625 })),
  torch(47, diffusers(0.75), copying),
  torch(48, inverseGamma()),
  torch(49, inverseGamma({ invGamma: 4, power: 0.75 })),
  torch(50, exponential({ decay: (t) => Math.max(0.25, (2 + t) / (11 + t)) }), copying),
  torch(51, diffusers(0.9999), { start: 4 }),
  torch(52, diffusers(0.9999), copying),
  lightning(53, lifted(exponential({ decay: 0.75 }), copying)),
  lightning(54, lifted(exponential({ decay: Math.sqrt(0.75) }), { start: 1, every: 2 })),
  lightning(55, lifted(exponential({ decay: 0.75 }), { start: 4, before: 'rest' })),
  lightning(56, lifted(exponential({ decay: 0.75 }), copying)),
  lightning(
    57,
    hide(
      multiSteps({ everyKSchedule: 2, useGradMean: false })(
        withAverage(exponential({ decay: 0.75 }), copying)(identity()),
      ),
    ),
    ['inner', 'average'],
  ),
  lightning(58, lifted(uniform())),
  stochastic(),
]

/** TensorFlow rounds coefficients to float32. */
const rounded = { float32: 6e-6, float64: 3e-7 }

const byTensorflow: readonly AveragingCase[] = [
  ...[10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21].map((i) => {
    const run = runAt('tensorflow', i)
    const [initial] = run.stream ?? []
    const decay = o(run, 'decay')
    const scheme =
      run['numUpdates'] === null
        ? exponential({ decay })
        : warmup({ decay, count: run['numUpdates'] === 'pre' ? 'before' : 'after' })
    return streamed(run, lifted(scheme), { initial: initial ?? {}, tolerance: rounded })
  }),
  ...[22, 23].map((i) => {
    const run = runAt('tensorflow', i)
    const alone = (xs: unknown): readonly Numbers[] => (xs as readonly Numbers['x'][]).map((x) => ({ x: x ?? [] })) // lone tensors
    const decay = o(run, 'decay')
    return streamed(run, lifted(i === 22 ? exponential({ decay }) : debiased({ decay })), {
      initial: { x: [0, 0] },
      stream: alone(run.stream),
      averages: alone(run.averages),
      tolerance: rounded,
    })
  }),
]

const varying = [
  (t: number) => Math.min(0.9, (1 + t) / (10 + t)),
  (t: number) => 1 - 1 / (t + 1),
  (t: number) => (t % 2 === 1 ? 0.5 : 0.875),
] as const

/** The scheme of a formula, with its rhythm. */
const schemeOf = (run: AveragingRun): readonly [scheme: AnyScheme, options?: AverageOptions] => {
  const given = run.options
  const n = (name: string): number => Number(given[name])
  switch (run.scheme) {
    case 'constant':
      return [exponential({ decay: n('decay') }), { order: run.order ?? 'sequential' }]
    case 'TensorFlow warm-up, count before the update':
      return [warmup({ decay: n('decay') })]
    case 'TensorFlow warm-up, count after the update':
      return [warmup({ decay: n('decay'), count: 'after' })]
    case 'inverse-gamma warm-up (Crowson)': {
      const { updateAfterStep, ...options } = given
      return [inverseGamma(options), { start: Number(updateAfterStep) }]
    }
    case 'YOLO ramp':
      return [ramp(given)]
    case 'momentum annealing':
      return [annealed(given)]
    case 'uniform':
      return [uniform(given)]
    case 'tail':
      return [uniform({ includeInitial: true }), { start: n('start') }]
    case 'SWA':
      return [uniform({ includeInitial: n('start') > 0 }), { start: n('start'), every: n('period'), before: 'rest' }]
    case 'polynomial (Shamir-Zhang)':
      return [polynomial(given)]
    case 'debiased':
      return [debiased({ decay: n('decay') })]
    case 'debiased, varying decay': {
      const decay = varying[run.index - 35]
      if (decay === undefined) throw new Error(`an unknown schedule: ${String(given['decaySchedule'])}`)
      return [debiased({ decay: (t) => decay(t + 1) })]
    }
    case 'half-life fraction':
      return [halfLife({ ramp: n('fraction') })]
    case 'half-life with ramp-up (EDM2 traditional EMA)':
      return [halfLife({ halfLife: n('halfLife'), ramp: n('rampup'), unit: 'samples' })]
    case 'power function (EDM2)':
      return [powerFunction({ gamma: n('gamma') })]
    case 'every n steps':
      return [exponential({ decay: n('decay') }), { every: n('every') }]
    case 'copy until start, then constant':
      return [exponential({ decay: n('decay') }), { start: n('start') }]
    case 'ramp (axlearn)':
      return [uniformThen({ warmup: n('warmup'), decay: n('decay') })]
    case 'weights t^r (largest learning rate so far)^p': {
      const rates = given['learningRates'] as readonly number[]
      const largest = (t: number): number => Math.max(...rates.slice(0, t + 1))
      return [weighted({ weight: (t) => (t + 1) ** n('r') * largest(t) ** n('power') })]
    }
    case 'half-life by amount':
      return [halfLife({ halfLife: n('halfLife'), unit: 'seconds' })]
    case 'power function by amount':
      return [powerFunction({ gamma: n('gamma'), unit: 'tokens' })]
    case 'scaling with the batch size':
      return [exponential({ decay: scaledDecay({ decay: n('decay'), kappa: n('kappa') }) })]
    default:
      throw new Error(`no scheme here is "${run.scheme}"`)
  }
}

/** Totals of what each step is told. */
const totals = (run: AveragingRun, unit: string): ((t: number) => object) => {
  const amounts = run.options['amounts'] as readonly number[] | undefined
  const each = Number(run.options['samplesPerStep'] ?? 1)
  return (t) => ({ [unit]: amounts?.slice(0, t + 1).reduce((sum, x) => sum + x, 0) ?? each * (t + 1) })
}

const byFormula: readonly AveragingCase[] = averagingRuns
  .filter(({ file, index }) => file === 'formulas' && index <= 58)
  .map((run) => {
    const [scheme, options] = schemeOf(run)
    return streamed(run, lifted(scheme, options), { extra: totals(run, scheme.unit) })
  })

/** Windows and derived averages over a stream. */
const derived: readonly AveragingCase[] = averagingRuns.flatMap((run) => {
  const given = run.options
  const n = (name: string): number => Number(given[name])
  const over = (lift: (inner: AnyTransformation) => AnyTransformation): readonly AveragingCase[] => [
    streamed(run, lift(identity()) as Transformation<Opaque>), // of whatever state
  ]
  if (run.file !== 'formulas') return []
  switch (run.scheme) {
    case 'LAWA':
      return over(withWindowAverage({ window: n('window'), every: n('every'), start: n('start') }))
    case 'suffix (Rakhlin et al.)':
      return over(withWindowAverage({ window: 10, fraction: n('alpha') }))
    case 'BEMA': {
      const { every, ...options } = given
      const lift = withBema({ ...options, every: Number(every) })
      return [
        ...over(lift),
        {
          ...streamed(run, hide(lift(identity())), { at: ['ema'], averages: run['ema'] as readonly Numbers[] }),
          title: `formulas ${run.index} BEMA, before the correction`,
        }, // as the averages
      ]
    }
    case 'DEMA':
      return over(withDoubleAverage(exponential({ decay: n('decay') })))
    default:
      return []
  }
})

/** Averages that feed back: gradients come in, and the parameters are compared, too. */
const fedBack = (
  run: AveragingRun,
  lift: (inner: AnyTransformation) => AnyTransformation,
  inner: Transformation<Opaque> = hide(sgd({ learningRate: run.learningRate ?? 1 })),
  tolerance = usual,
): AveragingCase => ({
  file: run.file,
  index: run.index,
  title: `${run.file} ${run.index} ${run.scheme} ${JSON.stringify(run.options)}`,
  tx: lift(inner) as Transformation<Opaque>, // of whatever state
  initial: run.initial,
  at: ['average'],
  tolerance,
  steps: (run.grads ?? []).map((grads, t) => ({
    grads,
    ...(run.averages[t] === undefined ? {} : { average: run.averages[t] }),
    ...(run.trajectory?.[t] === undefined ? {} : { after: run.trajectory[t] }),
  })),
})

/** The first update copies, and the beat begins with the training. */
const copyingFirst = (decay: number) => exponential({ decay: (t) => (t === 0 ? 0 : decay) })

interface KerasOptimizer {
  readonly name: 'sgd' | 'adam'
  readonly options: { readonly learningRate: number; readonly epsilon?: number }
}

/** Keras adds epsilon before the second moment is corrected, and corrects with decays that are rounded to float32. */
const keras = ({ name, options: { learningRate, epsilon = 0 } }: KerasOptimizer): Transformation<Opaque> => {
  if (name === 'sgd') return hide(sgd({ learningRate }))
  const [b1, b2] = [0.9, 0.999]
  const correction = (first: number, second: number, t: number): number => Math.sqrt(1 - second ** t) / (1 - first ** t)
  return hide(
    injectHyperparams(adam)({
      learningRate: (count) =>
        (learningRate * correction(Math.fround(b1), Math.fround(b2), count + 1)) / correction(b1, b2, count + 1),
      eps: (count) => epsilon / Math.sqrt(1 - b2 ** (count + 1)),
    }),
  )
}

const feeding: readonly AveragingCase[] = [
  ...[41, 42].map((i) => {
    const run = runAt('torch', i)
    const beta = run.options['updateModelWithEmaBeta']
    // ema-pytorch counts from 0: its first update copies, and its periods begin after it
    const decay = (t: number): number => Math.min(0.75, 1 - (2 + t) ** (-2 / 3))
    return fedBack(run, withFeedback(exponential({ decay }), { start: 1, period: 3, keep: Number(beta ?? 0) }))
  }),
  ...[0, 1, 2, 4, 5, 6].map((i) => {
    const run = runAt('tensorflow', i)
    const scheme = copyingFirst(o(run, 'emaMomentum'))
    const period = run.options['emaOverwriteFrequency']
    const inner = keras(run['inner'] as KerasOptimizer) // the file's own
    return fedBack(
      run,
      period === undefined ? withAverage(scheme) : withFeedback(scheme, { period: Number(period) }),
      inner,
      rounded,
    )
  }),
  ...[73, 74, 75, 76].map((i) => {
    const run = runAt('formulas', i)
    const period = o(run, 'every')
    const keep = Number(run.options['beta'] ?? 0)
    if (run.scheme === 'lookahead') {
      const decay = (1 - o(run, 'alpha')) ** (1 / period)
      return fedBack(run, withFeedback(exponential({ decay }), { every: period, period }))
    }
    const scheme =
      run.scheme === 'Keras overwrite' ? copyingFirst(o(run, 'decay')) : exponential({ decay: o(run, 'decay') })
    return fedBack(run, withFeedback(scheme, { period, keep }))
  }),
  ...[77, 78, 79].map((i) => {
    const run = runAt('formulas', i)
    const rates = run.options['learningRates'] as readonly number[]
    const rateAt = (count: number): number => rates[Math.max(0, count)] ?? Number.NaN
    const { b1, r, weightLrPower } = run.options as {
      readonly b1: number
      readonly r: number
      readonly weightLrPower: number
    } // the file's own
    const lift = scheduleFree({ learningRate: (count) => rateAt(count - 1), b1, r, weightLrPower })
    return { ...fedBack(run, lift, hide(sgd({ learningRate: rateAt }))), at: ['x'] }
  }),
]

/** Every run of an average over steps, as it is done here. */
export const averagingCases: readonly AveragingCase[] = [
  ...byTorch,
  ...byTensorflow,
  ...byFormula,
  ...derived,
  ...feeding,
]
