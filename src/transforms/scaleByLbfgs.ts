import { must } from '../scalars/must.js'
import * as tf from '@tensorflow/tfjs-core'
import { positiveCount } from '../scalars/Count.js'
import { flag, oneOf } from '../scalars/kinds.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda } from '../transformation/Transformation.js'
import { dot, flatVector, maskVector, treeOf } from '../tensors/flatVector.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { curvatureRules, type Pairs } from './curvaturePairs.js'
import { tidied } from '../tensors/tidied.js'

/** The state of L-BFGS: vectors of all leaves end to end, in the order of their paths. Memories are oldest first. */
export interface ScaleByLbfgsState {
  /** Updates seen so far, from the first gradient on. */
  readonly count: number
  /** Where the last gradient was, leaf by leaf. */
  readonly params: tf.Tensor
  /** The last gradient, flat. */
  readonly updates: tf.Tensor
  /** The last steps, the newest last. */
  readonly diffParamsMemory: readonly tf.Tensor[]
  /** The changes of the gradient in them. */
  readonly diffUpdatesMemory: readonly tf.Tensor[]
  /** 1/⟨Δg, Δp⟩; 0 where there is no pair. */
  readonly weightsMemory: readonly tf.Tensor[]
}

/** The state of `scaleByLbfgs`. */
export interface ScaleByLbfgs extends StateLambda {
  readonly State: ScaleByLbfgsState
}

/** Options of `scaleByLbfgs`. */
export interface ScaleByLbfgsOptions {
  /** How many pairs of steps and gradients are kept.
   *
   *  @defaultValue 10 */
  readonly memorySize?: number
  /** Scales the first guess of the inverse curvature by the newest pair.
   *
   *  @defaultValue true */
  readonly scaleInitPrecond?: boolean
  /** `'checked'` leaves out pairs without positive curvature; `'optax'` keeps them.
   *
   *  @defaultValue 'checked' */
  readonly curvature?: 'optax' | 'checked'
}

/** Multiplies gradients by an estimate of the inverse Hessian, from the last few steps.
 *
 *  ```text
 *  sᵢ = Δpᵢ     yᵢ = Δgᵢ     ρᵢ = 1/⟨yᵢ, sᵢ⟩
 *  γ = ⟨y, s⟩/‖y‖² of the newest pair,  before there is one min(1, 1/‖g‖)
 *  q = g;  newest first: αᵢ = ρᵢ⟨sᵢ, q⟩, q −= αᵢ·yᵢ;   q = γ·q;   oldest first: q += (αᵢ − ρᵢ⟨yᵢ, q⟩)·sᵢ;   u = q
 *  ```
 *
 *  @shapes state `{ count, params, updates, diffParamsMemory, diffUpdatesMemory, weightsMemory }`; memory 2·memorySize
 *    + 2 times the parameters. Leaves that are not float32 have no part in it.
 *  @units those of the parameters. u points uphill: a scale of −1 and a line search follow it.
 *  @laws on a quadratic the steps of an exact line search end after as many as there are parameters, if the memory
 *    is that long. Finite gradients give finite updates that never point downhill; a gradient that is not finite
 *    is not remembered. A leaf without a gradient tells nothing: its place in a pair is 0, and the next pair spans the
 *    steps between. Where no leaf has one, nothing but the count changes, nor that before the first gradient.
 *  @departs with `curvature: 'checked'`, the default, a pair is remembered only where ⟨y, s⟩ > 2⁻²⁰·‖y‖‖s‖ and
 *    ⟨y, s⟩ ≥ 2⁻¹²⁶; else the oldest one is forgotten. Where rounding spoils the product, so that it does not
 *    point uphill, u = min(1, 1/‖g‖)·g. With `'optax'` every pair is taken but those with ⟨y, s⟩ = 0: after
 *    converging that ends in NaN sooner or later, and where a loss is not convex it may point downhill.
 *    Memories are queues of flat vectors, not rings of trees. Nothing is read back.
 *  @reference Nocedal & Wright 2006, algorithm 7.4 and p. 537; optax.scale_by_lbfgs
 *  @example chain(scaleByLbfgs({ memorySize: 5 }), scaleByLearningRate({ learningRate: 0.1 })) */
export const scaleByLbfgs = (given?: ScaleByLbfgsOptions) => {
  const checked = parse(given)
  const { memorySize, scaleInitPrecond, curvature } = checked
  const { remember, scale, product } = curvatureRules[curvature]
  return plain<ScaleByLbfgs>({
    name: 'scaleByLbfgs',
    options: checked,
    init: (params) => {
      const start = tf.tidy(() => flatVector(params, params, 'params'))
      const { size } = start
      const empties = () => Array.from({ length: memorySize }, () => tf.zeros([size]))
      return {
        count: 0,
        params: start,
        updates: tf.zeros([size]),
        diffParamsMemory: empties(),
        diffUpdatesMemory: empties(),
        weightsMemory: Array.from({ length: memorySize }, () => tf.scalar(0)),
      }
    },
    update: <P extends Tree>(updates: Leaves<P, tf.Tensor | null>, state: ScaleByLbfgsState, params: P) =>
      tidied(() => {
        const p = flatVector(params, params, 'params')
        const g = flatVector(params, updates, 'updates')
        const count = state.count + 1
        if (g.size === 0) return [updates, { ...state, count }]
        const past = state.count > 0
        const resting = maskVector(params, updates)
        if (resting === 'all') return [updates, past ? { ...state, count } : state]
        const known = (now: tf.Tensor1D, before: tf.Tensor): tf.Tensor1D =>
          resting === 'none' ? now : (tf.where(resting, before, now) as tf.Tensor1D) // vectors of one length
        const [at, slope] = [known(p, state.params), known(g, state.updates)]
        const pairs = past ? remember(state, tf.sub(at, state.params), tf.sub(slope, state.updates)) : state
        const gamma = scaleInitPrecond ? scale(pairs, g, past) : tf.scalar(1)
        const direction = product(g, (q) => twoLoops(q, gamma, pairs))
        // Cut from a vector as long as all leaves that are present.
        const out = treeOf(params, updates, direction) as Leaves<P, tf.Tensor | null>
        return [out, { ...state, ...pairs, count, params: at, updates: slope }]
      }),
  })
}

const twoLoops = (
  g: tf.Tensor1D,
  gamma: tf.Scalar,
  { diffParamsMemory, diffUpdatesMemory, weightsMemory }: Pairs,
): tf.Tensor1D => {
  // three lists of one length
  const memory = diffParamsMemory.map(
    (s, i) => ({ s, y: diffUpdatesMemory[i] ?? s, rho: weightsMemory[i] ?? s }) as Pair,
  )
  const down: tf.Tensor[] = []
  let q = g
  for (const { s, y, rho } of memory.toReversed()) {
    const alpha = tf.mul(rho, dot(s, q))
    down.unshift(alpha)
    q = tf.sub(q, tf.mul(alpha, y))
  }
  q = tf.mul(q, gamma)
  memory.forEach(({ s, y, rho }, i) => {
    q = tf.add(q, tf.mul(tf.sub(must(down[i], 'step down'), tf.mul(rho, dot(y, q))), s))
  })
  return q
}

interface Pair {
  readonly s: tf.Tensor1D
  readonly y: tf.Tensor1D
  readonly rho: tf.Scalar
}

const parse = optionsFor<ScaleByLbfgsOptions>()('scaleByLbfgs', {
  memorySize: withDefault(positiveCount, 10),
  scaleInitPrecond: withDefault(flag, true),
  curvature: withDefault(oneOf('checked', 'optax'), 'checked'),
})
