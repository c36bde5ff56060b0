import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { tensorsOf } from '../src/tree/tensorsOf.js'
import type { Tree } from '../src/tree/Tree.js'
import { exactly, within } from './Agreement.js'
import { ordinary } from './arbitraries/numbers.js'
import { trees } from './arbitraries/trees.js'
import { law } from './Law.js'
import { mapNumbers, numbersFrom, numbersIn, tensorsFrom, tidily, type TreeSpec, zipNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'
import { zipped } from './zipped.js'
import { nth } from './nth.js'

/** Takes gradients of single examples, stacked along a first axis: their sum, each clipped to a norm; and beside it, where
 *  it is told, how many were clipped, as one number or one for each leaf. */
export type PerExampleClip = (grads: Tree) => readonly [sum: unknown, clipped?: unknown]

/** What is known of a clip of single examples. */
export interface PerExampleOptions {
  /** The part of the bound that each leaf has, by the numbers of elements of all, where each is clipped by itself.
   *
   *  @defaultValue one norm over all leaves of an example */
  readonly parts?: (sizes: readonly number[]) => readonly number[]
}

interface Clipped {
  readonly sum: TreeSpec
  readonly counts: readonly number[]
}

const shapes = [[], [3], [1], [2, 2], [], [5], [0]]
/** Gradients of one to five examples. */
const batches = fc
  .integer({ min: 1, max: 5 })
  .chain((n) => trees({ values: ordinary, shapes: shapes.map((shape) => [n, ...shape]), nulls: false }))
const bounds = fc.constantFrom(1, 0.5, 4, 100, 0)

/** The laws of what clips gradients of single examples and sums them, as differentially private descent does.
 *
 *  @example await checkLaws(perExampleLaws((l2NormClip) => (grads) => perExampleGlobalNormClip(grads, { l2NormClip }))) */
export const perExampleLaws = (clip: (bound: number) => PerExampleClip, given: PerExampleOptions = {}): Suite => {
  const { parts } = known(given)
  const of = (bound: number, grads: TreeSpec): Clipped =>
    tidily(() => {
      const [sum, clipped = null] = clip(bound)(tensorsFrom(grads))
      // a tree like the one that came; counts are tensors of one number
      return { sum: numbersFrom(sum) as TreeSpec, counts: valuesIn(numbersFrom(clipped) as TreeSpec) }
    })
  const norms = parts === undefined ? '‖·‖ over all leaves of an example' : '‖·‖ and C for each leaf'
  return {
    name: 'clipped examples',
    laws: [
      law(within(1e-5))(
        {
          name: 'each is clipped',
          equation: `f(g) = Σᵢ gᵢ·min(1, C/‖gᵢ‖), and how many are longer than C;  ${norms};  1e±30 among them`,
          reason: 'what one example may weigh is promised to whom it is about',
          bug: 'the norm of the whole batch for that of each example;  the mean for the sum;  squares in float32: ∞',
        },
        [batches, bounds, fc.constantFrom(1, 1, 1e30, 1e-30, 0)],
        (grads, bound, factor) => {
          const spiked = firstTimes(factor)(grads)
          const [found, right] = [of(bound, spiked), defined(bound, spiked, parts)]
          const counts = found.counts.length === 0 ? [] : right.counts // where none are told
          // what cancels in a sum is no scale for what is left
          const scale = countOf(grads) * Math.min(bound, largestOf(spiked))
          return { left: [found, scale], right: [{ sum: right.sum, counts }, scale] }
        },
      ),
      law(exactly)(
        {
          name: 'one more weighs at most the bound',
          equation: '‖f(g₁ … gₙ) − f(g₁ … gₙ₋₁)‖ ≤ C',
          reason: 'the noise of a private training is measured by this',
          bug: 'the whole bound for each leaf where all had to share it',
          share: 0.5,
          presumes: ['each is clipped'],
        },
        [batches, bounds],
        (grads, bound) => {
          const n = countOf(grads)
          const all = of(bound, grads).sum
          const before = n === 1 ? undefined : of(bound, rowsOf(0, n - 1)(grads)).sum
          const change = before === undefined ? all : zipNumbers((a, b) => a - b)(all, before)
          const weight = Math.hypot(...valuesIn(change))
          return { left: weight <= bound * (1 + 1e-6 * n) ? 'at most C' : weight, right: 'at most C' }
        },
      ),
      law(within(1e-5))(
        {
          name: 'a batch is a set',
          equation: 'f(g₁ … gₙ) = f(gₖ … gₙ) + f(g₁ … gₖ₋₁), counts too',
          reason: 'it has no order, and may be too large for one pass',
          bug: 'a factor for each row that met the columns: right where there is one of either',
          share: 0.5,
          presumes: ['each is clipped'],
        },
        [batches, bounds, fc.nat({ max: 4 })],
        (grads, bound, cut) => {
          const n = countOf(grads)
          const k = cut % n
          const some = [rowsOf(k, n), ...(k === 0 ? [] : [rowsOf(0, k)])].map((rows) => of(bound, rows(grads)))
          // what cancels in a sum is no scale for what is left
          return { left: [some.reduce(plus), bound * n], right: [of(bound, grads), bound * n] }
        },
      ),
      law(exactly)(
        {
          name: 'short ones pass',
          equation: '‖gᵢ‖ ≤ C for all i, 0 and C itself too ⇒ f(g) = Σᵢ gᵢ bitwise, and none is counted',
          reason: 'a clip that touches what is short is a smaller rate',
          bug: 'C/(‖g‖ + ε): nothing passes as it came;  0/0 at an example without a gradient',
          share: 0.5,
        },
        [fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 4 }), fc.constantFrom(0.5, 1, 4)],
        (eighths, bound) => {
          // one element has it all, so that norms and sums are exact
          const lengths = eighths.map((k) => (k * bound) / 8)
          const { sum, counts } = of(bound, {
            w: { shape: [lengths.length, 2], values: lengths.flatMap((x) => [0, x]) },
          })
          return {
            left: { sum, counts },
            right: {
              sum: { w: { shape: [2], values: [0, lengths.reduce((total, x) => total + x, 0)] } },
              counts: counts.map(() => 0),
            },
          }
        },
      ),
      law(exactly)(
        {
          name: 'its own form',
          equation: 'f(g) is a tree like g without the examples, finite; g stays as it was, and no tensor is left',
          reason: 'it stands in a loop over batches',
          bug: 'a reduction over nothing, in a tree without leaves or a leaf without elements: −∞, or NaN',
        },
        [
          fc.oneof(
            { weight: 3, arbitrary: batches },
            { weight: 1, arbitrary: fc.constantFrom<TreeSpec>({}, [], { a: {} }) },
          ),
        ],
        (spec) => {
          const before = tf.memory().numTensors
          const grads = tensorsFrom(spec)
          const made = clip(1)(grads)
          const tensors = tensorsOf([grads, made])
          const left = tf.memory().numTensors - before - tensors.length
          const sum = numbersFrom(made[0]) as TreeSpec // as above
          const found = { sum: formOf(0)(sum), wrong: valuesIn(sum).filter((x) => !Number.isFinite(x)), left }
          const given = numbersFrom(grads)
          tf.dispose([...tensors])
          return { left: { ...found, given }, right: { sum: formOf(1)(spec), wrong: [], left: 0, given: spec } }
        },
      ),
      law(exactly)(
        {
          name: 'no examples',
          equation: 'n = 0 ⇒ f(g) = 0, with the shapes of the parameters, and none is counted',
          reason: 'a batch drawn by chance, as accounts of privacy have it, may be empty, and its step is noise alone',
          bug: 'a mean or a norm of nothing: NaN;  what lay in memory;  a count that begins at 1',
          share: 0.2,
        },
        [batches],
        (grads) => {
          const none = mapNumbers(({ shape }) => ({ shape: [0, ...shape.slice(1)], values: [] }))(grads)
          const { sum, counts } = of(1, none)
          const zeros = mapNumbers(({ shape, values }) => ({
            shape: shape.slice(1),
            values: values.slice(0, values.length / (shape[0] ?? 1)).map(() => 0),
          }))
          return { left: { sum, counts }, right: { sum: zeros(grads), counts: counts.map(() => 0) } }
        },
      ),
      law(exactly)(
        {
          name: 'the same examples everywhere',
          equation: 'leaves that differ in the number of examples ⇒ it throws a TypeError',
          reason: 'row i of each leaf is of one example',
          bug: 'a gradient of the whole batch among those of single examples: its first axis was taken for theirs',
          share: 0.2,
        },
        [fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })],
        (n, more) =>
          tidily(() => {
            try {
              clip(1)({ w: tf.ones([n, 2]), b: tf.ones([n + more]) })
              return { left: 'no error', right: 'a TypeError' }
            } catch (cause) {
              return { left: cause instanceof TypeError ? 'a TypeError' : cause, right: 'a TypeError' }
            }
          }),
      ),
    ],
  }
}

