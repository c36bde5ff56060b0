import * as tf from '@tensorflow/tfjs-core'
import { addDecayedWeights } from '../../../src/transforms/addDecayedWeights.js'
import { addNoise } from '../../../src/transforms/addNoise.js'
import { chain } from '../../../src/combinators/chain.js'
import { identity } from '../../../src/transformation/identity.js'
import { scale } from '../../../src/transforms/scale.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { zeros } from '../../../src/equation/Slot.js'
import { checkedEquation as equation } from '../../../src/transformation/checkedEquation.js'
import { counting } from '../../../src/transformation/equation.js'
import type { Tree } from '../../../src/tree/Tree.js'
import type { Suite } from '../../Suite.js'
import {
  duplicationInvariant,
  keepsDirection,
  monotone,
  rotationEquivariant,
  translationEquivariant,
} from '../../transformation/geometryLaws.js'
import { boundedMemory, descends, robust, unbiased } from '../../transformation/purposeLaws.js'
import { transformationLaws } from '../../transformationLaws.js'
import { eachLeaf, listed, noughts, number, plus, times, userMade } from './usersWay.js'

type Row = readonly [bug: string, caughtBy: string, suite: Suite]

const tidied = (f: () => Tree): Tree => tf.tidy(f as () => tf.TensorContainer) as Tree // a tree of tensors

/** Momentum as users write it. */
const momentum = (name: string, update: (g: Tree, m: Tree, params: Tree) => readonly [Tree, Tree]) =>
  userMade<{ readonly m: Tree }>(
    name,
    (params) => ({ m: noughts(params) }),
    (g, { m }, params) => {
      const [u, next] = update(g, m, params)
      return [u, { m: next }]
    },
  )

