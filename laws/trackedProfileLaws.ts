import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { trackedProfiles, type TrackedProfile } from '../src/averaging/trackedProfiles.js'
import { exponential } from '../src/averaging/schemes/exponential.js'
import { powerFunction } from '../src/averaging/schemes/powerFunction.js'
import type { AnyScheme, Scheme } from '../src/averaging/Scheme.js'
import { type AverageOptions, withAverage } from '../src/averaging/withAverage.js'
import { chain } from '../src/combinators/chain.js'
import { hide } from '../src/combinators/transformations.js'
import { identity } from '../src/transformation/identity.js'
import { step } from '../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../src/transformation/Transformation.js'
import { within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { valuesOf } from './averaging/Subject.js'
import { law } from './Law.js'
import { numbersFrom, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { nth } from './nth.js'
import { weighted } from './averaging/snapshotsOf.js'

/** What takes the place of `trackedProfiles`. */
export interface TrackedSubject {
  readonly tracked: (tx: Transformation<Opaque>, state: unknown) => readonly TrackedProfile[]
  /** The lift whose averages it is asked about. Default `withAverage`. */
  readonly lift: (scheme: AnyScheme, options: AverageOptions) => (inner: Transformation<Opaque>) => AnyTransformation
}

/** The law of what is stored for synthesis after the training.
 *
 *  @example await checkLaws(trackedProfileLaws()) */
export const trackedProfileLaws = (given: Partial<TrackedSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  tracked = (tx, state) => trackedProfiles(tx, state as never), // whatever the state is, it is that of tx
  lift = (scheme, options) => (inner) => withAverage(scheme as Scheme, options)(inner), // of whatever numbers and extras
}: Partial<TrackedSubject>): Suite => ({
  name: 'tracked profiles',
  laws: [
    law(within(2 ** -17))(
      {
        name: 'time and power',
        equation:
          'told (τ, γ) ⇒ the average is Σ (sᵞ⁺¹ − s′ᵞ⁺¹)·x(s)/τᵞ⁺¹, s and s′ its updates up to τ; of others nothing is told',
        reason: 'what is combined later must be what it is said to be',
        bug: 'profiles stored with the step of the training for the time of an average that had begun late',
      },
      [
        fc.constantFrom(0, 1, 3),
        fc.record({ start: fc.nat({ max: 2 }), every: fc.integer({ min: 1, max: 3 }) }),
        fc.boolean(),
        fc.boolean(),
        trainings({ maxSteps: 7, values: ordinary, missing: false, nulls: false }),
      ],
      (gamma, { start, every }, byClock, chained, { params, grads }) =>
        tidily(() => {
          const scheme = byClock ? powerFunction({ gamma, unit: 'samples' }) : powerFunction({ gamma })
          const lifted = (of: AnyScheme, options: AverageOptions, inner: Transformation<Opaque>) =>
            lift(of, options)(inner) as Transformation<Opaque> // its state is only passed on
          const other = lifted(exponential({ decay: 0.5 }), { name: 'Other' }, hide(identity()))
          const of = lifted(scheme, { start, every, name: 'Power' }, other)
          const tx: Transformation<Opaque> = chained ? hide(chain(identity(), of)) : of
          const advance = step(tx)
          const first = tensorsFrom(params)
          let now = { params: first, state: tx.init(first) }
          const told = () =>
            tracked(tx, now.state).map((one) => ({
              ...one,
              average: valuesOf(numbersFrom(one.average) as TreeSpec), // a tree
            }))
          const seen = [told()]
          const x = [valuesOf(params)]
          for (const [count, spec] of grads.entries()) {
            now = advance(tensorsFrom(spec), now.state, now.params, { samples: total(count + 1) } as never) // of one who counts them
            x.push(valuesOf(numbersFrom(now.params) as TreeSpec)) // parameters read back
            seen.push(told())
          }
          const time = (t: number) => (byClock ? total(start + t) - total(start) : t)
          // before its first update nothing is told of it
          const meant = (steps: number) => {
            const updates = Array.from(
              { length: Math.floor(Math.max(0, steps - start) / every) },
              (_, j) => (j + 1) * every,
            )
            const latest = updates.at(-1)
            if (latest === undefined) return []
            const last = time(latest)
            const weights = updates.map(
              (t) => (time(t) ** (gamma + 1) - time(t - every) ** (gamma + 1)) / last ** (gamma + 1),
            )
            const taken = updates.map((t) => nth(x, start + t))
            return [{ name: 'Power', time: last, gamma, average: weighted(weights, taken) }]
          }
          // x: the scale
          return { left: [seen, x], right: [x.map((_, steps) => meant(steps)), x] }
        }),
    ),
  ],
})

/** Amounts that differ from step to step. */
const total = (steps: number): number => 4 * steps + (steps % 3)

const known = knownOnly<Partial<TrackedSubject>>('trackedProfileLaws', { tracked: true, lift: true })
