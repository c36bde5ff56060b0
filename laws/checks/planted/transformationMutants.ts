import * as tf from '@tensorflow/tfjs-core'
import { chain } from '../../../src/combinators/chain.js'
import { adam } from '../../../src/optimizers/adam.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { copied, zeros } from '../../../src/equation/Slot.js'
import { checkedEquation as equation } from '../../../src/transformation/checkedEquation.js'
import { counting } from '../../../src/transformation/equation.js'
import { plain } from '../../../src/transformation/plain.js'
import type { AnyTransformation, StateLambda } from '../../../src/transformation/Transformation.js'
import { addDecayedWeights } from '../../../src/transforms/addDecayedWeights.js'
import { scale } from '../../../src/transforms/scale.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import { scaleBySign } from '../../../src/transforms/scaleBySign.js'
import { trace } from '../../../src/transforms/trace.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { mapTree } from '../../../src/tree/mapTree.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { trainings } from '../../arbitraries/training.js'
import type { Suite } from '../../Suite.js'
import { bounded, homogeneous, idempotent, linear, nonExpansive, odd } from '../../transformation/optionalLaws.js'
import { descends } from '../../transformation/purposeLaws.js'
import { equivariant } from '../../transformation/unitLaws.js'

/** A way in which optimizers have gone wrong, planted in a transformation of the public interface. */
export interface Mutant {
  readonly bug: string
  /** The law that catches it; or why no law can, where it is a lawful transformation, only not the one that was
   *  meant. */
  readonly caughtBy: string | { readonly escapes: string }
  readonly make: () => AnyTransformation
  /** The suite that is asked. Default: what every transformation is asked. */
  readonly suite?: (maker: () => AnyTransformation) => Suite
}

interface Anything extends StateLambda {
  readonly State: unknown
}

const firstStep = { cases: trainings({ maxSteps: 1, missing: false }) }

/** Two moments as Adam keeps them, with an update of one's own. */
const moments = (name: string, update: <N>(A: Algebra<N>, m: N, v: N) => N) =>
  equation({
    name,
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({ c1: 1 - 0.9 ** (count + 1), c2: 1 - 0.999 ** (count + 1) }),
  })((A) => ({ update: g, mu, nu }, { c1, c2 }) => {
    const m = A.add(A.mul(A.lit(0.9), mu), A.mul(A.lit(0.1), g))
    const v = A.add(A.mul(A.lit(0.999), nu), A.mul(A.lit(0.001), A.mul(g, g)))
    return { update: update(A, A.div(m, c1), A.div(v, c2)), mu: m, nu: v }
  })

/** What the mutants of moments compute with. */
interface Algebra<N> {
  readonly mul: (a: N, b: N) => N
  readonly div: (a: N, b: N) => N
  readonly abs: (a: N) => N
  readonly sqrt: (a: N) => N
  readonly add: (a: N, b: N) => N
  readonly lit: (x: number) => N
}

const tiny = <N>(A: Algebra<N>): N => A.lit(2 ** -60)

const nonZero = { cases: trainings({ missing: false }) }

/** A plain transformation of updates alone. */
const each = (name: string, f: (g: tf.Tensor, index: number) => tf.Tensor): AnyTransformation =>
  plain<Anything>({
    name,
    init: () => ({}),
    update: (updates, state) => {
      let index = 0 // of this call alone
      return [mapTree((g: tf.Tensor) => f(g, index++))(updates), state]
    },
  })

