import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { averageWarnings } from '../src/averaging/averageWarnings.js'
import type { Scheme } from '../src/averaging/Scheme.js'
import { debiased } from '../src/averaging/schemes/debiased.js'
import { exponential } from '../src/averaging/schemes/exponential.js'
import { uniform } from '../src/averaging/schemes/uniform.js'
import { warmup } from '../src/averaging/schemes/warmup.js'
import { weightedBy } from '../src/averaging/schemes/weighted.js'
import { type AverageOptions, withAverage } from '../src/averaging/withAverage.js'
import { withBestAverage } from '../src/averaging/withBestAverage.js'
import { withMovingAverage } from '../src/averaging/withMovingAverage.js'
import { withSwag } from '../src/averaging/withSwag.js'
import { withWindowAverage } from '../src/averaging/withWindowAverage.js'
import { chain } from '../src/combinators/chain.js'
import { hide } from '../src/combinators/transformations.js'
import { identity } from '../src/transformation/identity.js'
import { step } from '../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { exactly, within } from './Agreement.js'
import { averageOf, valuesOf } from './averaging/Subject.js'
import { law } from './Law.js'
import { numbersFrom, tensorsFrom, tidily } from './Numbers.js'
import type { Suite } from './Suite.js'
import type { Moment } from './trajectory.js'
import { nth } from './nth.js'
import { equallyLong } from './Apart.js'

/** What takes the place of `averageWarnings`. */
export interface AverageWarningSubject {
  readonly warnings: (
    tx: Transformation<Opaque>,
    state: unknown,
  ) => readonly { readonly name: string; readonly initial: number }[]
  /** The lift whose averages it is asked about. Default `withAverage`. */
  readonly lift: (scheme: Scheme, options: AverageOptions) => (inner: Transformation<Opaque>) => AnyTransformation
  /** Averages of other kinds, each with whether it is warned of after a few steps.
   *
   *  @defaultValue the library's: `withMovingAverage` is warned of, unless its steps are told; none else */
  readonly others: readonly (readonly [lift: (inner: Transformation<Opaque>) => AnyTransformation, warned: boolean])[]
}

/** The law of warnings that an average is not one yet.
 *
 *  @example await checkLaws(averageWarningLaws()) */
export const averageWarningLaws = (given: Partial<AverageWarningSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  warnings = (tx, state) => averageWarnings(tx, state as never), // whatever the state is, it is that of tx
  lift = (scheme, options) => (inner) => withAverage(scheme, options)(inner),
  others = usual,
}: Partial<AverageWarningSubject>): Suite => ({
  name: 'warnings of averages',
  laws: [
    law(within(2 ** -18))(
      {
        name: 'what is left of the start',
        equation:
          'warned of ⇔ w(T, 0) > max(0.1, 2/(T + 1)), and told w(T, 0): what is seen of a start of 1 before 0, 0, …',
        reason:
          'an average that has not left the start evaluates like an untrained model, beside parameters that are right',
        bug: 'decay 0.999 for 48 steps: chance accuracy, and nobody knew why',
      },
      [averages, averages, fc.constantFrom(0, 1, 2, 3, 5, 8, 13, 21, 34), fc.nat({ max: 3 })],
      (inner, outer, steps, form) => {
        const lifted = (of: Scheme, options: AverageOptions) => (tx: Transformation<Opaque>) =>
          lift(of, options)(tx) as Transformation<Opaque> // its state is only passed on
        const first = lifted(inner.of, { ...inner.beat, name: 'Inner' })
        const second = lifted(outer.of, { ...outer.beat, name: 'Outer' })
        const nothing = hide(identity())
        const formed: readonly Transformation<Opaque>[] = [
          second(first(nothing)),
          second(first(hide(chain(identity(), scale({ stepSize: 1 }))))),
          hide(chain(identity(), first(nothing))),
          second(first(nothing)),
        ]
        const tx = nth(formed, form)
        return tidily(() => {
          const { state, seen } = trained(tx, steps, form === 2 ? [['1']] : [['inner'], []])
          const told = [inner, ...(form === 2 ? [] : [outer])].flatMap(({ told: asks }, i) => {
            const initial = nth(seen, i)
            const most = Math.max(0.1, 2 / (steps + 1))
            fc.pre(Math.abs(initial - most) > 1e-4)
            return asks || initial <= most ? [] : [{ name: ['Inner', 'Outer'][i], initial }]
          })
          return { left: warnings(tx, state).map(({ name, initial }) => ({ name, initial })), right: told }
        })
      },
    ),
    law(exactly)(
      {
        name: 'other averages',
        equation: 'of averages that are no recursion, and of those that hang on what steps are told, nothing is said',
        reason: 'what cannot be known is no warning',
        bug: 'an error in the middle of an evaluation, since a window has no coefficients',
      },
      [fc.constantFrom(0, 1, 3, 8), fc.nat()],
      (steps, pick) => {
        const [make, warned] = others[pick % others.length] ?? [(inner: AnyTransformation) => inner, false]
        const tx = make(hide(identity())) as Transformation<Opaque> // its state is only passed on
        return tidily(() => ({
          left: warnings(tx, trained(tx, steps, []).state).length,
          right: Number(warned && steps > 1),
        }))
      },
    ),
  ],
})

