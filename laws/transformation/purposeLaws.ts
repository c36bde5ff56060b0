import { knownOnly } from '../../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { tensorsOf } from '../../src/tree/tensorsOf.js'
import type { AnyTransformation } from '../../src/transformation/Transformation.js'
import { exactly, within } from '../Agreement.js'
import { type Training, trainings } from '../arbitraries/training.js'
import { law } from '../Law.js'
import { mapNumbers, numbersFrom, numbersIn, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { updatesOf } from '../trajectory.js'
import { numbersOf } from './forms.js'
import { anyOf, ended, inOnePass } from './running.js'
import { aboutOf, type Maker, subjectOf, type TransformationOptions } from './Subject.js'
import { columnsOf, zipped } from '../zipped.js'
import { nth } from '../nth.js'
import { equallyLong } from '../Apart.js'

/** How far it must get. */
export interface DescentOptions extends TransformationOptions {
  /** @defaultValue 150 */
  readonly steps?: number
  /** What may be left of the loss, as a part of it.
   *
   *  @defaultValue 0.25 */
  readonly to?: number
  /** What may be left of it in any case: a step of fixed length swings around a minimum.
   *
   *  @defaultValue 0.05 */
  readonly floor?: number
}

/** An optimizer goes down: on a bowl ½ Σ cᵢ·(pᵢ − aᵢ)², with its own choice of numbers. It starts at zero, too, and where
 *  gradients are zero it lets parameters rest or shrink: noise, and projections away from zero, are excepted by name.
 *
 *  @example await checkLaws(descends(() => adam({ learningRate: 0.1 }))) */
export const descends = (maker: Maker, given: DescentOptions = {}): Suite => {
  const { steps = 150, to = 0.25, floor = 0.05, ...options } = known(given)
  const subject = subjectOf(maker, options)
  return {
    name: 'descends',
    about: aboutOf(subject),
    laws: [
      law(exactly)(
        {
          name: 'descends',
          equation: `f(p) = ½ Σ cᵢ·(pᵢ − aᵢ)²:  f after ${steps} steps ≤ ${to}·f(p₀) + ${floor};  after half as many ≤ ${2 * to}·f(p₀) + ${floor}`,
          reason: 'that is what it is for; every other law holds for ascent, too',
          bug: 'gradient ascent: a sign lost between an update that is added and one that is subtracted (optax, torch)',
          share: 0.1,
        },
        [fc.array(coordinate, { minLength: 1, maxLength: 5 })],
        (bowl) => {
          const start = bowl.map(({ from }) => from)
          const [half, end] = walkedDown(subject, start, steps, slopeIn(bowl))
          const [first, middle, last] = [valueIn(bowl, start), valueIn(bowl, half), valueIn(bowl, end)]
          const below = (x: number, most: number) => (x <= most ? x : most)
          // half way a long momentum may have carried it past the aim
          return {
            left: { 'half way': middle, 'at the end': last },
            right: { 'half way': below(middle, 2 * to * first + floor), 'at the end': below(last, to * first + floor) },
          }
        },
      ),
      law(exactly)(
        {
          name: 'from zero',
          equation: `p₀ = 0 in every element, |aᵢ| ≥ 1 ⇒ f after ${steps} steps is less than f(p₀)`,
          reason: 'biases, and whatever a network adds to its input at first, start at zero',
          bug: 'LARS by hand: steps in proportion to the norm of the parameters, so that zero stays zero for ever',
          share: 0.05,
          presumes: ['descends'],
        },
        [fc.array(coordinate, { minLength: 1, maxLength: 5 })],
        (drawn) => {
          // as far away as a step of fixed length, which swings around its aim, cannot undo
          const bowl = drawn.map((one) => ({ ...one, from: 0, aim: one.aim < 0 ? one.aim - 1 : one.aim + 1 }))
          const start = bowl.map(() => 0)
          const [, end] = walkedDown(subject, start, steps, slopeIn(bowl))
          const [first, last] = [valueIn(bowl, start), valueIn(bowl, end)]
          return { left: last, right: last < first ? last : `less than ${first}` }
        },
      ),
      law(exactly)(
        {
          name: 'no push',
          equation: 'g = 0 at every step ⇒ no |pᵢ| grows',
          reason: 'where the loss is flat nothing but a decay moves, and that towards zero',
          bug: 'a decay that was added where updates are added: weights grew without an end, slowly enough to look like training',
          share: 0.1,
          presumes: ['descends'],
        },
        [fc.array(coordinate, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 9 })],
        (bowl, flat) => {
          const start = bowl.map(({ from }) => from)
          const [half, end] = walkedDown(subject, start, flat, () => start.map(() => 0))
          const sizes = [half, end].map((p) => p.map(Math.abs))
          return {
            left: sizes,
            right: sizes.map((p) => zipped(p, start, (x, from) => Math.min(x, Math.abs(from)))),
          }
        },
      ),
    ],
  }
}

interface Coordinate {
  readonly from: number
  readonly aim: number
  readonly c: number
}

