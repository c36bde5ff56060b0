import { chain } from '../../../src/combinators/chain.js'
import { lookahead } from '../../../src/combinators/lookahead.js'
import { partition } from '../../../src/combinators/partition.js'
import { copied, zeros } from '../../../src/equation/Slot.js'
import { adan } from '../../../src/optimizers/adan.js'
import { checkedEquation as equation } from '../../../src/transformation/checkedEquation.js'
import { counting } from '../../../src/transformation/equation.js'
import { normuon } from '../../../src/optimizers/normuon.js'
import { addDecayedWeights } from '../../../src/transforms/addDecayedWeights.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import { ema } from '../../../src/transforms/ema.js'
import { scaleByAdam } from '../../../src/transforms/scaleByAdam.js'
import { scaleByAdamuon } from '../../../src/transforms/scaleByAdamuon.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import { scaleByMars } from '../../../src/transforms/scaleByMars.js'
import { scaleByMuon } from '../../../src/transforms/scaleByMuon.js'
import { scaleByNormuon } from '../../../src/transforms/scaleByNormuon.js'
import { scaleByRadam } from '../../../src/transforms/scaleByRadam.js'
import { scaleBySign } from '../../../src/transforms/scaleBySign.js'
import { trace } from '../../../src/transforms/trace.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import type { Given, Subject } from './BeyondSubject.js'

/** Timm's LAMB: decayed before the ratio of norms where that is decoupled, the ratio bounded, moments as they are. */
const lamb = ({ lr, weightDecay = 0, trustClip = false, decoupledDecay = false, biasCorrection = true }: Given) =>
  equation({
    name: 'timm LAMB',
    slots: { m: zeros, v: zeros },
    host: counting,
    scalars: ({ count }) => ({
      c1: biasCorrection ? 1 - 0.9 ** (count + 1) : 1,
      c2: biasCorrection ? Math.sqrt(1 - 0.999 ** (count + 1)) : 1,
      lr,
      shrink: decoupledDecay ? 1 - lr * weightDecay : 1,
      decay: decoupledDecay ? 0 : weightDecay,
    }),
  })((A) => ({ update: g, param, m, v }, { c1, c2, lr: rate, shrink, decay }) => {
    const [b1, b2, one] = [A.lit(0.9), A.lit(0.999), A.lit(1)]
    const nextM = A.add(A.mul(b1, m), A.mul(A.lit(0.1), g))
    const nextV = A.add(A.mul(b2, v), A.mul(A.lit(0.001), A.mul(g, g)))
    const p = A.mul(shrink, param)
    const adam = A.div(A.div(nextM, c1), A.add(A.div(A.sqrt(nextV), c2), A.lit(1e-6)))
    const u = A.add(adam, A.mul(decay, p))
    const ratio = A.div(A.leafNorm(p), A.leafNorm(u))
    const bounded = trustClip ? A.min(ratio, one) : ratio
    return { update: A.sub(A.sub(p, param), A.mul(rate, A.mul(bounded, u))), m: nextM, v: nextV }
  })

/** Timm's LARS: the ratio over the norms of gradient and parameter apart. */
const larc = ({ lr, weightDecay = 0, trustClip = false }: Given) =>
  equation({ name: 'timm LARS', scalars: () => ({ lr, decay: weightDecay }) })(
    (A) =>
      ({ update: g, param }, { lr: rate, decay }) => {
        const [w, n] = [A.leafNorm(param), A.leafNorm(g)]
        const ratio = A.div(A.mul(A.lit(0.001), w), A.add(A.add(n, A.mul(w, decay)), A.lit(1e-8)))
        const bounded = trustClip ? A.min(A.div(ratio, rate), A.lit(1)) : ratio
        return { update: A.mul(bounded, A.add(g, A.mul(decay, param))) }
      },
  )

/** MADGRAD whose decay moves the point that its averages are of. */
const madgrad = ({ lr, weightDecay = 0 }: Given) =>
  equation({
    name: 'timm MADGRAD',
    slots: { first: copied, s: zeros, v: zeros },
    host: counting,
    scalars: ({ count }) => ({ lamb: (lr + 1e-6) * Math.sqrt(count + 1), shrink: 1 - lr * weightDecay }),
  })((A) => ({ update: g, param, first, s, v }, { lamb: l, shrink }) => {
    const nextS = A.add(s, A.mul(l, g))
    const nextV = A.add(v, A.mul(l, A.mul(g, g)))
    const z = A.sub(first, A.div(nextS, A.add(A.pow(nextV, A.lit(1 / 3)), A.lit(1e-6))))
    const next = A.add(A.mul(A.lit(0.9), A.mul(shrink, param)), A.mul(A.lit(0.1), z))
    return { update: A.sub(next, param), first, s: nextS, v: nextV }
  })

