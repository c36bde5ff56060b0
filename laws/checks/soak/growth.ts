import * as tf from '@tensorflow/tfjs-core'
import {
  adamw,
  addDecayedWeights,
  applyIfFinite,
  byPath,
  chain,
  clip,
  clipByGlobalNorm,
  injectHyperparams,
  masked,
  multiSteps,
  scale,
  scaleByAdam,
  scaleByRms,
  scaleBySign,
  sgd,
  step,
  trace,
  withMovingAverage,
  type AnyTransformation,
  type Opaque,
  type Transformation,
} from 'polyak'

/** Something that differs from round to round, and must leave nothing behind. */
export interface Change {
  readonly name: string
  /** Does one round: rounds of other numbers are different. Leaves no tensor. */
  readonly round: (n: number) => void
}

/** The changes that memories of programs, structures and kernels have to live with. */
export const changes = (): readonly Change[] => [
  { name: 'another set of null gradients each step', round: otherPatterns() },
  { name: 'another structure of parameters each time', round: otherShapes() },
  { name: 'another chain each time', round: (n) => stepOnce(otherChain(n), () => plainTree(2)) },
  { name: 'another way at a fork, other hyperparameters each step', round: otherWays() },
]

/** Bytes per round that stay after the garbage is collected, between two points far enough on that memories are full. */
export const growthOf = async (
  { round }: Change,
  { warm, rounds, collect }: { readonly warm: number; readonly rounds: number; readonly collect: () => void },
): Promise<number> => {
  for (let n = 0; n < warm; n++) round(n)
  const before = await held(collect)
  for (let n = warm; n < warm + rounds; n++) round(n)
  return ((await held(collect)) - before) / rounds
}

const held = async (collect: () => void): Promise<number> => {
  // what waits to be finalized is let go between two turns of the loop of events
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise((done) => {
      setTimeout(done, 5)
    })
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

type Leaves = Readonly<Record<string, tf.Tensor>>

const plainTree = (leaves: number, size = 3): Leaves =>
  Object.fromEntries(Array.from({ length: leaves }, (_, i) => [`w${i}`, tf.ones([size])]))

const stepOnce = (optimizer: Transformation<Opaque>, made: () => Leaves): void =>
  tf.tidy(() => {
    const params = made()
    step(optimizer)(params, optimizer.init(params), params)
  })

/** The bits of a number that looks random, the same for the same round. */
const bitsOf = (n: number): number => Math.imul(n + 1, 0x9e3779b1) >>> 0

const otherPatterns = () => {
  const optimizer = withMovingAverage({ decay: 0.99 })(
    chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 1e-3 })),
  )
  const params = plainTree(24)
  const grads = Object.entries(plainTree(24))
  const next = step(optimizer)
  const state = optimizer.init(params)
  return (n: number) => {
    const some = Object.fromEntries(grads.map(([key, grad], i) => [key, ((bitsOf(n) >>> i) & 1) === 1 ? grad : null]))
    tf.tidy(() => void next(some as unknown as Leaves, state, params)) // `null`: no gradient here
  }
}

const otherShapes = () => {
  const some = masked({ mask: byPath((path) => !path.endsWith('0')) })(adamw({ learningRate: 1e-3 }))
  const optimizer = some as unknown as Transformation<Opaque> // what is measured needs no types of states
  return (n: number) => stepOnce(optimizer, () => plainTree(1 + (n % 7), 1 + n))
}

const parts: readonly (() => AnyTransformation)[] = [
  () => scale({ stepSize: 0.5 }),
  () => clip({ maxDelta: 1 }),
  () => trace({ decay: 0.9 }),
  () => scaleByAdam({}),
  () => scaleByRms({}),
  scaleBySign,
  () => addDecayedWeights({ weightDecay: 0.1 }),
  () => clipByGlobalNorm({ maxNorm: 1 }),
]

const otherChain = (n: number): Transformation<Opaque> =>
  chain(
    ...Array.from({ length: 4 }, (_, i) => (parts[(bitsOf(n) >>> (3 * i)) % parts.length] ?? scaleBySign)()),
  ) as unknown as Transformation<Opaque>

const otherWays = () => {
  const inner = injectHyperparams(sgd)({ learningRate: (count: number) => 1 / (1 + count), momentum: 0.9 })
  const optimizer = applyIfFinite({ maxConsecutiveErrors: 3 })(multiSteps({ everyKSchedule: 2 })(inner))
  const params = plainTree(3)
  const next = step(optimizer, { donate: true })
  let now = { params: tf.tidy(() => plainTree(3)), state: optimizer.init(params) }
  return () => {
    now = next(params, now.state, now.params)
  }
}
