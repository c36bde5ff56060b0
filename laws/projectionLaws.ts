import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import type { Tree } from '../src/tree/Tree.js'
import { within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trees, treesLike } from './arbitraries/trees.js'
import { law } from './Law.js'
import { mapNumbers, numbersFrom, numbersIn, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'

/** What is known of the set that is projected on. */
export interface ProjectionOptions {
  /** Whether it is convex, as balls and boxes are and spheres are not.
   *
   *  @defaultValue true */
  readonly convex?: boolean
  /** How far a tree is from being in the set, 0 inside.
   *
   *  @defaultValue not asked */
  readonly outside?: (values: readonly number[]) => number
}

const pairs = trees({ values: ordinary, nulls: false }).chain((tree) =>
  fc.tuple(fc.constant(tree), treesLike(tree, { values: ordinary })),
)

/** The laws of a projection: the nearest point of a set.
 *
 *  @example await checkLaws(projectionLaws((tree) => projectionL2Ball(tree, { scale: 2 }))) */
export const projectionLaws = (project: (tree: Tree) => unknown, given: ProjectionOptions = {}): Suite => {
  const { convex = true, outside } = known(given)
  const onto = (spec: TreeSpec): readonly number[] =>
    valuesOf(tidily(() => numbersFrom(project(tensorsFrom(spec))) as TreeSpec)) // a tree like the one that came
  return {
    name: 'projection',
    laws: [
      law(within(1e-5))(
        {
          name: 'once is enough',
          equation: 'P(P(x)) = P(x)',
          reason: 'what is in the set is its own nearest point',
          bug: 'a projection on the sphere where the ball was meant:  points inside were pushed out',
        },
        [pairs],
        ([x]) => {
          const once = tidily(() => numbersFrom(project(tensorsFrom(x))) as TreeSpec)
          return { left: [onto(once), scaleOf(x)], right: [valuesOf(once), scaleOf(x)] }
        },
      ),
      ...(outside === undefined
        ? []
        : [
            law(within(1e-5))(
              {
                name: 'inside',
                equation: 'P(x) is in the set',
                reason: 'that is what it is for',
              },
              [pairs],
              ([x]) => ({ left: [outside(onto(x)), scaleOf(x)], right: [0, scaleOf(x)] }),
            ),
            law(within(1e-5))(
              {
                name: 'what is inside stays',
                equation: 'x in the set ⇒ P(x) = x, up to its very edge',
                reason: 'parameters that are allowed are nobody’s business',
                bug: 'the radius read for the diameter: a smaller set, whose projection obeys every other law',
                presumes: ['inside'],
              },
              [pairs, fc.constantFrom(1, 0.5, 0)],
              ([x], part) => {
                const within_ = (by: number): boolean => outside(valuesOf(scaledBy(by)(x))) <= 0
                const inner = scaledBy(part * furthest(within_))(x)
                return outside(valuesOf(inner)) <= 0
                  ? { left: [onto(inner), scaleOf(inner)], right: [valuesOf(inner), scaleOf(inner)] }
                  : { left: 'not inside', right: 'not inside' } // a set that this ray does not meet
              },
            ),
          ]),
      ...(convex
        ? [
            law(within(1e-4))(
              {
                name: 'nearest',
                equation: '⟨x − P(x), P(y) − P(x)⟩ ≤ 0 for all x, y',
                reason: 'no other point of the set is nearer: the angle is never acute',
                bug: 'clipping each element where the norm was meant: in the set, but not the nearest point of it',
              },
              [pairs],
              ([x, y]) => {
                const [from, px, py] = [valuesOf(x), onto(x), onto(y)]
                const [back, along] = [zipped(from, px, minus), zipped(py, px, minus)]
                const product = zipped(back, along, (a, b) => a * b).reduce((sum, x) => sum + x, 0)
                // of x − P(x) and P(y) − P(x) there is a rounding of the longest of them
                const scale = (norm(from) + norm(px)) * (norm(px) + norm(py)) + 1e-3
                return { left: [Math.max(0, product), scale], right: [0, scale] }
              },
            ),
            law(within(1e-5))(
              {
                name: 'no further apart',
                equation: '‖P(x) − P(y)‖ ≤ ‖x − y‖',
                reason: 'projected gradient descent converges because of this',
              },
              [pairs],
              ([x, y]) => {
                const [before, after] = [distance(valuesOf(x), valuesOf(y)), distance(onto(x), onto(y))]
                const scale = norm(valuesOf(x)) + norm(valuesOf(y))
                return { left: [Math.max(0, after - before), scale], right: [0, scale] }
              },
            ),
          ]
        : []),
      law(within(0))(
        {
          name: 'its own form',
          equation: 'P(x) has the structure and shapes of x, and x stays as it was',
          reason: 'parameters are replaced by it',
        },
        [pairs],
        ([x]) =>
          tidily(() => {
            const tree = tensorsFrom(x)
            const form = mapNumbers(({ shape }) => ({ shape, values: [] }))
            const there = numbersFrom(project(tree)) as TreeSpec // as above
            return { left: [form(there), numbersFrom(tree)], right: [form(x), x] }
          }),
      ),
    ],
  }
}

const scaledBy = (by: number) =>
  mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => Math.fround(by * x)) }))

/** The largest factor up to 1 that stays inside; 0 where none does. */
const furthest = (inside: (by: number) => boolean): number => {
  if (inside(1)) return 1
  let [low, high] = [0, 1]
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2
    if (inside(middle)) low = middle
    else high = middle
  }
  return low
}

const valuesOf = (spec: TreeSpec): readonly number[] => numbersIn(spec).flatMap(({ values }) => values)
const scaleOf = (spec: TreeSpec): number => Math.max(1, ...valuesOf(spec).map(Math.abs))
const minus = (a: number, b: number): number => a - b
const norm = (values: readonly number[]): number => Math.hypot(...values)
const distance = (a: readonly number[], b: readonly number[]): number => norm(zipped(a, b, minus))

const known = knownOnly<ProjectionOptions>('projectionLaws', { convex: true, outside: true })
