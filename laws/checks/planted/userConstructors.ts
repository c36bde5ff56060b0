import fc from 'fast-check'
import { constructorLaws } from '../../constructorLaws.js'
import { followsFormula } from '../../followsFormula.js'
import { refusalLaws } from '../../refusalLaws.js'
import type { Suite } from '../../Suite.js'
import type { Told } from '../../telling.js'

interface Warmed {
  readonly peak: number
  readonly warmup: number
  readonly total: number
}

const warmed: fc.Arbitrary<Warmed> = fc
  .tuple(fc.constantFrom(1, 0.1, 0.3), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 20 }))
  .map(([peak, warmup, more]) => ({ peak, warmup, total: warmup + more }))
const half = (u: number): number => (1 + Math.cos(Math.PI * Math.min(1, u))) / 2
const meant =
  ({ peak, warmup, total }: Warmed) =>
  (n: number): number =>
    n < warmup ? (peak * n) / warmup : peak * half((n - warmup) / (total - warmup))

interface Line {
  readonly from: number
  readonly to: number
}
const lines: fc.Arbitrary<Line> = fc.record({
  from: fc.constantFrom(0.1, 0.3, 0.7, 1),
  to: fc.constantFrom(1, 0.1, 3, 0.7),
})
const line =
  ({ from, to }: Line) =>
  (n: number): number =>
    from + (to - from) * Math.min(1, n / 10)

/** A decay as users write them: a function, and what it was made from. */
interface Decay {
  readonly rate?: number | ((count: number) => number)
  readonly floor?: number
}
interface Made {
  readonly value: (count: number) => number
  readonly told: Told
}
const decays: fc.Arbitrary<Decay> = fc.record(
  { rate: fc.constantFrom(0.5, 0.9, (count: number) => 1 / (1 + count)), floor: fc.constantFrom(0.01, 0.1) },
  { requiredKeys: [], noNullPrototype: true },
)

const refuse = (options: object, known: readonly string[]): void => {
  for (const [key, value] of Object.entries(options)) {
    if (!known.includes(key)) throw new TypeError(`decay: there is no option ${key}`)
    if (typeof value !== 'function' && !Number.isFinite(value)) throw new TypeError(`decay: ${key} must be a number`)
  }
}
const plain = (value: unknown): unknown => (typeof value === 'function' ? { $function: value.name } : value)
const told = (options: object): Told => ({
  name: 'decay',
  options: Object.freeze(
    Object.fromEntries(Object.entries(options).map(([key, value]) => [key, Object.freeze(plain(value))])),
  ),
})
const decay = ({ rate = 0.9, floor = 0 }: Decay): Made['value'] => {
  return (n) => Math.max(floor, typeof rate === 'number' ? rate ** n : rate(n))
}
const suiteOf = (make: (options: Decay) => Made, wrong: readonly (readonly [object, string])[] = []): Suite =>
  constructorLaws<Decay, Made>({
    name: 'decay',
    make,
    wrong,
    options: decays,
    told: (made) => made.told,
    does: ({ value }) => [0, 1, 2, 3].map(value),
  })

/** Bugs of constructors that take options: schedules mostly, each with the law that catches it. */
export const userConstructors: readonly (readonly [bug: string, caughtBy: string, suite: Suite])[] = [
  [
    'a cosine that begins at the start of the warm-up, and has come down a part of the way where the peak should be',
    'its formula',
    followsFormula(
      ({ peak, warmup, total }: Warmed) =>
        (n) =>
          n < warmup ? (peak * n) / warmup : peak * half(n / total),
      { options: warmed, formula: meant },
    ),
  ],
  [
    'a decay that takes the whole length, beside its warm-up and not after it',
    'its formula',
    followsFormula(
      ({ peak, warmup, total }: Warmed) =>
        (n) =>
          n < warmup ? (peak * n) / warmup : peak * half((n - warmup) / total),
      { options: warmed, formula: meant },
    ),
  ],
  [
    'tops that are halved by the square of the cycle: the first two cycles are right',
    'its formula',
    followsFormula(
      ({ up }: { readonly up: number }) =>
        (n) =>
          2 ** -(Math.floor(n / up) ** 2),
      {
        options: fc.record({ up: fc.integer({ min: 4, max: 8 }) }),
        formula:
          ({ up }) =>
          (n) =>
            0.5 ** Math.floor(n / up),
      },
    ),
  ],
  [
    'a line that ends a rounding beside the value that was asked for',
    'its points',
    followsFormula(line, {
      options: lines,
      formula: line,
      points: ({ from, to }) => [
        [0, from],
        [10, to],
      ],
    }),
  ],
  [
    'a fingerprint in which each schedule is a function',
    'told whole',
    suiteOf((options) => {
      refuse(options, ['rate', 'floor'])
      return { value: decay(options), told: { name: 'decay', options: { rate: 0.9, floor: 0, ...options } } }
    }),
  ],
  [
    'a default that is told, and another one that is taken',
    'made again',
    suiteOf((options) => {
      refuse(options, ['rate', 'floor'])
      return { value: decay(options), told: told({ rate: 0.99, floor: 0, ...options }) }
    }),
  ],
  [
    'another default than the one that is documented',
    'what is left out',
    constructorLaws<Decay, Made>({
      name: 'decay',
      make: (options) => {
        refuse(options, ['rate', 'floor'])
        return { value: decay({ floor: 0.01, ...options }), told: told({ rate: 0.9, floor: 0.01, ...options }) }
      },
      options: decays,
      told: (made) => made.told,
      usual: { rate: 0.9, floor: 0 },
    }),
  ],
  [
    'x < 0, asked of NaN',
    'refuses what is no number',
    suiteOf((options) => {
      if (typeof options.rate === 'number' && options.rate < 0) throw new RangeError('decay: rate must be ≥ 0')
      return { value: decay(options), told: told({ rate: 0.9, floor: 0, ...options }) }
    }),
  ],
  [
    'a misspelt option that has no effect',
    'refuses what it does not know',
    suiteOf((options) => ({ value: decay(options), told: told({ rate: 0.9, floor: 0, ...options }) })),
  ],
  [
    'a floor above the first value: a decay that rises at once',
    'refuses what it cannot do',
    suiteOf(
      (options) => {
        refuse(options, ['rate', 'floor'])
        return { value: decay(options), told: told({ rate: 0.9, floor: 0, ...options }) }
      },
      [[{ rate: 0.9, floor: 2 }, 'floor']],
    ),
  ],
  [
    'a mean of nothing: NaN',
    'refuses what it must',
    refusalLaws({ name: 'mean', refused: [[() => mean([]), 'no values']] }),
  ],
  [
    'a check of a sum that asks for its truth: 0 is refused',
    'takes what it can',
    refusalLaws({
      name: 'mean',
      refused: [],
      taken: [
        () => {
          if (!mean([1, -1])) throw new RangeError('mean: there are no values')
        },
      ],
    }),
  ],
]

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