/** What it is, in double. */
const defined = (bound: number, grads: TreeSpec, parts: PerExampleOptions['parts']): Clipped => {
  const n = countOf(grads)
  const sizes = numbersIn(grads).map(({ values }) => values.length / n)
  const limits = parts?.(sizes).map((part) => part * bound)
  return Array.from({ length: n }, (_, i): Clipped => {
    const example = rowsOf(i, i + 1)(grads)
    const leaves = numbersIn(example)
    const factors = (limits === undefined ? [leaves] : leaves.map((leaf) => [leaf])).map((group, k) => {
      const norm = Math.hypot(...group.flatMap(({ values }) => values))
      const limit = limits?.[k] ?? bound
      fc.pre(norm === limit || Math.abs(norm - limit) > 1e-5 * limit) // rounded, it may count as either
      return norm > limit ? limit / norm : 1
    })
    let next = 0
    const sum = mapNumbers(({ shape, values }) => {
      const factor = nth(factors, limits === undefined ? 0 : next++)
      return { shape: shape.slice(1), values: values.map((x) => x * factor) }
    })(example)
    return { sum, counts: factors.map((factor) => (factor < 1 ? 1 : 0)) }
  }).reduce(plus)
}

const plus = (a: Clipped, b: Clipped): Clipped => ({
  sum: zipNumbers((x, y) => x + y)(a.sum, b.sum),
  counts: zipped(a.counts, b.counts, (n, more) => n + more),
})

const countOf = (grads: TreeSpec): number => nth(nth(numbersIn(grads), 0).shape, 0)

/** The examples from one to before another. */
const rowsOf = (from: number, to: number) =>
  mapNumbers(({ shape: [n = 0, ...rest], values }) => {
    const size = values.length / n
    return { shape: [to - from, ...rest], values: values.slice(from * size, to * size) }
  })

/** The first example made longer. */
const firstTimes = (factor: number) =>
  mapNumbers(({ shape, values }) => {
    const size = values.length / (shape[0] ?? 1)
    return { shape, values: values.map((x, j) => (j < size ? Math.fround(x * factor) : x)) }
  })

/** The tree with its shapes, without so many of their first axes. */
const formOf = (axes: number) => mapNumbers(({ shape }) => ({ shape: shape.slice(axes), values: [] }))

const valuesIn = (spec: TreeSpec): readonly number[] => numbersIn(spec).flatMap(({ values }) => values)

const largestOf = (spec: TreeSpec): number => Math.max(0, ...valuesIn(spec).map(Math.abs))

const known = knownOnly<PerExampleOptions>('perExampleLaws', { parts: true })