/** The authors' decay of Adan: the whole point is divided after the step. */
const dividedAfter = (lr: number, weightDecay: number) =>
  equation({ name: 'divided', scalars: () => ({ whole: 1 + lr * weightDecay }) })(
    (A) =>
      ({ update, param }, { whole }) => ({
        update: A.sub(A.div(A.add(param, update), whole), param),
      }),
  )

/** Rectified as RAdam is, from a length of 5 on. */
const rectified = (count: number, b2: number): number | null => {
  const t = count + 1
  const whole = 2 / (1 - b2) - 1
  const n = whole - (2 * t * b2 ** t) / (1 - b2 ** t)
  return n < 5 ? null : Math.sqrt((((n - 4) / (whole - 4)) * ((n - 2) / n) * whole) / (whole - 2))
}

/** Timm's AdaBelief: rectified by default, with an ε that stays in the second moment. */
const belief = ({ lr, weightDecay = 0 }: Given) =>
  equation({
    name: 'timm AdaBelief',
    slots: { m: zeros, s: zeros },
    host: counting,
    scalars: ({ count }) => {
      const [c1, c2] = [1 - 0.9 ** (count + 1), 1 - 0.999 ** (count + 1)]
      const long = rectified(count, 0.999)
      return {
        rate: long === null ? lr / c1 : (lr * Math.sqrt(c2) * long) / c1,
        plain: long === null ? 1 : 0,
        shrink: lr * weightDecay,
      }
    },
  })((A) => ({ update: g, param, m, s }, { rate, plain: early, shrink }) => {
    const nextM = A.add(A.mul(A.lit(0.9), m), A.mul(A.lit(0.1), g))
    const off = A.sub(g, nextM)
    const nextS = A.add(A.add(A.mul(A.lit(0.999), s), A.mul(A.lit(0.001), A.mul(off, off))), A.lit(1e-16))
    const divisor = A.where(A.less(A.lit(0), early), A.lit(1), A.add(A.sqrt(nextS), A.lit(1e-16)))
    return { update: A.neg(A.add(A.mul(shrink, param), A.div(A.mul(rate, nextM), divisor))), m: nextM, s: nextS }
  })

/** NAdam as torch has it, with a schedule of its own for the momentum. */
const nadam = ({ lr, momentumDecay = 4e-3, weightDecay = 0 }: Given) => {
  const mu = (t: number): number => 0.9 * (1 - 0.5 * 0.96 ** (t * momentumDecay))
  const product = (t: number): number => Array.from({ length: t }, (_, i) => mu(i + 1)).reduce((all, x) => all * x, 1)
  return equation({
    name: 'torch NAdam',
    slots: { m: zeros, v: zeros },
    host: counting,
    scalars: ({ count }) => {
      const t = count + 1
      return {
        now: (lr * (1 - mu(t))) / (1 - product(t)),
        ahead: (lr * mu(t + 1)) / (1 - product(t + 1)),
        c2: 1 - 0.999 ** t,
        shrink: lr * weightDecay,
      }
    },
  })((A) => ({ update: g, param, m, v }, { now, ahead, c2, shrink }) => {
    const nextM = A.add(A.mul(A.lit(0.9), m), A.mul(A.lit(0.1), g))
    const nextV = A.add(A.mul(A.lit(0.999), v), A.mul(A.lit(0.001), A.mul(g, g)))
    const step = A.div(A.add(A.mul(now, g), A.mul(ahead, nextM)), A.add(A.sqrt(A.div(nextV, c2)), A.lit(1e-8)))
    return { update: A.neg(A.add(step, A.mul(shrink, param))), m: nextM, v: nextV }
  })
}

/** AdaBound with the largest second moment so far. */
const amsBound = ({ lr, finalLr = 0.1, gamma = 1e-3 }: Given) =>
  equation({
    name: 'AMSBound',
    slots: { m: zeros, v: zeros, most: zeros },
    host: counting,
    scalars: ({ count }) => {
      const t = count + 1
      return {
        rate: (lr * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t),
        low: finalLr * (1 - 1 / (gamma * t + 1)),
        high: finalLr * (1 + 1 / (gamma * t)),
      }
    },
  })((A) => ({ update: g, m, v, most }, { rate, low, high }) => {
    const nextM = A.add(A.mul(A.lit(0.9), m), A.mul(A.lit(0.1), g))
    const nextV = A.add(A.mul(A.lit(0.999), v), A.mul(A.lit(0.001), A.mul(g, g)))
    const largest = A.max(most, nextV)
    const size = A.max(A.min(A.div(rate, A.add(A.sqrt(largest), A.lit(1e-8))), high), low)
    return { update: A.neg(A.mul(size, nextM)), m: nextM, v: nextV, most: largest }
  })

