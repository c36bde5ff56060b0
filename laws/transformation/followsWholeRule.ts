import { knownOnly } from '../../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { eachWithin, within } from '../Agreement.js'
import { type Training, trainings } from '../arbitraries/training.js'
import { everyShape } from '../arbitraries/trees.js'
import { leavesAt } from '../averaging/Subject.js'
import { extraAt } from '../extraAt.js'
import { law } from '../Law.js'
import { isNumbers, mapNumbers, type Numbers, numbersIn, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { trajectory, updatesOf } from '../trajectory.js'
import { inDouble } from './inDouble.js'
import { aboutOf, type Maker, subjectOf, type TransformationOptions, type TransformationSubject } from './Subject.js'
import { zipped } from '../zipped.js'
import { nth } from '../nth.js'

/** What a transformation does with all leaves, in plain double: norms, matrices, whatever no element knows alone. Leaves
 *  are lists in the order of the tree. */
export interface WholeRule<S> {
  /** What is kept at the start. */
  readonly init: (params: readonly Numbers[]) => S
  /** The updates and what is kept then. Where a leaf has no gradient, `undefined` stands in its place, in either list. */
  readonly next: (updates: readonly (Numbers | undefined)[], kept: S, at: WholeAt) => readonly [Values, S]
  /** What of what is kept stands in the state, by its place there, such as `mu` or `info.steps`: a number, or the
   *  numbers of each tensor.
   *
   *  @defaultValue updates alone are compared */
  readonly state?: (kept: S) => Readonly<Record<string, number | Values>>
}

/** The numbers of each leaf. */
export type Values = readonly (readonly number[] | undefined)[]

/** What a rule may look at besides. `count`: how many steps there were before. */
export interface WholeAt {
  readonly params: readonly Numbers[]
  readonly count: number
  readonly extra: unknown
}

/** How it is compared. */
export interface RuleOptions extends TransformationOptions {
  /** How far updates may lie from the rule's, as a part of the largest of them.
   *
   *  @defaultValue 1e-4 */
  readonly tolerance?: number
  /** Whether steps may lack a gradient. There a number rests, and so does what is kept of it; the count goes on.
   *
   *  @defaultValue false: what is kept of a number may be a count of its own */
  readonly missing?: boolean
  /** Whether parameters go with the updates, and are compared: for rules that look at where they were before.
   *
   *  @defaultValue false: parameters rest, and updates are compared */
  readonly moves?: boolean
  /** Whether its reference in double is to follow the rule, too.
   *
   *  @defaultValue false: what is made of tensors has none */
  readonly reference?: boolean
  /** The place in its state that counts steps, such as `count`: by each step one more.
   *
   *  @defaultValue none does */
  readonly counted?: string
}

/** The law of `followsRule` for what looks at whole leaves, or at all of them: a rule in plain double.
 *
 *  @example
 *  await checkLaws(followsWholeRule(() => normalize(), {
 *    init: () => null,
 *    next: (updates) => {
 *      const norm = Math.hypot(...updates.flatMap((leaf) => leaf?.values ?? [])) // not every leaf has a gradient
 *      return [updates.map((leaf) => leaf?.values.map((x) => x / (norm || 1))), null]
 *    },
 *  })) */
export const followsWholeRule = <S>(maker: Maker, rule: WholeRule<S>, given: RuleOptions = {}): Suite => {
  const {
    tolerance = 1e-4,
    missing = false,
    cases = someSteps(missing),
    moves = false,
    reference = false,
    counted,
    ...options
  } = known(given)
  const subject = subjectOf(maker, { ...options, cases })
  return {
    name: `its rule ${aboutOf(subject)().name}`,
    about: aboutOf(subject),
    laws: [
      law(within(tolerance))(
        {
          name: 'its rule',
          equation: 'updates(g₁ … gₜ) = those of the rule in plain numbers, element by element',
          reason: 'a rule that somebody did not mean is lawful, too: only what it should be tells',
          bug: 'β₁ and β₂ exchanged; momentum with a lag of one step; a bias correction that counts from 0;  an ε inside the root',
        },
        [cases],
        (training) => {
          const steps = moves
            ? trajectory(subject.tx(), training, options.extra)
                .slice(1)
                .map(({ params, state }) => ({ shown: params, state }))
            : updatesOf(subject.tx(), training, options.extra).map(({ updates, state }) => ({ shown: updates, state }))
          // a rule may look at parameters, which are rounded: a few units in the last place of the largest are allowed
          const most = Math.max(0, ...numbersIn(training.params).flatMap(({ values }) => values.map(Math.abs)))
          const rounding = (most * 2 ** -20) / tolerance
          const right = byRule(rule, training, moves, options.extra).map(({ shown }) => shown)
          const exact = reference ? [inDouble(subject.tx(), training, options.extra, moves)] : []
          // values alone: the numbers of a shape are no scale, nor are counts
          const [found, meant] = [steps.map(({ shown }) => listed(shown)), right.map(listed)]
          const counts = (of: (state: unknown, t: number, place: string) => unknown) =>
            counted === undefined ? [] : [steps.map(({ state }, t) => `${counted}: ${String(of(state, t, counted))}`)]
          return {
            left: [
              found,
              rounding,
              ...exact.map((spec) => spec.map(listed)),
              ...counts((state, _, place) => placeIn(state, place)),
            ],
            right: [meant, rounding, ...exact.map(() => meant), ...counts((_, t) => t + 1)],
          }
        },
      ),
      ...(rule.state === undefined
        ? []
        : [itsState(subject, rule, rule.state, { ...options, cases, tolerance, moves })]),
    ],
  }
}

/** The law of what a step leaves behind. What updates do not show yet, a later step would. */
const itsState = <S>(
  subject: TransformationSubject,
  rule: WholeRule<S>,
  shown: NonNullable<WholeRule<S>['state']>,
  { cases, tolerance, moves, extra }: Required<Pick<RuleOptions, 'cases' | 'tolerance' | 'moves'>> & RuleOptions,
) =>
  law(eachWithin(tolerance))(
    {
      name: 'its state',
      equation: 'state(g₁ … gₜ) = that of the rule in plain numbers, place by place, from init on',
      reason: 'what is wrong in a state shows in updates late, in part, or after the training is resumed',
      bug: 'a factor that cancels out of updates, and counts again where the rate changes; the loss of another trial;  a start that nothing shows until it is saved',
    },
    [cases],
    (training) => {
      const start = moves ? training : { ...training, grads: [] }
      const states = [
        ...trajectory(subject.tx(), start, extra),
        ...(moves ? [] : updatesOf(subject.tx(), training, extra)),
      ].map(({ state }) => state)
      const meant = [
        rule.init(numbersIn(training.params)),
        ...byRule(rule, training, moves, extra).map(({ kept }) => kept),
      ].map(shown)
      const places = Object.keys(nth(meant, 0))
      const each = (of: (place: string) => unknown) => Object.fromEntries(places.map((place) => [place, of(place)]))
      return {
        left: each((place) => states.map((state) => placeIn(state, place))),
        right: each((place) => meant.map((kept) => plainly(kept[place]))),
      }
    },
  )

const placeIn = (state: unknown, place: string): unknown => {
  const found = place
    .split('.')
    .reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key], state) // a record or a list
  return typeof found === 'object' ? listed(found as TreeSpec) : found // tensors that were read back
}