/** f at some parameters. */
const valueIn = (bowl: readonly Coordinate[], p: readonly number[]): number =>
  zipped(bowl, p, ({ aim, c }, x) => (c * (x - aim) ** 2) / 2).reduce((sum, x) => sum + x, 0)

/** Its slope there. */
const slopeIn =
  (bowl: readonly Coordinate[]) =>
  (p: readonly number[]): readonly number[] =>
    zipped(bowl, p, ({ aim, c }, x) => c * (x - aim))

const coordinate: fc.Arbitrary<Coordinate> = fc.record({
  from: fc.integer({ min: -48, max: 48 }).map((k) => k / 16),
  aim: fc.integer({ min: -16, max: 16 }).map((k) => k / 16),
  c: fc.constantFrom(1, 0.5, 2),
})

const walkedDown = (
  subject: ReturnType<typeof subjectOf>,
  start: readonly number[],
  steps: number,
  gradient: (p: readonly number[]) => readonly number[],
): readonly [half: readonly number[], end: readonly number[]] => {
  const tree = (values: readonly number[]): TreeSpec => ({ w: { shape: [values.length], values } })
  const advance = inOnePass(subject)
  let params = tree(start)
  let state: unknown
  let half = start
  for (let t = 0; t < steps; t++) {
    const before = state
    const next = tidily(() => {
      const there = tensorsFrom(params)
      const from = before === undefined ? anyOf(subject).init(there) : revived(before)
      return numbersFrom(advance(tensorsFrom(tree(gradient(valuesOf(params)))), { params: there, state: from }))
    }) as { readonly params: TreeSpec; readonly state: unknown } // a step read back
    params = next.params
    state = next.state
    equallyLong(valuesOf(params), start)
    if (t + 1 === Math.ceil(steps / 2)) half = valuesOf(params)
  }
  return [half, valuesOf(params)]
}

/** A state that was read back, of tensors again. */
const revived = (value: unknown): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : 'shape' in value && 'values' in value
      ? tensorsFrom(value as TreeSpec) // a tensor that was read back
      : Array.isArray(value)
        ? value.map(revived)
        : Object.fromEntries(Object.entries(value).map(([key, child]) => [key, revived(child)]))

/** Very large and very small gradients leave every number finite. Many a good rule breaks this: squares of 1e20 are no
 *  float32.
 *
 *  @example await checkLaws(robust(() => chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 })))) */
export const robust = (maker: Maker, options: TransformationOptions = {}): Suite => {
  const subject = subjectOf(maker, options)
  return {
    name: 'robust',
    about: aboutOf(subject),
    laws: [
      law(exactly)(
        {
          name: 'robust',
          equation: 'gradients of 10±³⁰, among ordinary ones ⇒ finite parameters and states',
          reason: 'one spike of the loss must not end a training',
          bug: 'squares in float32: ∞ in a second moment for ever, 0 in a norm that is divided by',
        },
        [subject.cases, fc.constantFrom(1e30, -1e30, 1e-30), fc.nat({ max: 3 })],
        ({ params, grads }, factor, at) =>
          tidily(() => {
            const spiked = grads.map((g, t) => (t === at % grads.length ? times(g, factor) : g))
            const all = numbersOf(numbersFrom(ended(subject, { params, grads: spiked })))
            return { left: all.filter((x) => !Number.isFinite(x)), right: [] }
          }),
      ),
    ],
  }
}

/** Its state has no more than so many numbers for each number of the parameters, and a few for each leaf.
 *
 *  @example await checkLaws(boundedMemory(2)(() => adam({ learningRate: 0.1 }))) */
export const boundedMemory =
  (perElement: number) =>
  (maker: Maker, options: TransformationOptions = {}): Suite => {
    const subject = subjectOf(maker, options)
    return {
      name: `memory of ${perElement} numbers for each`,
      about: aboutOf(subject),
      laws: [
        law(exactly)(
          {
            name: 'bounded memory',
            equation: `elements(stateₜ) ≤ ${perElement}·elements(p) + 2·leaves(p) + 4, from the first step to the fortieth`,
            reason: 'a model fills the memory that there is; an optimizer must say how much it wants',
            bug: 'a history that grew with every step; a slot for an option that is off',
            share: 0.1,
          },
          [subject.cases],
          ({ params, grads }) =>
            tidily(() => {
              const long = Array.from({ length: 40 }, (_, t) => grads[t % grads.length] ?? null)
              const sizes = [[], long].map((steps) =>
                tensorsOf(ended(subject, { params, grads: steps }).state).reduce((sum, x) => sum + x.size, 0),
              )
              const most = perElement * valuesOf(params).length + 2 * numbersIn(params).length + 4
              return { left: sizes, right: sizes.map((size) => Math.min(size, most)) }
            }),
        ),
      ],
    }
  }

/** How much noise there is meant to be. */
export interface NoiseOptions extends TransformationOptions {
  /** Its standard deviation at each step, which counts from 0.
   *
   *  @defaultValue not asked */
  readonly deviation?: (count: number) => number
}