/** Optimizers and transformations as users write them, each with a bug of its author's. */
export const userOptimizers: readonly Row[] = [
  [
    'the norm of the first gradients that an optimizer ever saw is its unit for ever, for every later model',
    'first use',
    transformationLaws(() => {
      let unit: number | undefined
      return userMade(
        'firstUnit',
        () => ({}),
        (g, s) => {
          unit ??= 1 + Math.hypot(...listed(g).flatMap((x) => [...x.dataSync()]))
          return [times(1 / unit)(g), s]
        },
      )
    }),
  ],
  [
    'the order of keys of the first tree is remembered, and later trees are listed by it',
    'order of keys',
    transformationLaws(() =>
      momentum('byPlace', (g, m) => {
        const [all, old] = [listed(g), listed(m)]
        let next = 0
        const sum = eachLeaf((x) => {
          const i = next++
          const other = old.length === all.length ? old[i] : undefined
          return other?.shape.join() === x.shape.join() ? tf.add(x, tf.mul(other, 0.5)) : tf.mul(x, 1)
        })(g)
        return [times(-0.1)(sum), plus(times(0)(m), sum)]
      }),
    ),
  ],
  [
    'an anchor kept in the optimizer: two models pull at each other (L2-SP, FedProx by hand)',
    'beside each other',
    transformationLaws(() => {
      let anchor = 0
      return userMade(
        'anchored',
        (params) => {
          anchor = listed(params).reduce((sum, x) => sum + (x.dataSync()[0] ?? 0), 0)
          return {}
        },
        (g, s) => [eachLeaf((x) => tf.add(x, anchor * 1e-3))(g), s],
      )
    }),
  ],
  [
    'a count in float32, which stands still at 16777216 (jax without x64)',
    'great counts',
    transformationLaws(() =>
      userMade<{ readonly count: tf.Tensor }>(
        'floatCount',
        () => ({ count: tf.scalar(0) }),
        (g, { count }) => tidiedPair(() => [times(-0.1)(g), { count: tf.add(count, 1) }]),
      ),
    ),
  ],
  [
    'a count of 24 bits (& 0xffffff)',
    'great counts',
    transformationLaws(() =>
      equation({
        name: 'maskedCount',
        host: {
          init: { count: 0 },
          next: ({ count }: { readonly count: number }) => ({ count: (count + 1) & 0xffffff }),
        },
      })((A) => ({ update }) => ({ update: A.mul(update, A.lit(-0.1)) })),
    ),
  ],
  [
    'a power of a count in a byte: at the 256th step 1 − β⁰ is divided by',
    'great counts',
    transformationLaws(() =>
      equation({
        name: 'byteCount',
        host: {
          init: { count: 0 },
          next: ({ count }: { readonly count: number }) => ({ count: count + 1 }),
        },
        scalars: ({ count }) => ({ c: 1 - 0.9 ** ((count + 1) & 255) }),
      })((A) => ({ update }, { c }) => ({ update: A.div(update, c) })),
    ),
  ],
  [
    'the mean of squares of a leaf, NaN for one without elements, kept in the state (novograd by hand)',
    'leaves without elements',
    transformationLaws(() =>
      userMade<{ readonly v: Tree }>(
        'leafMeans',
        (params) => ({ v: eachLeaf(() => tf.scalar(0))(params) }),
        (g, { v }) =>
          tidiedPair(() => {
            const next = plus(
              times(0.5)(v),
              eachLeaf((x) => tf.scalar([...x.dataSync()].reduce((sum, y) => sum + y * y, 0) / x.size))(g),
            )
            return [times(-0.1)(g), { v: next }]
          }),
      ),
    ),
  ],
  [
    'the largest of all gradients, −∞ where there is none: a step divided by it at a frozen batch',
    'nothing to train',
    transformationLaws(
      () =>
        userMade<{ readonly most: number }>(
          'byLargest',
          () => ({ most: 0 }),
          (g, { most }) => {
            const largest = Math.max(...listed(g).flatMap((x) => [...x.dataSync()].map(Math.abs)))
            const next = 0.5 * most + 0.5 * (largest / (largest || 1))
            return [times(-0.1)(g), { most: next }]
          },
        ),
      { couples: true },
    ),
  ],
  [
    'copies of the parameters in float32, whole numbers too (DALLE2-pytorch#149, ignite#2590)',
    'whole numbers',
    transformationLaws(() =>
      userMade<{ readonly ema: Tree }>(
        'shadow',
        (params) => ({ ema: eachLeaf((x) => tf.cast(tf.mul(tf.cast(x, 'float32'), 1), 'float32'))(params) }),
        (g, s) => [times(-0.1)(g), s],
      ),
    ),
  ],
  [
    'a history of gradients that grows with each step',
    'structure of state',
    transformationLaws(() =>
      userMade<{ readonly history: readonly number[] }>(
        'historic',
        () => ({ history: [] }),
        (g, { history }) => [times(-0.1)(g), { history: [...history, listed(g).length] }],
      ),
    ),
  ],
  [
    'a history that is pushed to in place',
    'purity',
    transformationLaws(() =>
      userMade<{ readonly history: number[] }>(
        'pushed',
        () => ({ history: [0, 0] }),
        (g, s) => {
          s.history.push(listed(g).length)
          s.history.shift()
          return [times(-0.1)(g), s]
        },
      ),
    ),
  ],
  [
    'parameters disposed inside of update, to save memory',
    'purity',
    transformationLaws(() =>
      userMade(
        'eager',
        () => ({}),
        (g, s, params) => {
          const next = times(-0.1)(g)
          tf.dispose([...listed(params)])
          return [next, s]
        },
      ),
    ),
  ],
  [
    'old moments disposed inside of update, as a tutorial of tfjs has it',
    'purity',
    transformationLaws(() =>
      momentum('frugal', (g, m) => {
        const next = plus(times(0.5)(m), g)
        tf.dispose([...listed(m)])
        return [times(-0.1)(next), next]
      }),
    ),
  ],
  [
    'tf.keep of a norm, for a log',
    'no leak',
    transformationLaws(() =>
      userMade(
        'logging',
        () => ({}),
        (g, s) => {
          listed(g).map((x) => tf.keep(tf.norm(x)))
          return [times(-0.1)(g), s]
        },
      ),
    ),
  ],
  [
    'whether a step is finite is asked of the first leaf only, the others are taken as they are',
    'names',
    transformationLaws(
      () =>
        userMade(
          'firstLeaf',
          () => ({}),
          (g, s) => {
            const [first] = listed(g)
            const norm = first === undefined ? 1 : 1 + Math.hypot(...first.dataSync())
            return [times(1 / norm)(g), s]
          },
        ),
      { couples: true },
    ),
  ],
  [
    'divided by the number of leaves that have a gradient: another rate for each batch',
    'neighbours',
    transformationLaws(() =>
      userMade(
        'perLeaves',
        () => ({}),
        (g, s) => [times(-1 / Math.max(1, listed(g).length))(g), s],
      ),
    ),
  ],
  [
    'a schedule asked one count late in two passes, and not in one',
    'step',
    transformationLaws(() => {
      const tx = sgd({ learningRate: (count) => 1 / (1 + count) })
      const late = sgd({ learningRate: (count) => 1 / (2 + count) })
      return { ...tx, update: late.update }
    }),
  ],
  [
    'a trust ratio that divides by the norm of parameters that begin at zero',
    'finite',
    transformationLaws(() =>
      equation({ name: 'trust' })((A) => ({ update: g, param: p }) => ({
        update: A.mul(g, A.div(A.leafNorm(g), A.leafNorm(p))),
      })),
    ),
  ],
  [
    'a warm-up that ends with the object, not with the training: the second model has none',
    'no memory outside the state',
    transformationLaws(() => {
      let warm = 10
      return userMade(
        'warmObject',
        () => ({}),
        (g, s) => [times(-0.1 / (1 + Math.max(0, warm--)))(g), s],
      )
    }),
  ],
  [
    'elements clipped, where the norm was to be (clipvalue for clipnorm, Keras)',
    'keeps direction',
    keepsDirection(() =>
      userMade(
        'clipped',
        () => ({}),
        (g, s) => [eachLeaf((x) => tf.clipByValue(x, -1, 1))(g), s],
      ),
    ),
  ],
  [
    'an update that points back: c·g with a negative c where the norm is small',
    'keeps direction',
    keepsDirection(() =>
      equation({ name: 'back' })((A) => ({ update: g }) => ({ update: A.mul(g, A.sub(A.leafNorm(g), A.lit(1))) })),
    ),
  ],
  [
    'the rate applied twice',
    'monotone',
    monotone((rate) => chain(scale({ stepSize: rate }), scale({ stepSize: -rate }))),
  ],
  ['divided by the rate', 'monotone', monotone((rate) => scale({ stepSize: rate === 0 ? 0 : -1 / rate }))],
  ['a rate of 0 taken for no rate given (||)', 'monotone', monotone((rate) => scale({ stepSize: -(rate || 0.001) }))],
  [
    'weight decay on by default, in a rule that is said to have none (AdamW for Adam)',
    'translation',
    translationEquivariant(() => chain(addDecayedWeights({ weightDecay: 0.01 }), scale({ stepSize: -0.1 }))),
  ],
  [
    'the norm of each element for the norm of the leaf (an axis too many)',
    'rotation',
    rotationEquivariant(() =>
      equation({ name: 'elementNorm' })((A) => ({ update: g }) => ({ update: A.div(g, A.add(A.lit(1), A.abs(g))) })),
    ),
  ],
  [
    'the losses of layers summed: the step grows with the number of layers',
    'duplicates',
    duplicationInvariant(() =>
      equation({ name: 'summed' })((A) => ({ update: g }) => ({ update: A.add(g, A.mul(A.lit(0.01), A.treeSum(g))) })),
    ),
  ],
  [
    'a third slot for an option that is off (amsgrad: false in torch, for long)',
    'bounded memory',
    boundedMemory(2)(() =>
      equation({ name: 'threeSlots', slots: { m: zeros, v: zeros, most: zeros } })((A) => ({ update, m, v, most }) => ({
        update,
        m: A.add(m, update),
        v: A.add(v, A.mul(update, update)),
        most: A.max(most, v),
      })),
    ),
  ],
  [
    'one spike of 1e30: ∞ in the second moment, for ever (pytorch#46849)',
    'robust',
    robust(() =>
      equation({ name: 'secondMoment', slots: { v: zeros } })((A) => ({ update: g, v }) => {
        const next = A.add(A.mul(A.lit(0.9), v), A.mul(A.lit(0.1), A.mul(g, g)))
        return { update: A.div(g, A.add(A.sqrt(next), A.lit(1e-8))), v: next }
      }),
    ),
  ],
  ['ascent, a sign lost at the end of a chain', 'descends', descends(() => scale({ stepSize: 0.1 }))],
  [
    'β₁ for 1 − β₁: nearly nothing of a gradient arrives, and then for ever',
    'descends',
    descends(() =>
      equation({ name: 'heavy', slots: { m: zeros } })((A) => ({ update: g, m }) => {
        const next = A.add(A.mul(A.lit(0.999), m), A.mul(A.lit(0.001), g))
        return { update: A.mul(A.lit(-0.1), next), m: next }
      }),
    ),
  ],
  [
    'a bias correction multiplied where it should be divided: hardly a first step',
    'descends',
    descends(
      () =>
        equation({
          name: 'multiplied',
          slots: { m: zeros },
          host: counting,
          scalars: ({ count }) => ({ c: 1 - 0.999 ** (count + 1) }),
        })((A) => ({ update: g, m }, { c }) => {
          const next = A.add(A.mul(A.lit(0.5), m), A.mul(A.lit(0.5), g))
          return { update: A.mul(A.mul(A.lit(-0.1), c), next), m: next }
        }),
      { steps: 60 },
    ),
  ],
  [
    'noise from 0 to 1 where it should be around 0',
    'unbiased',
    unbiased(
      (key) =>
        userMade(
          'shifted',
          () => ({}),
          (g, s) => [eachLeaf((x) => tf.add(x, tf.randomUniform(x.shape, 0, 1, 'float32', key + 1)))(g), s],
        ),
      () => identity(),
    ),
  ],
  [
    'one key for all: the noise is the same whatever the key',
    'unbiased',
    unbiased(
      () => addNoise({ eta: 0.1, gamma: 0.5, key: 7 }),
      () => identity(),
    ),
  ],
  [
    'a trust ratio of 0 for a leaf that is zero: it never moves (LARS without the exception for zeros)',
    'from zero',
    descends(() =>
      userMade(
        'lars',
        () => ({}),
        (g, s, p) => {
          const [size, slope] = [p, g].map((tree) => Math.hypot(...listed(tree).flatMap((x) => [...x.dataSync()])))
          return [times((-0.1 * (size ?? 0)) / ((slope ?? 0) + 1e-9))(g), s]
        },
      ),
    ),
  ],
  [
    'a decay added where updates are added: weights grow, slowly (Lion by hand)',
    'no push',
    descends(() =>
      equation({ name: 'lionByHand', slots: { m: zeros } })((A) => ({ update: g, m, param }) => {
        const direction = A.sign(A.add(A.mul(A.lit(0.9), m), A.mul(A.lit(0.1), g)))
        return {
          update: A.mul(A.lit(-0.02), A.sub(direction, A.mul(A.lit(0.1), param))),
          m: A.add(A.mul(A.lit(0.99), m), A.mul(A.lit(0.01), g)),
        }
      }),
    ),
  ],
  [
    'the second step of a training as its first: a first step that only looks (rprop by hand), and no second',
    'descends',
    descends(() =>
      userMade<{ readonly first: number }>(
        'looks',
        () => ({ first: 1 }),
        (g, s) => [times(0)(g), s],
      ),
    ),
  ],
  [
    'a leaf moved by the mean of its gradient, which tells nothing of its elements',
    'descends',
    descends(() =>
      equation({ name: 'meanOnly' })((A) => ({ update: g }) => ({
        update: A.mul(A.lit(-0.1), A.div(A.leafSum(g), A.leafSize())),
      })),
    ),
  ],
  [
    'reads the count of a sum: number of all elements, leaves that are frozen among them',
    'neighbours',
    transformationLaws(() =>
      userMade(
        'perElement',
        () => ({}),
        (g, s, params) => [
          times(
            -1 /
              Math.max(
                1,
                listed(params).reduce((sum, x) => sum + x.size, 0),
              ),
          )(g),
          s,
        ],
      ),
    ),
  ],
  [
    'gradients that are divided in place by a later step, through an array that was handed out',
    'purity',
    transformationLaws(() =>
      userMade(
        'inArray',
        () => ({}),
        (g, s) => {
          for (const x of listed(g)) (x.dataSync() as Float32Array).forEach((y, i, all) => (all[i] = y / 2))
          return [eachLeaf((x) => tf.tensor([...x.dataSync()], x.shape))(g), s]
        },
      ),
    ),
  ],
  [
    'a scalar of the state read for a log, and one number of it kept in the optimizer',
    'purity',
    transformationLaws(() => {
      let last = 0
      return momentum('remembersLast', (g, m) => {
        const next = plus(times(0.5)(m), g)
        const [first] = listed(next)
        const u = times(-0.1)(eachLeaf((x) => tf.add(x, last * 1e-3))(next))
        last = first === undefined || first.size === 0 ? 0 : number(first)
        return [u, next]
      })
    }),
  ],
]

function tidiedPair<A>(f: () => readonly [Tree, A]): readonly [Tree, A] {
  const pair = tidied(f as unknown as () => Tree) // a pair of trees is a tree
  return pair as unknown as readonly [Tree, A]
}