const plainly = (kept: number | Values | undefined): unknown =>
  typeof kept === 'object' ? kept.filter((leaf) => leaf !== undefined) : kept

const listed = (spec: TreeSpec): readonly (readonly number[])[] => numbersIn(spec).map(({ values }) => values)

const someSteps = (missing: boolean): fc.Arbitrary<Training> =>
  fc.oneof(
    { weight: 9, arbitrary: trainings({ maxSteps: 6, missing, shapes: everyShape }) },
    { weight: 1, arbitrary: trainings({ minSteps: 12, maxSteps: 24, missing }) },
    // what is added to a root counts where gradients are next to nothing, and only there
    {
      weight: 1,
      arbitrary: trainings({ maxSteps: 4, missing }).map((training) => ({
        ...training,
        grads: training.grads.map(mapNumbers(tiny)),
      })),
    },
    // nothing but zeros, now and then from the first step on: what is divided by then?
    {
      weight: 1,
      arbitrary: fc.tuple(trainings({ maxSteps: 3, missing }), fc.nat({ max: 2 })).map(([training, step]) => ({
        ...training,
        grads: training.grads.map((g, t) => (t === step ? mapNumbers(still)(g) : g)),
      })),
    },
  )

const tiny = ({ shape, values }: Numbers): Numbers => ({ shape, values: values.map((x) => x * 2 ** -16) })

const still = ({ shape, values }: Numbers): Numbers => ({ shape, values: values.map(() => 0) })

/** The updates of a rule where parameters stay where they are, or the parameters, where they move; and what is kept. */
const byRule = <S>(
  rule: WholeRule<S>,
  { params, grads }: Training,
  moves: boolean,
  given: unknown,
): readonly { readonly shown: TreeSpec; readonly kept: S }[] => {
  let now = numbersIn(params)
  let kept = rule.init(now)
  return grads.map((spec, count) => {
    const extra = tidily(() => extraAt(given ?? {})(tensorsFrom(spec), tensorsFrom(params))) // most need none
    const seen = leavesAt(params, spec).map((one) => (isNumbers(one) ? one : undefined))
    const [updates, next] = rule.next(seen, kept, { params: now, count, extra })
    kept = next
    if (moves)
      now = now.map((leaf, i) => {
        const update = updates[i]
        return update === undefined ? leaf : { ...leaf, values: zipped(leaf.values, update, (x, u) => x + u) }
      })
    let i = 0
    const shown = mapNumbers(({ shape }) => {
      const [update, { values }] = [updates[i], nth(now, i++)]
      if (moves) return { shape, values }
      return update === undefined ? null : { shape, values: update }
    })(params)
    return { shown, kept }
  })
}

const known = knownOnly<RuleOptions>('followsWholeRule', {
  tolerance: true,
  missing: true,
  moves: true,
  reference: true,
  counted: true,
  extra: true,
  cases: true,
  couples: true,
  guests: true,
})