/** Averages of other kinds than `withAverage`'s, each with whether it is warned of after a few steps. */
const usual: AverageWarningSubject['others'] = [
  [(inner) => withMovingAverage({ decay: 0.99 })(inner), true],
  [(inner) => withMovingAverage({ decay: 0.99, numUpdates: 'given' })(inner), false],
  [(inner) => withWindowAverage({ window: 4 })(inner), false],
  [(inner) => withBestAverage({ best: 2 })(inner), false],
  [(inner) => withSwag({ rank: 1 })(inner), false],
]

interface Averaged {
  readonly of: Scheme
  readonly beat: AverageOptions
  /** Its coefficients hang on what steps are told: nothing can be said of it. */
  readonly told: boolean
}

const averages: fc.Arbitrary<Averaged> = fc
  .tuple(
    fc.constantFrom(
      { make: () => exponential({ decay: 0.999 }), told: false },
      { make: () => exponential({ decay: 0.9 }), told: false },
      { make: () => exponential({ decay: (t) => 1 - 1 / (t + 2) }), told: false },
      { make: () => debiased({ decay: 0.9 }), told: false },
      { make: () => warmup({ decay: 0.99 }), told: false },
      { make: () => uniform({ includeInitial: true }), told: false },
      { make: () => weightedBy(), told: true },
    ),
    fc.record({
      start: fc.nat({ max: 2 }),
      every: fc.integer({ min: 1, max: 3 }),
      before: fc.constantFrom('copy', 'rest'),
    }),
  )
  .map(([{ make, told }, beat]) => ({ of: make() as unknown as Scheme, beat, told })) // of whatever numbers and extras

/** The state after so many steps that go from 1 to 0 at once, and the average in each of some places. */
const trained = (
  tx: Transformation<Opaque>,
  steps: number,
  places: readonly (readonly string[])[],
): { readonly state: unknown; readonly seen: readonly number[] } => {
  const advance = step(tx)
  const number = (x: number) => tensorsFrom({ shape: [], values: [x] })
  let now: { readonly params: ReturnType<typeof number>; readonly state: unknown } = {
    params: number(1),
    state: tx.init(number(1)),
  }
  for (let t = 0; t < steps; t++)
    now = advance(number(t === 0 ? -1 : 0), now.state as never, now.params, { weight: 1, numUpdates: t } as never) // its own state
  const { state } = now
  return {
    state,
    seen: places.map((place) => {
      const record = place.reduce<unknown>(
        (at, key) => (at as Readonly<Record<string, unknown>>)[key],
        numbersFrom(state),
      ) // a state is records
      const average = valuesOf(averageOf({ params: null, state: record } satisfies Moment))
      return nth(equallyLong(average, [1]), 0) // of one number
    }),
  }
}

const known = knownOnly<Partial<AverageWarningSubject>>('averageWarningLaws', {
  warnings: true,
  lift: true,
  others: true,
})
