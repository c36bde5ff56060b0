import { knownOnly } from '../../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { within } from '../Agreement.js'
import { trainings } from '../arbitraries/training.js'
import { everyShape } from '../arbitraries/trees.js'
import { law } from '../Law.js'
import { mapNumbers, numbersIn, type TreeSpec } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { updatesOf } from '../trajectory.js'
import { aboutOf, type Maker, subjectOf, type TransformationOptions } from './Subject.js'
import { zipped } from '../zipped.js'

/** What is clipped. */
export interface ClipOptions extends TransformationOptions {
  /** The size of some numbers: of each leaf, or with `couples` of all together.
   *
   *  @defaultValue the root of the sum of squares */
  readonly size?: (values: readonly number[]) => number
}

/** What is short passes, what is long is brought to the bound: the other laws of a clip hold for zero, too.
 *
 *  @example
 *  await checkLaws(clipsTo(1)(() => clipByGlobalNorm({ maxNorm: 1 }), { couples: true }))
 *  await checkLaws(clipsTo(1)(() => clip({ maxDelta: 1 }), { size: (values) => Math.max(0, ...values.map(Math.abs)) })) */
export const clipsTo =
  (most: number) =>
  (maker: Maker, given: ClipOptions = {}): Suite => {
    const { size = (values: readonly number[]) => Math.hypot(...values), ...options } = known(given)
    const subject = subjectOf(maker, { cases: trainings({ maxSteps: 1, shapes: everyShape }), ...options })
    const parts = (tree: TreeSpec): readonly (readonly number[])[] => {
      const leaves = numbersIn(tree).map(({ values }) => values)
      return subject.couples ? [leaves.flat()] : leaves
    }
    return {
      name: `clips to ${most}`,
      about: aboutOf(subject),
      laws: [
        law(within(1e-5))(
          {
            name: 'to the bound',
            equation: `size(g) ≤ ${most} ⇒ update(g) = g;  else size(update(g)) = ${most}`,
            reason: 'a bound is where clipping begins, and where it ends',
            bug: 'norms of leaves that were added up, for the norm of the tree: everything was cut to less;  half of the bound',
          },
          [subject.cases, fc.constantFrom(1, 2 ** -4, 2 ** -8, 2 ** -12)],
          ({ params, grads }, factor) => {
            const scaled = mapNumbers(({ shape, values }) => ({ shape, values: values.map((x) => factor * x) }))
            const pairs = grads.map(scaled).flatMap((g) => {
              const after = parts(updatesOf(subject.tx(), { params, grads: [g] }, subject.extraAt)[0]?.updates ?? null)
              return zipped(parts(g), after, (before, now) => [before, now] as const)
            })
            const short = pairs.filter(([g]) => size(g) <= most)
            const long = pairs.filter(([g]) => size(g) > most)
            return {
              left: [short.map(([, u]) => u), long.map(([, u]) => size(u)), most],
              right: [short.map(([g]) => g), long.map(() => most), most],
            }
          },
        ),
      ],
    }
  }

const known = knownOnly<ClipOptions>('clipsTo', { size: true, extra: true, cases: true, couples: true, guests: true })
