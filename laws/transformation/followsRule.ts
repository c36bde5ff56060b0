import type { Suite } from '../Suite.js'
import { followsWholeRule, type RuleOptions } from './followsWholeRule.js'
import type { Maker } from './Subject.js'
import { nth } from '../nth.js'

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
  /** What of what is kept of a number stands in the state, by its place there: `(m) => ({ trace: m })`.
   *
   *  @defaultValue updates alone are compared */
  readonly state?: (kept: S) => Readonly<Record<string, number>>
}

/** The law that a transformation is the one that it is called: its equations, written down for one number in plain
 *  double. All else holds for many a rule; this one tells β₁ from β₂.
 *
 *  @example
 *  await checkLaws(followsRule(() => trace({ decay: 0.9 }), {
 *    init: () => 0,
 *    next: (g, m) => [g + 0.9 * m, g + 0.9 * m],
 *  })) */
export const followsRule = <S>(maker: Maker, rule: PlainRule<S>, options: RuleOptions = {}): Suite => {
  const shown = rule.state
  return followsWholeRule<readonly (readonly S[])[]>(
    maker,
    {
      init: (params) => params.map(({ values }) => values.map(rule.init)),
      next: (updates, kept, { params, count, extra }) => {
        const rows = params.map(({ values }, i) => {
          const [gradient, old = []] = [updates[i], kept[i]]
          if (gradient === undefined) return { kept: old }
          const pairs = values.map((param, j) =>
            rule.next(nth(gradient.values, j), nth(old, j), { param, count, extra }),
          )
          return { update: pairs.map(([update]) => update), kept: pairs.map(([, next]) => next) }
        })
        return [rows.map(({ update }) => update), rows.map(({ kept: next }) => next)]
      },
      ...(shown === undefined
        ? {}
        : {
            state: (kept) => {
              const rows = kept.map((leaf) => leaf.map(shown))
              const places = Object.keys(rows.find((leaf) => leaf.length > 0)?.[0] ?? {}) // no numbers, no places
              return Object.fromEntries(
                places.map((place) => [place, rows.map((leaf) => leaf.map((one) => placed(one, place)))]),
              )
            },
          }),
    },
    options,
  )
}

const placed = (one: Readonly<Record<string, number>>, place: string): number => {
  const found = one[place]
  if (found === undefined)
    throw new RangeError(`its rule: its state has a ${place} of some numbers, and of others none`)
  return found
}
