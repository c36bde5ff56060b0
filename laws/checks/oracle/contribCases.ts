import * as optimizers from '../../../src/optimizers/index.js'
import * as schedules from '../../../src/schedules/index.js'
import * as transforms from '../../../src/transforms/index.js'
import { chain } from '../../../src/combinators/chain.js'
import { mechanize } from '../../../src/combinators/mechanize.js'
import { sam } from '../../../src/combinators/sam.js'
import { copied } from '../../../src/equation/Slot.js'
import { checkedEquation as equation } from '../../../src/transformation/checkedEquation.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { at } from '../../../src/linearAlgebra/Matrix.js'
import { galoreBy } from '../../../src/optimizers/galore.js'
import { type Orientation, scaleByGaloreOf } from '../../../src/transforms/scaleByGalore.js'
import text from './contrib.json?raw'
import recorded from './galoreSigns.json' with { type: 'json' }
import type { OracleRun } from './OracleRun.js'
import { type Numbers } from './optaxCases.js'
import { curved, type OracleLoss, slopeOf, zipNumbers } from './oracleLosses.js'

interface Link {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

interface ContribCase {
  readonly name: string
  readonly chain: readonly Link[]
  readonly params: Numbers
  readonly grads?: readonly Numbers[]
  readonly loss?: OracleLoss
  readonly extra?: readonly object[]
  /** The vectors of signs that an estimate of curvature drew. */
  readonly probes?: readonly { readonly step: number; readonly x: readonly number[] }[]
  readonly trajectory: readonly Numbers[]
}

/** What is here, by the name of its cases. */
const subjects: ReadonlySet<string> = new Set([
  'cocob',
  'momo',
  'momoAdam',
  'reduceOnPlateau',
  'normalize',
  'ademamix',
  'simplifiedAdemamix',
  'prodigy',
  'dadaptAdamw',
  'dog',
  'dowg',
  'madgrad',
  'adopt',
  'acprop',
  'mechanize',
  'muon',
  'scaleByMuon',
  'sam',
  'galore',
  'sophia',
  'dpsgd',
  'differentiallyPrivateAggregate',
  'splitRealAndImaginary',
])

/** What is not compared, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  scheduleFree: 'compared in scheduleFree.test.ts, with what one evaluates with',
  scheduleFreeSgd: 'as scheduleFree',
  scheduleFreeAdamw: 'as scheduleFree',
}

/** Cases in which optax is not to be followed. */
const leftOut: Readonly<Record<number, string>> = {
  147: 'prodigy with a rate of 0 at first: NaN throughout in optax, here it does not move',
}

/** Where float32 has to divide by the roots of tiny second moments. */
const rough: Readonly<Record<number, number>> = { 159: 6e-5 }

/** What optax computes in float32 also in float64 mode: with the same rounding here they meet to 2e-12. */
const halfway: Readonly<Record<number, number>> = {
  136: 1e-7, // a polynomial in the count, of which 1 − β₃ is taken
  156: 2e-8, // √(count + 1)
  157: 2e-8,
}

// by case, leaf and choice
const signs: Readonly<Record<string, Readonly<Record<string, readonly (readonly number[])[]>>>> = recorded

type Maker = (given: never) => unknown

interface SamGiven {
  readonly optimizer: AnyTransformation
  readonly advOptimizer: AnyTransformation
  readonly syncPeriod?: number
  readonly resetState?: boolean
  readonly opaqueMode: boolean
}

/** Where optax' `sam` without a climb departs: its cache is read before it is written, so that each step goes from where
 *  the step before began. Here that `sam` is the optimizer, as it is in optax' opaque mode. */
const fromTheStepBefore = equation({ name: 'from the step before', slots: { before: copied } })(
  (A) =>
    ({ update, param, before }) => ({ update: A.add(A.sub(before, param), update), before: param }),
)

/** Constructors whose options are written otherwise in the file. */
const adapters: Readonly<Record<string, Maker>> = {
  sam: ({ optimizer, advOptimizer, opaqueMode, ...given }: SamGiven) =>
    opaqueMode
      ? sam({ ...given, opaqueMode })(optimizer, advOptimizer)
      : given.syncPeriod === 1
        ? chain(sam({ ...given, opaqueMode })(optimizer, advOptimizer), fromTheStepBefore)
        : sam({ ...given, opaqueMode })(optimizer, advOptimizer),
  // a complex leaf is the record of its two parts here, and the tree is what `inner` sees in optax
  splitRealAndImaginary: ({ inner }: { readonly inner: AnyTransformation }) => inner,
  mechanize: ({ base, ...given }: { readonly base: AnyTransformation }) => mechanize(given)(base),
  dog: (given: { readonly initStep?: readonly [string, number] }) =>
    optimizers.dog(
      given.initStep?.[0] === 'learning_rate'
        ? { ...given, initStep: ['learningRate', given.initStep[1]] }
        : (given as {}),
    ),
}

// each takes one record of options
const constructors = { ...schedules, ...transforms, ...optimizers, ...adapters } as unknown as Readonly<
  Record<string, Maker | undefined>
>

const made = ({ name, options }: Link): unknown => {
  const constructor = constructors[name]
  if (constructor === undefined) throw new Error(`the oracle names ${name}, which is not here`)
  return constructor(revived(options) as never) // constructors check their options
}

const built = (links: readonly Link[]): AnyTransformation =>
  // what the constructors of these rooms make
  links.length === 1 && links[0] !== undefined
    ? (made(links[0]) as AnyTransformation)
    : chain(...links.map((link) => made(link) as AnyTransformation))

/** optax computes schedules in float32, also in float64 mode. */
const rounded =
  (schedule: schedules.Schedule): schedules.Schedule =>
  (count) =>
    Math.fround(schedule(count))

const revived = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(revived)
  if (typeof value !== 'object' || value === null) return value
  if ('$schedule' in value) return rounded(made(value.$schedule as Link) as schedules.Schedule)
  if ('$transformation' in value) return built(value.$transformation as readonly Link[])
  return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, revived(x)]))
}