/** Bugs that optimizers have had, in tfjs, TensorFlow, Keras, PyTorch, optax and programs of their users. */
export const transformationMutants: readonly Mutant[] = [
  {
    bug: 'no bias correction',
    caughtBy: 'bounded',
    suite: (tx) => bounded(1)(tx, firstStep),
    make: () =>
      equation({ name: 'uncorrected', slots: { mu: zeros, nu: zeros } })((A) => ({ update: g, mu, nu }) => {
        const m = A.add(A.mul(A.lit(0.9), mu), A.mul(A.lit(0.1), g))
        const v = A.add(A.mul(A.lit(0.999), nu), A.mul(A.lit(0.001), A.mul(g, g)))
        return { update: A.div(m, A.add(A.sqrt(v), tiny(A))), mu: m, nu: v }
      }),
  },
  {
    bug: 'bias correction with one count for both moments',
    caughtBy: 'bounded',
    suite: (tx) => bounded(1)(tx, firstStep),
    make: () =>
      equation({
        name: 'oneCorrection',
        slots: { mu: zeros, nu: zeros },
        host: counting,
        scalars: ({ count }) => ({ c: 1 - 0.9 ** (count + 1) }),
      })((A) => ({ update: g, mu, nu }, { c }) => {
        const m = A.add(A.mul(A.lit(0.9), mu), A.mul(A.lit(0.1), g))
        const v = A.add(A.mul(A.lit(0.999), nu), A.mul(A.lit(0.001), A.mul(g, g)))
        return { update: A.div(A.div(m, c), A.add(A.sqrt(A.div(v, c)), tiny(A))), mu: m, nu: v }
      }),
  },
  {
    bug: 'an extra root',
    caughtBy: 'scale-invariant',
    suite: (tx) => homogeneous(0)(tx, nonZero),
    make: () => moments('extraRoot', (A, m, v) => A.div(m, A.add(A.sqrt(A.sqrt(v)), tiny(A)))),
  },
  {
    bug: 'the root forgotten',
    caughtBy: 'scale-invariant',
    suite: (tx) => homogeneous(0)(tx, nonZero),
    make: () => moments('noRoot', (A, m, v) => A.div(m, A.add(v, tiny(A)))),
  },
  {
    bug: 'multiplied where it should be divided',
    caughtBy: 'scale-invariant',
    suite: (tx) => homogeneous(0)(tx, nonZero),
    make: () => moments('multiplied', (A, m, v) => A.mul(m, A.sqrt(v))),
  },
  {
    bug: 'a sign lost',
    caughtBy: 'odd',
    suite: odd,
    make: () => moments('signLost', (A, m, v) => A.div(A.abs(m), A.add(A.sqrt(v), A.lit(1e-8)))),
  },
  {
    bug: 'ε in the wrong place, so large that it adds to every update',
    caughtBy: 'odd',
    suite: odd,
    make: () => moments('offset', (A, m, v) => A.add(A.div(m, A.add(A.sqrt(v), A.lit(1e-3))), A.lit(1e-3))),
  },
  {
    bug: 'Adadelta divides by the accumulator of the step before (tf.train.adadelta)',
    caughtBy: 'bounded',
    suite: (tx) => bounded(Math.sqrt(1e-6 / 0.1))(tx, firstStep),
    make: () =>
      equation({
        name: 'adadelta',
        slots: { gs: zeros, us: zeros },
      })((A) => ({ update: g, gs, us }) => {
        const eps = A.lit(1e-6)
        const u = A.mul(A.div(A.sqrt(A.add(us, eps)), A.sqrt(A.add(gs, eps))), g)
        const kept = (old: typeof g, x: typeof g) => A.add(A.mul(A.lit(0.9), old), A.mul(A.lit(0.1), A.mul(x, x)))
        return { update: u, gs: kept(gs, g), us: kept(us, u) }
      }),
  },
  {
    bug: 'centered RMSProp subtracts ε (tf.train.rmsprop)',
    caughtBy: 'finite',
    make: () =>
      equation({ name: 'centered', slots: { ms: zeros, mg: zeros } })((A) => ({ update: g, ms, mg }) => {
        const s = A.add(A.mul(A.lit(0.9), ms), A.mul(A.lit(0.1), A.mul(g, g)))
        const m = A.add(A.mul(A.lit(0.9), mg), A.mul(A.lit(0.1), g))
        return { update: A.div(g, A.sqrt(A.sub(s, A.add(A.mul(m, m), A.lit(1e-7))))), ms: s, mg: m }
      }),
  },
  {
    bug: 'a norm of 0 is divided by',
    caughtBy: 'finite',
    make: () =>
      equation({ name: 'normalized' })((A) => ({ update: g }) => ({
        update: A.div(g, A.sqrt(A.leafSum(A.mul(g, g)))),
      })),
  },
  {
    bug: 'a factor by the position of a leaf (slots keyed by position: tf.train, Keras)',
    caughtBy: 'names',
    make: () => each('byPosition', (g, index) => tf.mul(g, 1 / (1 + index))),
  },
  {
    bug: 'one accumulator for all leaves',
    caughtBy: 'neighbours',
    make: () =>
      equation({ name: 'oneForAll' })((A) => ({ update: g }) => ({
        update: A.div(g, A.add(A.sqrt(A.treeSum(A.mul(g, g))), A.lit(1))),
      })),
  },
  {
    bug: 'a count outside the state, lost on resuming',
    caughtBy: 'no memory outside the state',
    make: () => {
      let steps = 0
      return each('countsOutside', (g) => tf.mul(g, 1 / ++steps))
    },
  },
  {
    bug: 'momentum inside the optimizer, shared by all who use it (tf.train, Keras)',
    caughtBy: 'purity',
    make: () => {
      const before = new Map<string, Float32Array>()
      return each('sharedMomentum', (g, index) => {
        const key = `${index}: ${g.shape.join()}`
        const old = before.get(key)
        const sum = g.dataSync().map((x, i) => x + 0.5 * (old?.[i] ?? 0))
        before.set(key, Float32Array.from(sum))
        return tf.tensor(sum, g.shape)
      })
    },
  },
  {
    bug: 'random numbers that are in no state',
    caughtBy: 'purity',
    make: () => each('random', (g) => tf.mul(g, Math.random())),
  },
  {
    bug: 'gradients changed in place',
    caughtBy: 'purity',
    make: () =>
      each('inPlace', (g) => {
        const values = g.dataSync()
        for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * 0.5 + 1
        return tf.tensor(values.slice(), g.shape)
      }),
  },
  {
    bug: 'a state changed in place',
    caughtBy: 'purity',
    make: () =>
      plain<Counted>({
        name: 'stateInPlace',
        init: () => ({ count: 0 }),
        update: (updates, state) => [mapTree((g: tf.Tensor) => tf.mul(g, ++state.count))(updates), state],
      }),
  },
  {
    bug: 'a tensor left behind at each step',
    caughtBy: 'no leak',
    make: () =>
      each('leak', (g) => {
        tf.scalar(1)
        return tf.mul(g, 2)
      }),
  },
  {
    bug: 'slots that begin as the very tensors of the parameters (optax.schedule_free)',
    caughtBy: 'no aliasing',
    // `plain` gives each place of a state a handle of its own, so this is written past it
    make: () => ({
      ...plain<Anything>({
        name: 'aliasing',
        init: (params) => ({ first: params }),
        update: (updates, state) => [mapTree((g: tf.Tensor) => tf.mul(g, 2))(updates), state],
      }),
      init: (params: unknown) => ({ first: params }) as never, // a state of any shape
    }),
  },
  {
    bug: 'accumulators that are made at the first step',
    caughtBy: 'structure of state',
    make: () =>
      plain<Anything>({
        name: 'lazy',
        init: () => ({}),
        update: (updates) => [mapTree((g: tf.Tensor) => tf.mul(g, 2))(updates), { seen: 1 }],
      }),
  },
  {
    bug: 'a matrix where there was a vector',
    caughtBy: 'structure of updates',
    make: () => each('broadcast', (g) => tf.reshape(g, [1, ...g.shape])),
  },
  {
    bug: 'a missing gradient is read as zero, and momentum goes on',
    caughtBy: 'structure of updates',
    make: () =>
      plain<Anything>({
        name: 'zeroForNull',
        init: () => ({}),
        update: (updates, state, params) => [filled(updates, params), state],
      }),
  },
  {
    bug: 'weight decay where there is no gradient (embeddings that were not looked up)',
    caughtBy: 'nothing without a gradient',
    make: () => {
      const tx = sgd({ learningRate: 0.1 })
      return {
        ...tx,
        anatomy: plain<Anything>({
          name: 'decaysAll',
          init: () => ({}),
          update: (updates, state, params) => [filled(updates, params), state],
        }).anatomy,
      }
    },
  },
  {
    bug: 'updates that are halved in two passes and not in one',
    caughtBy: 'step',
    make: () => {
      const tx = sgd({ learningRate: 0.1 })
      return {
        ...tx,
        update: ((...given: Parameters<typeof tx.update>) => {
          const [updates, state] = tx.update(...given)
          const halved = mapTree((g: tf.Tensor) => tf.mul(g, 0.5))(updates as Tree)
          disposeExcept([updates], [])
          return [halved, state]
        }) as typeof tx.update,
      } // of the same form
    },
  },
  {
    bug: 'gradients all brought to the bound, small ones too',
    caughtBy: 'non-expansive',
    suite: nonExpansive,
    make: () =>
      equation({ name: 'alwaysClips' })((A) => ({ update: g }) => ({
        update: A.div(g, A.add(A.sqrt(A.treeSum(A.mul(g, g))), A.lit(1e-12))),
      })),
  },
  {
    bug: 'clipping by norm/most in place of most/norm',
    caughtBy: 'idempotent',
    suite: idempotent,
    make: () =>
      equation({ name: 'clipsInverse' })((A) => ({ update: g }) => {
        const norm = A.sqrt(A.treeSum(A.mul(g, g)))
        return { update: A.where(A.less(norm, A.lit(1)), g, A.mul(g, norm)) }
      }),
  },
  {
    bug: 'an ε of its own where a floor in the units of the norm was meant',
    caughtBy: 'units',
    suite: (tx) => equivariant(tx),
    make: () =>
      equation({ name: 'ratioWithEps' })((A) => ({ update: g, param: p }) => ({
        update: A.mul(g, A.div(A.leafNorm(p), A.add(A.leafNorm(g), A.lit(1e-3)))),
      })),
  },
  {
    bug: 'norms by way of squares in float32',
    caughtBy: 'far units',
    suite: (tx) => equivariant(tx),
    make: () =>
      equation({ name: 'ratioOfSquares' })((A) => ({ update: g, param: p }) => {
        const norm = A.sqrt(A.leafSum(A.mul(g, g)))
        const ratio = A.div(A.sqrt(A.leafSum(A.mul(p, p))), norm)
        return { update: A.mul(g, A.where(A.equal(norm, A.lit(0)), A.lit(1), ratio)) }
      }),
  },
  {
    bug: 'the learning rate applied twice',
    caughtBy: 'bounded',
    suite: bounded(2),
    make: () =>
      chain(scaleBySign(), scaleByLearningRate({ learningRate: 2 }), scaleByLearningRate({ learningRate: 2 })),
  },
  {
    bug: 'weight decay through the momentum (Adam with L2, for a rule that is called linear)',
    caughtBy: 'linear',
    suite: linear,
    make: () => chain(addDecayedWeights({ weightDecay: 0.1 }), trace({ decay: 0.9 })),
  },
  {
    bug: 'an anchor that is the parameters themselves (lookahead)',
    caughtBy: 'no aliasing',
    make: () =>
      ({
        ...equation({ name: 'anchored', slots: { first: copied } })((A) => ({ update, param, first }) => ({
          update: A.add(update, A.sub(param, first)),
          first,
        })),
        init: (params: Tree) => ({ first: params }),
      }) as AnyTransformation,
  }, // a state of the form it has
  {
    bug: 'momentum a step late (rprop, Keras)',
    caughtBy: { escapes: 'a rule with a lag is a lawful rule; only its convergence or a reference tells' },
    make: () =>
      equation({ name: 'late', slots: { trace: zeros } })((A) => ({ update: g, trace: t }) => ({
        update: t,
        trace: A.add(A.mul(A.lit(0.9), t), g),
      })),
  },
  {
    bug: 'β₁ and β₂ exchanged',
    caughtBy: { escapes: 'another choice of numbers is a lawful rule' },
    make: () => adam({ learningRate: 0.1, b1: 0.999, b2: 0.9 }),
  },
  {
    bug: 'ascent instead of descent',
    caughtBy: 'descends',
    suite: descends,
    make: () => scale({ stepSize: 0.1 }),
  },
]

interface Counted extends StateLambda {
  readonly State: { count: number }
}

/** Updates with zeros where there are none. */
const filled = (updates: Tree, params: Tree): Tree =>
  params instanceof tf.Tensor
    ? updates instanceof tf.Tensor
      ? tf.mul(updates, 1)
      : tf.mul(params, -0.01)
    : Array.isArray(params)
      ? params.map((child: Tree, i) => filled(childOf(updates, String(i)), child))
      : typeof params === 'object' && params !== null
        ? Object.fromEntries(Object.entries(params).map(([key, child]) => [key, filled(childOf(updates, key), child)]))
        : null

const childOf = (tree: Tree, key: string): Tree =>
  typeof tree === 'object' && tree !== null
    ? ((Object.getOwnPropertyDescriptor(tree, key)?.value as Tree | undefined) ?? null)
    : null // as above
