import * as tf from '@tensorflow/tfjs-core'
import { positiveCount } from '../scalars/Count.js'
import { flag } from '../scalars/kinds.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda } from '../transformation/Transformation.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { dot, flatVector, treeOf } from './flatVector.js'

/** The state of L-BFGS: vectors of all leaves end to end, in the order of their paths. Memories are oldest first. */
export interface LbfgsState {
  readonly count: number
  /** Of the step before. */
  readonly params: tf.Tensor
  readonly updates: tf.Tensor
  readonly diffParamsMemory: readonly tf.Tensor[]
  readonly diffUpdatesMemory: readonly tf.Tensor[]
  /** 1/⟨Δg, Δp⟩, or 0. */
  readonly weightsMemory: readonly tf.Tensor[]
}

/** The state of `scaleByLbfgs`. */
export interface Lbfgs extends StateLambda {
  readonly State: LbfgsState
}

/** Multiplies gradients by an estimate of the inverse Hessian, from the last few steps.
 *
 *    sᵢ = Δpᵢ     yᵢ = Δgᵢ     ρᵢ = 1/⟨yᵢ, sᵢ⟩, or 0 where that is 0
 *    γ = ⟨y, s⟩/‖y‖² of the newest,  at first min(1, 1/‖g‖)
 *    q = g;  newest first: αᵢ = ρᵢ⟨sᵢ, q⟩, q −= αᵢ·yᵢ;   q = γ·q;   oldest first: q += (αᵢ − ρᵢ⟨yᵢ, q⟩)·sᵢ;   u = q
 *
 *  Shapes   state `{ count, params, updates, diffParamsMemory, diffUpdatesMemory, weightsMemory }`; memory 2·memorySize
 *           + 2 times the parameters.
 *  Units    those of the parameters. u points uphill: a scale of −1 and a line search follow it.
 *  Laws     on a quadratic the steps of an exact line search end after as many as there are parameters, if the memory
 *           is that long.
 *  Departs  as in optax there is no check of the curvature; memories are queues of flat vectors, not rings of trees.
 *           Nothing is read back.
 *  Source   Nocedal & Wright 2006, algorithm 7.4; optax.scale_by_lbfgs
 *  Example  `chain(scaleByLbfgs({ memorySize: 5 }), scaleByLearningRate({ learningRate: 0.1 }))` */
export const scaleByLbfgs = (given?: OptionsOf<typeof parse>) => {
  const checked = parse(given)
  const { memorySize, scaleInitPrecond } = checked
  return plain<Lbfgs>({
    name: 'scaleByLbfgs',
    options: checked,
    init: (params) => {
      const size = tf.tidy(() => flatVector(params, params, 'params').size)
      const empties = () => Array.from({ length: memorySize }, () => tf.zeros([size]))
      return {
        count: 0,
        params: tf.zeros([size]),
        updates: tf.zeros([size]),
        diffParamsMemory: empties(),
        diffUpdatesMemory: empties(),
        weightsMemory: Array.from({ length: memorySize }, () => tf.scalar(0)),
      }
    },
    update: <P extends Tree>(updates: Leaves<P, tf.Tensor | null>, state: LbfgsState, params: P) =>
      kept(() => {
        const p = flatVector(params, params, 'params')
        const g = flatVector(params, updates, 'updates')
        const past = state.count > 0
        const s: tf.Tensor1D = past ? tf.sub(p, state.params) : tf.zerosLike(p)
        const y: tf.Tensor1D = past ? tf.sub(g, state.updates) : tf.zerosLike(g)
        const curvature = dot(y, s)
        const weight = tf.where(tf.equal(curvature, 0), tf.scalar(0), tf.div(1, curvature))
        const steps = [...state.diffParamsMemory.slice(1), s]
        const changes = [...state.diffUpdatesMemory.slice(1), y]
        const weights = [...state.weightsMemory.slice(1), weight]
        const gamma = scaleInitPrecond ? firstScale(past, g, curvature, y) : tf.scalar(1)
        const direction = twoLoops(g, gamma, steps, changes, weights)
        const next: LbfgsState = {
          count: state.count + 1,
          params: p,
          updates: g,
          diffParamsMemory: steps,
          diffUpdatesMemory: changes,
          weightsMemory: weights,
        }
        // Cut from a vector as long as all leaves that are present.
        return [treeOf(params, updates, direction) as Leaves<P, tf.Tensor | null>, next]
      }),
  })
}

/** The inverse Hessian before any memory: at first a step of length at most 1. */
const firstScale = (past: boolean, g: tf.Tensor1D, curvature: tf.Scalar, y: tf.Tensor1D): tf.Tensor => {
  if (!past) return tf.minimum(1, tf.div(1, tf.sqrt(dot(g, g))))
  const size = dot(y, y)
  return tf.where(tf.greater(size, 0), tf.div(curvature, size), tf.scalar(1))
}

type Vectors = readonly tf.Tensor[]

const twoLoops = (
  g: tf.Tensor1D,
  gamma: tf.Tensor,
  steps: Vectors,
  changes: Vectors,
  weights: Vectors,
): tf.Tensor1D => {
  // three lists of one length
  const memory = steps.map((s, i) => ({ s, y: changes[i] ?? s, rho: weights[i] ?? s }) as Pair)
  const down: tf.Tensor[] = []
  let q = g
  for (const { s, y, rho } of memory.toReversed()) {
    const alpha = tf.mul(rho, dot(s, q))
    down.unshift(alpha)
    q = tf.sub(q, tf.mul(alpha, y))
  }
  q = tf.mul(q, gamma)
  memory.forEach(({ s, y, rho }, i) => {
    q = tf.add(q, tf.mul(tf.sub(down[i] ?? 0, tf.mul(rho, dot(y, q))), s))
  })
  return q
}

interface Pair {
  readonly s: tf.Tensor1D
  readonly y: tf.Tensor1D
  readonly rho: tf.Scalar
}

/** `tf.tidy` for a result whose type it does not allow: it keeps the tensors in plain arrays and records. */
const kept = <A>(f: () => A): A => tf.tidy(f as unknown as () => tf.TensorContainer) as A

const parse = options('scaleByLbfgs', {
  memorySize: withDefault(positiveCount, 10),
  scaleInitPrecond: withDefault(flag, true),
})