// The file is this repository's own; a case that is not one fails the test that reads it.
const cases = (JSON.parse(text) as { readonly cases: readonly ContribCase[] }).cases

const required = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error('the oracle lacks a step')
  return value
}

/** What a step is told: what stands in the file, and functions of the loss. */
const extraOf = ({ name, extra, loss, probes }: ContribCase): OracleRun['extra'] => {
  if (extra !== undefined) return (step) => required(extra[step])
  if (loss === undefined) return undefined
  if (name === 'sam')
    return (_, { read, write }) => ({ gradFn: (params: unknown) => write(slopeOf(loss, read(params))) })
  return (_, { read, write }) => ({
    curvature: (params: unknown, key: number) => {
      const at = read(params)
      // Of a diagonal Hessian every vector of signs gives the diagonal.
      const signs =
        probes === undefined ? zipNumbers(() => 1, at) : { x: required(probes.find(({ step }) => step === key)).x }
      return write(zipNumbers((z = 0, h = 0) => z * h, signs, curved(loss, at, signs)))
    },
  })
}

/** Singular vectors that point as those of LAPACK do, which optax takes as they come. */
const asLapack =
  (one: number): Orientation =>
  (vectors, _, { path, turn }) => {
    const wanted = required(signs[String(one)]?.[path]?.[turn])
    return wanted.map((sign, j) => {
      const column = Array.from({ length: vectors.rows }, (_row, i) => at(vectors, i, j))
      const largest = column.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0)
      return largest * sign < 0 ? -1 : 1
    })
  }

const galoreAs = (one: number, options: unknown): AnyTransformation =>
  galoreBy(scaleByGaloreOf(asLapack(one)))(options as never) // it checks its options

const runOf = (one: ContribCase, i: number): OracleRun => {
  const { chain: links, params, grads, loss, trajectory } = one
  const extra = extraOf(one)
  return {
    title: `${i} ${links.map(({ name, options }) => `${name}(${JSON.stringify(options)})`).join(' → ')}`,
    tx: () => (one.name === 'galore' ? galoreAs(i, revived(links[0]?.options)) : built(links)),
    params,
    grads: (step, at) => (loss !== undefined ? slopeOf(loss, at) : required(grads?.[step])),
    ...(extra === undefined ? {} : { extra }),
    trajectory,
    exact: halfway[i] ?? (JSON.stringify(links).includes('$schedule') ? 1e-8 : 5e-11),
    rounded: rough[i] ?? 6e-6,
  }
}

/** Names of the cases that are neither compared nor left out for a reason. */
export const unknownNames: readonly string[] = [
  ...new Set(cases.map(({ name }) => name).filter((name) => !subjects.has(name) && !(name in elsewhere))),
]

/** The runs that are compared. */
export const contribRuns: readonly OracleRun[] = cases.flatMap((one, i) =>
  subjects.has(one.name) && !(i in leftOut) ? [runOf(one, i)] : [],
)
