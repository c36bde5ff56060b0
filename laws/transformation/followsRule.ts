import fc from 'fast-check'
import { within } from '../Agreement.js'
import { type Training, trainings } from '../arbitraries/training.js'
import { everyShape } from '../arbitraries/trees.js'
import { leavesAt } from '../averaging/Subject.js'
import { extraAt } from '../extraAt.js'
import { law } from '../Law.js'
import { isNumbers, mapNumbers, numbersIn, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { trajectory, updatesOf } from '../trajectory.js'
import { aboutOf, type Maker, subjectOf, type TransformationOptions } from './Subject.js'

/** What a transformation does with one number, in plain double: its equations as the paper has them. */
export interface PlainRule<S> {
  /** What is kept of a parameter at the start. */
  readonly init: (param: number) => S
  /** The update and what is kept then. `count`: how many steps there were before. */
  readonly next: (
    update: number,
    kept: S,
    at: { readonly param: number; readonly count: number; readonly extra: unknown },
  ) => readonly [update: number, kept: S]
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
}

/** The law that a transformation is the one that it is called: its equations, written down for one number in plain
 *  double. All else holds for many a rule; this one tells β₁ from β₂.
 *
 *  @example
 *  checkLaws(followsRule(() => trace({ decay: 0.9 }), {
 *    init: () => 0,
 *    next: (g, m) => [g + 0.9 * m, g + 0.9 * m],
 *  })) */
export const followsRule = <S>(
  maker: Maker,
  rule: PlainRule<S>,
  { tolerance = 1e-4, missing = false, cases = someSteps(missing), moves = false, ...options }: RuleOptions = {},
): Suite => {
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
          bug: 'β₁ and β₂ exchanged; momentum with a lag of one step; a bias correction that counts from 0',
        },
        [cases],
        (training) => {
          const left = moves
            ? trajectory(subject.tx(), training, options.extra)
                .slice(1)
                .map(({ params }) => params)
            : updatesOf(subject.tx(), training, options.extra).map(({ updates }) => updates)
          // a rule may look at parameters, which are rounded: a few units in the last place of the largest are allowed
          const most = Math.max(0, ...numbersIn(training.params).flatMap(({ values }) => values.map(Math.abs)))
          const rounding = (most * 2 ** -20) / tolerance
          return { left: [left, rounding], right: [byRule(rule, training, moves, options.extra), rounding] }
        },
      ),
    ],
  }
}

const someSteps = (missing: boolean): fc.Arbitrary<Training> =>
  fc.oneof(
    { weight: 9, arbitrary: trainings({ maxSteps: 6, missing, shapes: everyShape }) },
    { weight: 1, arbitrary: trainings({ minSteps: 12, maxSteps: 24, missing }) },
  )

/** The updates of a rule where parameters stay where they are; or the parameters, where they move. */
const byRule = <S>(
  rule: PlainRule<S>,
  { params, grads }: Training,
  moves: boolean,
  given: unknown,
): readonly TreeSpec[] => {
  let now = numbersIn(params).map(({ values }) =>
    values.map((param) => ({ param, update: Number.NaN, kept: rule.init(param) })),
  )
  return grads.map((spec, count) => {
    const extra = tidily(() => extraAt(given ?? {})(tensorsFrom(spec), tensorsFrom(params)))
    const gradients = leavesAt(params, spec)
    now = now.map((leaf, i) => {
      const gradient = gradients[i]
      if (!isNumbers(gradient)) return leaf
      return leaf.map(({ param, kept }, j) => {
        const [update, next] = rule.next(gradient.values[j] ?? Number.NaN, kept, { param, count, extra })
        return { param: moves ? param + update : param, update, kept: next }
      })
    })
    let i = 0
    return mapNumbers(({ shape }) => {
      const [gradient, leaf = []] = [gradients[i], now[i++]]
      if (moves) return { shape, values: leaf.map(({ param }) => param) }
      return isNumbers(gradient) ? { shape, values: leaf.map(({ update }) => update) } : null
    })(params)
  })
}
