import { sizeOf } from '../tree/sizeOf.js'
import { axisLength } from '../tensors/axisLength.js'
import { must } from '../scalars/must.js'
import * as tf from '@tensorflow/tfjs-core'
import { positiveCount } from '../scalars/Count.js'
import { anything, flag, fn } from '../scalars/kinds.js'
import { positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { seedOf } from '../scalars/seedOf.js'
import { differentiable } from '../tensors/differentiable.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import type { Leaves, TreeOf } from '../tree/Tree.js'
import { gumbelNoise } from './gumbelNoise.js'
import type { Perturbation } from './Perturbation.js'

/** Options of `makePerturbedFun`. */
export interface PerturbedFunOptions<P, Q> {
  /** What is perturbed: from a tree to a tree of float32 tensors, of one structure always. It need not be
   *  differentiable; it neither changes nor disposes what it is given. */
  readonly fun: (x: P) => Q
  /** Of how many draws the mean is taken.
   *
   *  @defaultValue 1000 */
  readonly numSamples?: number
  /** The scale of the noise, in the units of x.
   *
   *  @defaultValue 0.1 */
  readonly sigma?: number
  /** Its distribution.
   *
   *  @defaultValue gumbelNoise */
  readonly noise?: Perturbation
  /** Whether fun(x) is taken from what the gradient is estimated by, so that it varies less.
   *
   *  @defaultValue true */
  readonly useBaseline?: boolean
}

/** A function smoothed by noise, which has a gradient where the function has none: a maximum, a rank, a shortest path.
 *
 *  ```text
 *  F(x) = mean of f(x + σ·Zᵢ)     ∂F/∂x = mean of (f(x + σ·Zᵢ) − f(x))·score(Zᵢ)/σ     score = −∇log p
 *  ```
 *
 *  @shapes x is a tree of float32 tensors; the result is like that of `fun`.
 *  @units σ has those of x.
 *  @throws `TypeError` for what is no function, `RangeError` for numbers out of range; `TreeMismatch` where `fun` returns
 *    one structure now and another then.
 *  @laws the same key gives the same result, on every backend as far as their logarithms agree; the noise of a leaf
 *    follows from its path. The gradient is that of the draws that made the value. Memory: one draw at a time,
 *    beside all results.
 *  @departs draws are by `key`, an integer, so the numbers are not optax's. Derivatives of the first order only.
 *  @reference Berthet et al. 2020, arXiv:2002.08676; optax.perturbations.make_perturbed_fun
 *  @example makePerturbedFun({ fun: (x: tf.Tensor) => tf.max(x), numSamples: 10 })(7, tf.tensor1d([1, 2])) */
export const makePerturbedFun = <P, Q>(
  given: PerturbedFunOptions<P, Q>,
): ((key: number, x: P & TreeOf<P>) => Leaves<Q, tf.Tensor>) => {
  const { numSamples, sigma, noise, useBaseline } = parse(given)
  const { fun } = given
  return (key, x) => {
    if (!Number.isSafeInteger(key))
      throw new RangeError(`makePerturbedFun: key must be an integer, found ${key}. Pass e.g. 7.`)
    const skeleton = skeletonOf(x, 'x')
    const leaves = leavesOf<tf.Tensor>(skeleton, x, { where: 'x', nullable: false, alike: true })
    const draw = (i: number): readonly tf.Tensor[] =>
      there(leaves).map((leaf, j) =>
        noise.sample(leaf.shape, seedOf(`${key}/${i}/${must(pathsOf(skeleton, leaves)[j], 'path of a leaf')}`)),
      )
    let made: Skeleton | undefined
    const flat = (at: readonly tf.Tensor[]): tf.Tensor => {
      const result = fun(withLeaves(skeleton, leaves, at) as P) // of the structure of x
      made ??= skeletonOf(result, 'what fun returns')
      return endToEnd(leavesOf<tf.Tensor>(made, result, { where: 'what fun returns', nullable: false, alike: true }))
    }
    const tensors = tf.tidy(() => {
      const mean = differentiable(there(leaves), () => {
        const results = Array.from({ length: numSamples }, (_, i) =>
          tf.tidy(() => flat(moved(there(leaves), draw(i), sigma))),
        )
        const all = tf.stack(results)
        const baseline = useBaseline ? flat(there(leaves)) : tf.zeros([axisLength(all, 1)])
        return {
          value: tf.mean(all, 0),
          saved: { all, baseline },
          gradients: (dy, s) => {
            const weights = tf.div(tf.sum(tf.mul(tf.sub(s.all, s.baseline), dy), 1), sigma * numSamples)
            let sums: readonly tf.Tensor[] = there(leaves).map((leaf) => tf.zeros(leaf.shape))
            for (let i = 0; i < numSamples; i++) {
              const last = sums
              sums = tf.tidy(() => [...added(last, draw(i), tf.reshape(tf.slice(weights, [i], [1]), []), noise)])
              tf.dispose([...last])
            }
            return sums
          },
        }
      })
      return split(mean, made)
    })
    if (made === undefined) throw new Error('makePerturbedFun: fun has been called')
    return rebuilt(made, tensors) as Leaves<Q, tf.Tensor> // of the structure of what fun returns
  }
}

const there = (leaves: readonly (tf.Tensor | null)[]): readonly tf.Tensor[] =>
  leaves.flatMap((leaf) => (leaf === null ? [] : [leaf]))

const pathsOf = ({ paths }: Skeleton, leaves: readonly (tf.Tensor | null)[]): readonly string[] =>
  paths.filter((_, i) => (leaves[i] ?? null) !== null)

/** A tree of a skeleton, with other tensors where it has some. */
const withLeaves = (
  skeleton: Skeleton,
  leaves: readonly (tf.Tensor | null)[],
  tensors: readonly tf.Tensor[],
): unknown => {
  let next = 0
  return buildTree(
    skeleton,
    leaves.map((leaf) => (leaf === null ? null : (tensors[next++] ?? null))),
  )
}

/** x + σ·z */
const moved = (xs: readonly tf.Tensor[], draws: readonly tf.Tensor[], sigma: number): readonly tf.Tensor[] =>
  xs.map((x, j) => {
    const z = draws[j]
    if (z === undefined) throw new Error(`makePerturbedFun: no noise for leaf ${j}`)
    return tf.add(x, tf.mul(sigma, z))
  })

/** sums + weight·score */
const added = (
  sums: readonly tf.Tensor[],
  draws: readonly tf.Tensor[],
  weight: tf.Tensor,
  { score }: Perturbation,
): readonly tf.Tensor[] =>
  draws.map((z, j) => {
    const sum = sums[j]
    if (sum === undefined) throw new Error(`makePerturbedFun: no sum for leaf ${j}`)
    return tf.add(sum, tf.mul(weight, score(z)))
  })

const endToEnd = (leaves: readonly (tf.Tensor | null)[]): tf.Tensor => {
  const parts = there(leaves).map((leaf) => tf.reshape(tf.cast(leaf, 'float32'), [leaf.size]))
  return parts.length === 0 ? tf.zeros([0]) : tf.concat(parts)
}

/** The leaves of a skeleton from their numbers end to end; with `null` there is nothing in the skeleton. */
const split = (flat: tf.Tensor, made: Skeleton | undefined): tf.Tensor[] => {
  const shapes = made?.shapes ?? [] // of no skeleton, none
  return shapes.map((shape, i) => {
    const begin = shapes.slice(0, i).reduce((sum, one) => sum + sizeOf(one), 0)
    return tf.reshape(tf.slice(flat, [begin], [sizeOf(shape)]), [...shape])
  })
}

const rebuilt = (made: Skeleton, tensors: readonly tf.Tensor[]): unknown => buildTree(made, tensors)

const parse = options('makePerturbedFun', {
  fun: required(fn('a function of a tree', '(x) => tf.max(x)')),
  numSamples: withDefault(positiveCount, 1000),
  sigma: withDefault(positive, 0.1),
  noise: withDefault(anything<Perturbation>('a distribution', 'gumbelNoise'), gumbelNoise),
  useBaseline: withDefault(flag, true),
})
