import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import type { AnyScheme, Scheme } from '../src/averaging/Scheme.js'
import { debiased } from '../src/averaging/schemes/debiased.js'
import { exponential } from '../src/averaging/schemes/exponential.js'
import { uniform } from '../src/averaging/schemes/uniform.js'
import { treeAverage } from '../src/averaging/treeAverage.js'
import { type AverageOptions, withAverage } from '../src/averaging/withAverage.js'
import { identity } from '../src/transformation/identity.js'
import { disposeExcept } from '../src/tree/disposeExcept.js'
import { exactly } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trees, treesLike } from './arbitraries/trees.js'
import { followed } from './averaging/followed.js'
import { law } from './Law.js'
import { mapNumbers, numbersFrom, tensorsFrom, tidily, type TreeSpec, zipNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'

/** What takes the place of `treeAverage`. */
export interface TreeAverageSubject {
  readonly average: (
    scheme: AnyScheme,
    options: AverageOptions,
  ) => {
    readonly init: (tree: unknown) => object
    readonly update: (state: object, tree: unknown) => object
  }
}

/** The laws of averages of anything that is a tree.
 *
 *  @example await checkLaws(treeAverageLaws()) */
export const treeAverageLaws = (given: Partial<TreeAverageSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  average = (scheme, options) =>
    treeAverage(scheme as Scheme, options) as unknown as ReturnType<TreeAverageSubject['average']>, // of whatever numbers
}: Partial<TreeAverageSubject>): Suite => ({
  name: 'averages of any tree',
  laws: [
    law(exactly)(
      {
        name: 'as of parameters',
        equation:
          'after x₁ … xₜ the state is that of an average of parameters that took these values, without an optimizer',
        reason: 'statistics of batches are averaged as parameters are',
        bug: 'batch statistics with a momentum of their own beside averaged weights: the two never fit',
      },
      [
        fc.constantFrom<() => AnyScheme>(
          () => exponential({ decay: 0.75 }),
          () => uniform(),
          () => uniform({ includeInitial: true }),
          () => debiased({ decay: 0.5 }),
        ),
        fc.record(
          {
            start: fc.nat({ max: 2 }),
            every: fc.integer({ min: 1, max: 2 }),
            before: fc.constantFrom('copy' as const, 'rest' as const),
          },
          { requiredKeys: [], noNullPrototype: true },
        ),
        trees({ values: fc.integer({ min: -8, max: 8 }) }).chain((first) =>
          fc.tuple(
            fc.constant(first),
            fc.array(treesLike(first, { values: fc.integer({ min: -8, max: 8 }) }), { maxLength: 5 }),
          ),
        ),
      ],
      (make, options, [first, later]) => {
        const all = [first, ...later]
        const moves = later.map((x, t) => zipNumbers((to, from) => to - from)(x, all[t] ?? null))
        const states = followed(
          withAverage(make() as Scheme, options)(identity()),
          { params: first, grads: moves },
          () => ({}),
        )
        return {
          left: tidily(() => {
            const { init, update } = average(make(), options)
            let state = init(tensorsFrom(first))
            return [numbersFrom(state), ...later.map((x) => numbersFrom((state = update(state, tensorsFrom(x)))))]
          }),
          right: states.map(({ state }) => {
            const { inner: _, ...rest } = state as { readonly inner: unknown } // a lift's state
            return rest
          }),
        }
      },
    ),
    law(exactly)(
      {
        name: 'whole numbers',
        equation: 'a leaf that is no float32 is the newest one',
        reason: 'a count of batches, a step, a mask: nobody wants half of one',
        bug: 'num_batches_tracked was averaged, too (torch.optim.swa_utils)',
      },
      [trees({ values: ordinary }), fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 3 })],
      (tree, counts) => ({
        left: tidily(() => {
          const whole = (n: number) => ({
            of: tensorsFrom(mapNumbers((leaf) => leaf)(tree)),
            seen: tf.scalar(n, 'int32'),
          })
          const { init, update } = average(exponential({ decay: 0.5 }), {})
          let state = init(whole(0))
          return counts.map((n) => {
            state = update(state, whole(n))
            const { seen } = (numbersFrom(state) as { readonly average: { readonly seen: TreeSpec } }).average // its own
            return seen
          })
        }),
        right: counts.map((n) => ({ shape: [], values: [n] })),
      }),
    ),
    law(exactly)(
      {
        name: 'its own tensors',
        equation:
          'x₀ … xₜ, each disposed after it was handed over ⇒ the states read as if they were there; and the other way round',
        reason: 'whoever made a tree disposes it, and does so before the average is read',
        bug: 'a start that was the very tree, not a copy: its disposal ended the average, or that of the average the model',
        presumes: ['as of parameters'],
      },
      [
        trees({ values: ordinary }),
        fc.nat({ max: 2 }),
        fc.constantFrom<AverageOptions>({}, { start: 1 }, { every: 2 }),
      ],
      (spec, steps, options) => {
        const told = (disposes: boolean) =>
          tidily(() => {
            const { init, update } = average(exponential({ decay: 0.5 }), options)
            const made = (n: number) => ({ of: tensorsFrom(spec), seen: tf.scalar(n, 'int32') })
            const first = made(0)
            let state = init(first)
            if (disposes) disposeExcept(first, null)
            const states = [numbersFrom(state)]
            for (let t = 1; t <= steps; t++) {
              const tree = made(t)
              state = update(state, tree)
              if (disposes) disposeExcept(tree, null)
              states.push(numbersFrom(state))
            }
            const last = made(0)
            const other = steps === 0 ? init(last) : update(state, last)
            if (disposes) disposeExcept(other, null)
            return [states, numbersFrom(last)]
          })
        return { left: told(true), right: told(false) }
      },
    ),
  ],
})

const known = knownOnly<Partial<TreeAverageSubject>>('treeAverageLaws', { average: true })