/** Noise that is added on purpose has a mean of 0: the mean over keys is the update without noise, as far as chance
 *  allows. Where it is told how wide it is meant to be, it is.
 *
 *  @example await checkLaws(unbiased((key) => addNoise({ eta: 0.1, gamma: 0.5, key }), () => identity())) */
export const unbiased = (
  noisy: (key: number) => AnyTransformation,
  without: () => AnyTransformation,
  { deviation, ...options }: NoiseOptions = {},
): Suite => {
  const subject = subjectOf(() => noisy(1), { cases: trainings({ maxSteps: 1, missing: false }), ...options })
  const keys = 64
  return {
    name: 'unbiased',
    about: aboutOf(subject),
    laws: [
      law(within(0))(
        {
          name: 'unbiased',
          equation: `|mean over ${keys} keys − update without noise| ≤ 6·s/√${keys} for each element, and s > 0`,
          reason: 'noise must not push. By chance alone this fails once in 2·10⁸ elements',
          bug: 'uniform noise from 0 to 1 that was scaled and not centred; the same key at each step',
          share: 0.1,
        },
        [subject.cases],
        ({ params, grads }: Training) => {
          const first = { params, grads: grads.slice(0, 1) }
          const of = (tx: AnyTransformation) => valuesOf(updatesOf(tx, first, subject.extraAt)[0]?.updates ?? null)
          const right = of(without())
          const drawn = Array.from({ length: keys }, (_, key) => of(noisy(key)))
          const far = zipped(right, columnsOf(drawn), (x, column) => {
            const mean = column.reduce((sum, y) => sum + y, 0) / keys
            const spread = Math.sqrt(column.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (keys - 1))
            const fits = spread > 0 && Math.abs(mean - x) <= (6 * spread) / Math.sqrt(keys) + 1e-6 * Math.abs(x)
            return fits ? [] : [x]
          })
          return { left: far.flat(), right: [] }
        },
      ),
      law(exactly)(
        {
          name: 'no two alike',
          equation: `g all the same ⇒ over ${keys} keys no two elements, leaves or steps get the same noise`,
          reason: 'noise that comes again adds up in place of averaging out',
          bug: 'one seed for every step, or for every leaf;  one number for a whole leaf, by broadcasting',
          share: 0.05,
          presumes: ['unbiased'],
        },
        [subject.cases],
        ({ params, grads }) => {
          const same = mapNumbers(({ shape, values }) => ({ shape, values: values.map(() => 0.3) }))
          const g = same(grads[0] ?? params)
          const drawn = Array.from({ length: keys }, (_, key) =>
            updatesOf(noisy(key), { params: same(params), grads: [g, g] }, subject.extraAt).flatMap((one) =>
              valuesOf(one.updates),
            ),
          )
          const columns = columnsOf(drawn).map((column) => column.join())
          return { left: new Set(columns).size, right: columns.length }
        },
      ),
      ...(deviation === undefined
        ? []
        : [
            law(exactly)(
              {
                name: 'as wide as it says',
                equation: `over ${keys} keys and all elements, at each of four steps: ∛(s²/σ²) is 1 − 2/9n, to seven times √(2/9n)`,
                reason:
                  'too little noise hides nothing, too much drowns the gradient. By chance alone it fails once in 10¹¹',
                bug: 'a variance taken for a deviation; noise of a sum that was not divided by the size of the batch',
                share: 0.1,
                presumes: ['unbiased'],
              },
              [subject.cases],
              ({ params, grads }: Training) => {
                const steps = [0, 1, 2, 3]
                const training = { params, grads: steps.map(() => grads[0] ?? null) }
                const of = (tx: AnyTransformation) =>
                  updatesOf(tx, training, subject.extraAt).map(({ updates }) => valuesOf(updates))
                const still = of(without())
                const drawn = Array.from({ length: keys }, (_, key) => of(noisy(key)))
                const far = steps.filter((t) => {
                  const off = drawn.flatMap((one) => zipped(nth(one, t), nth(still, t), (y, x) => y - x))
                  const n = off.length
                  if (n === 0) return false
                  const share = off.reduce((sum, y) => sum + y * y, 0) / n / deviation(t) ** 2
                  // the cube root of a sum of squares is nearly normal (Wilson and Hilferty)
                  return !(Math.abs(Math.cbrt(share) - 1 + 2 / (9 * n)) <= 7 * Math.sqrt(2 / (9 * n)))
                })
                return { left: far.map((t) => `at step ${t} it is not ${deviation(t)}`), right: [] }
              },
            ),
          ]),
    ],
  }
}

const valuesOf = (spec: TreeSpec): readonly number[] => numbersIn(spec).flatMap(({ values }) => values)

const times = (spec: TreeSpec, factor: number): TreeSpec =>
  mapNumbers(({ shape, values }) => ({
    shape,
    values: values.map((x) => Math.fround((Math.abs(x) > 4 ? 1 : x) * factor)),
  }))(spec)

const known = knownOnly<DescentOptions>('descends', {
  steps: true,
  to: true,
  floor: true,
  extra: true,
  cases: true,
  couples: true,
  guests: true,
})
