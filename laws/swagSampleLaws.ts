import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { type SampleOptions, sampleSwag } from '../src/averaging/sampleSwag.js'
import type { Tree } from '../src/tree/Tree.js'
import { equally, exactly, within } from './Agreement.js'
import { valuesOf } from './averaging/Subject.js'
import { law } from './Law.js'
import { numbersFrom, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'

/** What takes the place of `sampleSwag`: it draws from `{ average, spread, deviation0, …, taken }`. */
export interface SwagSampleSubject {
  readonly sample: (state: Drawn, options: SampleOptions) => Tree
}

/** The state that is drawn from. */
export interface Drawn {
  readonly average: Tree
  readonly spread: Tree
  readonly taken: number
}

/** The laws of samples from a Gaussian over snapshots.
 *
 *  @example await checkLaws(swagSampleLaws()) */
export const swagSampleLaws = (given: Partial<SwagSampleSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  sample = (state, options) => sampleSwag(state as never, options), // deviations stand beside the moments
}: Partial<SwagSampleSubject>): Suite => {
  const drawn = (spec: Spec, options: SampleOptions): readonly number[] =>
    tidily(() => valuesOf(numbersFrom(sample(stateOf(spec), options)) as TreeSpec)) // a tree of tensors read back
  const noise = (spec: Spec, options: SampleOptions): readonly number[] =>
    drawn({ ...spec, mean: spec.mean.map(() => 0) }, options)
  return {
    name: 'samples of SWAG',
    laws: [
      law(equally)(
        {
          name: 'no noise',
          equation: 'scale 0 ⇒ the mean, bitwise; spread 0 without deviations, too',
          reason: 'the middle of the samples is the average',
          bug: 'noise added to the last parameters instead of their mean',
        },
        [specs, keys],
        (spec, key) => ({
          left: [drawn(spec, { key, scale: 0 }), drawn({ ...spec, spread: 0 }, { key, lowRank: false })],
          right: [spec.mean, spec.mean],
        }),
      ),
      law(exactly)(
        {
          name: 'by its key',
          equation:
            'one key, one sample; another key, another; the noise of a leaf is that of its path, whatever stands beside',
          reason: 'a sample must be drawn again on another machine, and by parts',
          bug: 'a seed for each leaf by its position: another model, another sample',
        },
        [specs, keys],
        (spec, key) => {
          const once = drawn(spec, { key })
          const beside = tidily(() => {
            const state = stateOf(spec)
            const more = Object.fromEntries(
              Object.entries(state).map(([name, tree]) => [
                name,
                typeof tree === 'number' ? tree : { a: tf.scalar(1), w: (tree as { readonly w: tf.Tensor }).w }, // as it was made
              ]),
            )
            const { w } = sample(more as unknown as Drawn, { key }) as { readonly w: tf.Tensor } // of the same structure
            return [...w.dataSync()]
          })
          return {
            left: [once, beside, drawn(spec, { key: key + 1 }).join() === once.join()],
            right: [drawn(spec, { key }), once, false],
          }
        },
      ),
      law(equally)(
        {
          name: 'leaves that have none',
          equation: 'no mean, none; no spread, the mean; no deviation, the noise of the spread alone',
          reason: 'counts and frozen parts of a model have no spread, and are sampled with it',
          bug: 'a state with a leaf of null: an error in the middle of the samples',
        },
        [specs, keys],
        (spec, key) => {
          const read = (missing: boolean): unknown =>
            tidily(() => {
              const state = stateOf({ ...spec, taken: 2, deviations: [spec.mean] })
              const beside = Object.entries(state).map(([name, tree]: [string, Tree | number]) => {
                if (typeof tree === 'number') return [name, tree]
                const { w } = tree as { readonly w: tf.Tensor } // as it was made
                const own = !name.startsWith('deviation') ? w : missing ? null : tf.zerosLike(w)
                return [name, { w, none: null, still: name === 'average' ? w : null, own }]
              })
              return numbersFrom(sample(Object.fromEntries(beside), { key })) // a record of trees
            })
          const still = { shape: [spec.mean.length], values: spec.mean }
          return { left: read(true), right: { ...(read(false) as object), none: null, still } } // a record of leaves
        },
      ),
      law(within(1e-5))(
        {
          name: 'how wide',
          equation: 'noise(4·scale) = 2·noise(scale);  without deviations noise = √½ of that of the spread alone',
          reason: 'the scale is that of a variance',
          bug: 'a scale that multiplied the standard deviation',
        },
        [specs, keys],
        (spec, key) => {
          const none = { ...spec, deviations: spec.deviations.map((one) => one.map(() => 0)) }
          const alone = noise(spec, { key, lowRank: false })
          return {
            left: [
              noise(spec, { key, scale: 2 }),
              noise(none, { key }),
              noise({ ...spec, spread: 4 }, { key, lowRank: false }),
            ],
            right: [
              noise(spec, { key, scale: 0.5 }).map((x) => 2 * x),
              alone.map((x) => x / Math.SQRT2),
              noise({ ...spec, spread: 1 }, { key, lowRank: false }).map((x) => 2 * x),
            ],
          }
        },
      ),
      law(within(1e-5))(
        {
          name: 'deviations',
          equation:
            'noise = Σ zᵢ·√(scale/2)/√(K − 1)·Dᵢ, z by the age of D and not by its place; those not taken yet have no part',
          reason: 'the directions in which parameters wandered are drawn from, and the same ones after a resume',
          bug: 'K − 1 of the full rank before it is full (the authors’ code); the ring read from its first place on',
        },
        [fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 4 }), keys],
        (one, key) => {
          const rest = one.map(() => 0)
          const of = (taken: number, ...deviations: readonly (readonly number[])[]) =>
            noise({ mean: rest, spread: 0, taken, deviations }, { key })
          const single = of(2, one, rest)
          return {
            left: [
              of(3, rest, one),
              of(3, one, rest, rest),
              of(2, one, rest, rest),
              of(1, one, rest),
              of(1, rest, one),
              of(2, one, one),
            ],
            right: [
              single,
              single.map((x) => x / Math.SQRT2),
              single,
              single,
              rest,
              zipped(single, of(2, rest, one), (x, y) => x + y),
            ],
          }
        },
      ),
      law(exactly)(
        {
          name: 'a Gaussian',
          equation:
            'of 4096 elements and of 256 keys: mean 0 and variance scale·spread, scale/2 of a deviation, within six standard errors',
          reason: 'what is sampled is what was found',
          bug: 'uniform noise; the spread where its root was meant',
          share: 0.1,
        },
        [keys],
        (key) => {
          const wide = noise(
            { mean: new Array<number>(4096).fill(0), spread: 4, taken: 0, deviations: [] },
            { key, lowRank: false },
          )
          const along = Array.from(
            { length: 256 },
            (_, i) =>
              noise({ mean: [0], spread: 0, taken: 2, deviations: [[2], [0]] }, { key: 1000 * key + i })[0] ??
              Number.NaN,
          )
          const far = (values: readonly number[], variance: number): readonly string[] => {
            const mean = values.reduce((sum, x) => sum + x, 0) / values.length
            const found = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1)
            return [
              ...(Math.abs(mean) <= 6 * Math.sqrt(variance / values.length) ? [] : [`mean ${mean}`]),
              ...(Math.abs(found / variance - 1) <= 6 * Math.sqrt(2 / values.length) ? [] : [`variance ${found}`]),
            ]
          }
          return { left: [far(wide, 4), far(along, 2)], right: [[], []] }
        },
      ),
    ],
  }
}

/** A state of one leaf `w`, in numbers. */
interface Spec {
  readonly mean: readonly number[]
  readonly spread: number
  readonly taken: number
  readonly deviations: readonly (readonly number[])[]
}

const keys = fc.nat({ max: 1000 })

const specs: fc.Arbitrary<Spec> = fc.integer({ min: 1, max: 4 }).chain((size) => {
  const numbers = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: size, maxLength: size })
  return fc.record(
    {
      mean: numbers,
      spread: fc.constantFrom(1, 0.25, 4),
      taken: fc.nat({ max: 5 }),
      deviations: fc.array(numbers, { maxLength: 3 }),
    },
    { noNullPrototype: true },
  )
})

const stateOf = ({ mean, spread, taken, deviations }: Spec): Drawn => {
  const leaf = (values: readonly number[]) => ({ w: tensorsFrom({ shape: [values.length], values }) })
  return {
    average: leaf(mean),
    spread: leaf(mean.map(() => spread)),
    taken,
    ...Object.fromEntries(deviations.map((values, i) => [`deviation${i}`, leaf(values)])),
  }
}

const known = knownOnly<Partial<SwagSampleSubject>>('swagSampleLaws', { sample: true })