/** GrokFast that starts late: until then the average rests at the first gradient. */
const grokfastAfter = ({ grokfastAlpha = 0.98, grokfastLamb = 2, grokfastAfterStep = 0 }: Given) =>
  equation({
    name: 'late GrokFast',
    slots: { slow: zeros },
    host: counting,
    scalars: ({ count }) => ({
      a: count === 0 ? 0 : count + 1 > grokfastAfterStep ? grokfastAlpha : 1,
      lamb: count + 1 > grokfastAfterStep ? grokfastLamb : 0,
      taken: count === 0 ? 1 : count + 1 > grokfastAfterStep ? 1 - grokfastAlpha : 0,
    }),
  })((A) => ({ update: g, slow }, { a, lamb: l, taken }) => {
    const next = A.add(A.mul(a, slow), A.mul(taken, g))
    return { update: A.add(g, A.mul(l, next)), slow: next }
  })

/** A decay only where the update goes the same way, or nowhere. */
const agreeingDecay = (weightDecay: number) =>
  equation({ name: 'agreeing decay', scalars: () => ({ decay: weightDecay }) })(
    (A) =>
      ({ update, param }, { decay }) => ({
        update: A.where(A.less(A.mul(update, param), A.lit(0)), update, A.add(update, A.mul(decay, param))),
      }),
  )

/** The Polar Express as modded-nanogpt has it, for a norm taken as 1.02 times larger. */
const polarExpress = [
  [8.156554524902461, -22.48329292557795, 15.878769915207462],
  [4.042929935166739, -2.808917465908714, 0.5000178451051316],
  [3.8916678022926607, -2.772484153217685, 0.5060648178503393],
  [3.285753657755655, -2.3681294933425376, 0.46449024233003106],
  [2.3465413258596377, -1.7097828382687081, 0.42323551169305323],
].map(([a = 0, b = 0, c = 0], i): readonly [number, number, number] =>
  i === 0 ? [a / 1.02, b / 1.02 ** 3, c / 1.02 ** 5] : [a, b, c],
)

/** MARS as its authors have it: the gradient before the first is zero, and the first is bounded like all. */
const marsFromZero = ({ b1, gamma }: { readonly b1: number; readonly gamma: number }) =>
  equation({ name: 'MARS from zero', slots: { last: zeros }, scalars: () => ({ change: (gamma * b1) / (1 - b1) }) })(
    (A) =>
      ({ update: g, last }, { change }) => {
        const c = A.add(g, A.mul(change, A.sub(g, last)))
        return { update: A.div(c, A.max(A.lit(1), A.leafNorm(c))), last: g }
      },
  )

/** Adam as pytorch_optimizer has it: ε is added to the root before its bias correction. */
const earlyEps = (b1: number, b2: number) =>
  equation({
    name: 'Adam with an early ε',
    slots: { m: zeros, v: zeros },
    host: counting,
    scalars: ({ count }) => ({ c: Math.sqrt(1 - b2 ** (count + 1)) / (1 - b1 ** (count + 1)) }),
  })((A) => ({ update: g, m, v }, { c }) => {
    const nextM = A.add(A.mul(A.lit(b1), m), A.mul(A.lit(1 - b1), g))
    const nextV = A.add(A.mul(A.lit(b2), v), A.mul(A.lit(1 - b2), A.mul(g, g)))
    return { update: A.div(A.mul(c, nextM), A.add(A.sqrt(nextV), A.lit(1e-8))), m: nextM, v: nextV }
  })

/** MARS as pytorch_optimizer has it: vectors have moments and a rate of their own. */
const marsOf =
  (direction: AnyTransformation) =>
  ({ lr }: Given): AnyTransformation =>
    partition({
      transforms: {
        matrices: chain(marsFromZero({ b1: 0.95, gamma: 0.025 }), direction, scaleByLearningRate({ learningRate: lr })),
        vectors: chain(earlyEps(0.9, 0.95), scaleByLearningRate({ learningRate: 3e-3 })),
      },
      paramLabels: { kernel: 'matrices', bias: 'vectors' },
    })

