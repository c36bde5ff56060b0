import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import type { AnyTransformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { exactly, within } from './Agreement.js'
import { type Training, trainings } from './arbitraries/training.js'
import { averagesOf, valuesOf } from './averaging/Subject.js'
import { law } from './Law.js'
import { mapNumbers, zipNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'
import { trajectory } from './trajectory.js'
import { zipped } from './zipped.js'
import { nth } from './nth.js'

type DecayLift = (decay: number) => (inner: AnyTransformation) => AnyTransformation

/** What an average with a decay is beside its decay. */
export interface MoveOptions {
  /** The average after one step from its start to x.
   *
   *  @defaultValue decay·start + (1 − decay)·x */
  readonly after?: (start: number, x: number, decay: number) => number
  /** Whether a decay of 1 lets it rest.
   *
   *  @defaultValue true */
  readonly rests?: boolean
}

/** The laws of how an average moves, where its two ends are far from one another: `decay` is what it keeps of itself.
 *
 *  @example await checkLaws(moveLaws((decay) => (inner) => withAverage(exponential({ decay }))(inner))) */
export const moveLaws = (lift: DecayLift, given: MoveOptions = {}): Suite => lawsOf(lift, known(given))

const lawsOf = (
  lift: DecayLift,
  { after = (start, x, decay) => decay * start + (1 - decay) * x, rests = true }: MoveOptions,
): Suite => ({
  name: 'moves of an average',
  laws: [
    law(within(2 ** -18))(
      {
        name: 'far ends',
        equation:
          'from 2²⁰·u to u′ with decay 2⁻¹², from u to 2²⁰·u′ with 1 − 2⁻¹²: A as exact as what it comes to, not as 2²⁰',
        reason:
          'an average that leaves its past, or hardly looks at the present, is small where the other end is large',
        bug: 'A − c·(A − x) with c next to 1: the rounding of a large A is larger than what comes out',
      },
      [digits, fc.boolean()],
      ({ params, grads }, leaving) => {
        const [large, small] = leaving ? [params, grads[0] ?? null] : [grads[0] ?? null, params]
        const far = mapNumbers(({ shape, values }) => ({ shape, values: values.map((u) => u * 2 ** 20) }))(large)
        const [start, end] = leaving ? [far, small] : [small, far]
        const to = zipNumbers((x, from) => Math.fround(x - from))(end, start)
        const decay = leaving ? 2 ** -12 : 1 - 2 ** -12
        const moments = trajectory(lift(decay)(scale({ stepSize: 1 })), { params: start, grads: [to] })
        const [x0, x1] = [valuesOf(nth(moments, 0).params), valuesOf(nth(moments, 1).params)]
        return {
          left: [averagesOf(moments).slice(1).map(valuesOf), 256],
          right: [[zipped(x0, x1, (from, x) => after(from, x, decay))], 256], // 256: the scale, u·2²⁰⁻¹²
        }
      },
    ),
    ...(rests
      ? [
          law(exactly)(
            {
              name: 'at rest',
              equation: 'decay 1 ⇒ A = x₀, bitwise, whatever becomes of the parameters: ∞, NaN',
              reason: 'what an average does not look at it does not hear of: it is what one goes back to',
              bug: 'A − 0·(A − x): NaN as soon as x is ∞',
            },
            [digits, fc.constantFrom(Infinity, -Infinity, Number.NaN, 3e38)],
            ({ params, grads }, bad) => {
              const worse = mapNumbers(({ shape, values }) => ({ shape, values: values.map(() => bad) }))(params)
              const training = { params, grads: [...grads, worse, ...grads] }
              const averages = averagesOf(trajectory(lift(1)(scale({ stepSize: 1 })), training))
              return { left: averages, right: averages.map(() => params) }
            },
          ),
        ]
      : []),
  ],
})

/** Numbers from 1 to 2 with all the digits that float32 has. */
const digits: fc.Arbitrary<Training> = trainings({
  minSteps: 1,
  maxSteps: 1,
  values: fc.integer({ min: 2 ** 22, max: 2 ** 23 - 1 }).map((k) => k / 2 ** 22),
  missing: false,
})

const known = knownOnly<MoveOptions>('moveLaws', { after: true, rests: true })