/** AdaMuon as pytorch_optimizer has it: each direction is 1 long, times a factor of its shape. */
const unitAdamuon = ({ lr, useAdjustedLr = false }: Given): AnyTransformation => {
  const long = (...[out, fanIn]: readonly [number, number]) =>
    chain(
      scaleByAdamuon({ beta: 0.9, beta2: 0.95, eps: 1e-10, nsCoeffs: 'standard', scaling: 'none' }),
      oneLong,
      scaleByLearningRate({
        learningRate:
          lr * (useAdjustedLr ? Math.sqrt(Math.max(1, out / fanIn)) : 0.2 * Math.sqrt(Math.max(out, fanIn))),
      }),
    )
  return partition({
    transforms: { kernel: long(4, 6), tall: long(6, 4), square: long(4, 4) },
    paramLabels: { kernel: 'kernel', tall: 'tall', square: 'square' },
  })
}

const oneLong = equation({ name: 'one long' })((A) => ({ update }) => ({
  update: A.div(update, A.add(A.leafNorm(update), A.lit(1e-10))),
}))

/** Rules of peers that are no optimizers here: chains, and the equations that a user writes for what is their own. By the
 *  number of the case. */
export const equationSubjects: Readonly<Record<number, Subject>> = {
  21: {
    make: ({ lr }) =>
      chain(
        partition({
          transforms: {
            matrices: chain(scaleByMars({ b1: 0.9 }), ema({ decay: 0.9, debias: false }), scaleBySign()),
            others: scaleByAdam({ b2: 0.99 }),
          },
          paramLabels: { k: 'matrices', w: 'others' },
        }),
        scaleByLearningRate({ learningRate: lr }),
      ),
  },
  25: { make: (given) => chain(clipByGlobalNorm({ maxNorm: 1 }), lamb(given)) },
  27: { make: (given) => chain(clipByGlobalNorm({ maxNorm: 1 }), lamb(given)) },
  30: { make: madgrad },
  32: { make: (given) => chain(larc(given), trace({ decay: 0.9 }), scaleByLearningRate({ learningRate: given.lr })) },
  33: {
    make: (given) =>
      chain(larc(given), trace({ decay: 0.9, nesterov: true }), scaleByLearningRate({ learningRate: given.lr })),
  },
  35: {
    make: ({ lr, weightDecay = 0 }) =>
      chain(
        adan({ learningRate: lr, epsRoot: 0, lookAhead: 'authors', weightDecay: 0 }),
        dividedAfter(lr, weightDecay),
      ),
  },
  37: { make: belief },
  38: { make: belief },
  39: { make: belief },
  64: { make: nadam },
  65: { make: nadam },
  87: {
    make: (given) =>
      chain(
        grokfastAfter(given),
        scaleByAdam({ b1: 0.9, b2: 0.99, eps: 0 }), // there it bounds the root from below
        addDecayedWeights({ weightDecay: given.weightDecay ?? 0 }),
        scaleByLearningRate({ learningRate: given.lr }),
      ),
  },
  88: {
    turned: true,
    make: marsOf(
      scaleByMuon({ beta: 0.95, eps: 0, nesterov: false, debias: false, nsCoeffs: 'standard', scaling: 'original' }),
    ),
  },
  89: { turned: true, make: marsOf(earlyEps(0.95, 0.99)) },
  91: { make: amsBound, exact: 2e-10 },
  119: { turned: true, make: unitAdamuon },
  120: { turned: true, make: unitAdamuon },
  139: {
    make: ({ lr }) =>
      lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(
        chain(scaleByRadam({ b1: 0.9, b2: 0.99, eps: 1e-6 }), scaleByLearningRate({ learningRate: lr })),
      ),
  },
  140: {
    make: ({ lr, weightDecay = 0.02 }) =>
      chain(
        adan({ learningRate: lr, eps: 1e-6, epsRoot: 0, lookAhead: 'authors', weightDecay: 0 }),
        dividedAfter(lr, weightDecay),
      ),
  },
  141: {
    make: ({ lr, weightDecay = 0.02 }) =>
      chain(
        adan({ learningRate: lr, eps: 1e-6, epsRoot: 0, lookAhead: 'authors', weightDecay: 0 }),
        dividedAfter(lr, weightDecay),
      ),
  },
  151: {
    turned: true,
    make: ({ lr, weightDecay = 0.01 }) =>
      normuon({ learningRate: lr, weightDecay, eps: 5e-10 / 1.02, nsCoeffs: polarExpress, scaling: 'spectral' }),
  },
  152: {
    turned: true,
    make: ({ lr, weightDecay = 0.01 }) =>
      chain(
        scaleByNormuon({ eps: 5e-10, nsCoeffs: 'standard', scaling: 'spectral' }),
        agreeingDecay(weightDecay),
        scaleByLearningRate({ learningRate: lr }),
      ),
  },
}
