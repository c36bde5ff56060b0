import { runSegments } from '../engine/runSegments.js'
import { tidied } from '../tensors/tidied.js'
import type { Plain, Program } from '../equation/Program.js'
import { concatenated } from '../equation/Program.js'
import { zeros } from '../equation/Slot.js'
import { positiveCount } from '../scalars/Count.js'
import { extras } from '../scalars/extras.js'
import { fn, orWord } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, required, withDefault } from '../scalars/options.js'
import { assemble } from '../transformation/assemble.js'
import { counting } from '../transformation/equation.js'
import { equationOf } from '../transformation/equationOf.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { leafwise } from './leafwise.js'
import { moment } from './moment.js'

/** Options of `scaleBySophia`. */
export interface ScaleBySophiaOptions {
  /** The decay of the momentum, in [0, 1).
   *
   *  @defaultValue 0.965 */
  readonly b1?: number
  /** The decay of the curvature, in [0, 1).
   *
   *  @defaultValue 0.99 */
  readonly b2?: number
  /** The least divisor, > 0: what clips where the curvature is not positive.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** A factor of the curvature, ≥ 0: the smaller, the more is clipped.
   *
   *  @defaultValue 0.01 */
  readonly gamma?: number
  /** The largest element of a direction, > 0; 'none' does not clip.
   *
   *  @defaultValue 1 */
  readonly clipThreshold?: number | 'none'
  /** After how many steps the curvature is asked for: an integer ≥ 1.
   *
   *  @defaultValue 10 */
  readonly updateInterval?: number
}

/** What a step of `sophia` needs now and then. */
export interface Curvature {
  /** An estimate of the Hessian's diagonal at parameters, a tree like them, such as `hutchinsonDiagHessian` makes one.
   *  `key` is the count of the step, for what is random. It is called at every `updateInterval`-th step only, and what it
   *  returns is disposed. */
  // whoever hands it in knows the type of the parameters
  readonly curvature: (params: never, key: number) => unknown
}

/** The state of `scaleBySophia`. */
export interface ScaleBySophiaState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum, without bias correction. */
  readonly mu: P
  /** The mean of the Hessian's diagonal. */
  readonly nu: P
}

/** `ScaleBySophiaState` as a function of the parameters. */
export interface ScaleBySophia extends StateLambda {
  readonly State: ScaleBySophiaState<this['Params']>
}

/** Momentum over the curvature, clipped: Newton's method where that is to be trusted, signs where not.
 *
 *  ```text
 *  m = β₁·m + (1−β₁)·g     u = clip(m̂/max(γ·h, ε), ±c)     every k-th step, first of all: h ← β₂·h + (1−β₂)·curvature
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu and nu (h) like the parameters. A step needs the extra `curvature`.
 *  @units directions, at most c; parameters times curvature over gradient cancel.
 *  @throws `TypeError` where `curvature` is missing, at the steps that need it; whatever it throws.
 *  @laws elements are at most clipThreshold; the direction of a step does not see the curvature of the same step.
 *  @departs the curvature is a function that a step is handed, and no second gradient is taken: in TensorFlow.js those are
 *    silently wrong through tanh, sigmoid and softmax. See `hutchinsonDiagHessian`, `gaussNewtonBartlett` and `checkSecondDerivatives`.
 *  @reference Liu et al. 2023, arXiv:2305.14342; optax.contrib.scale_by_sophia
 *  @example chain(scaleBySophia({ gamma: 0.05 }), scaleByLearningRate({ learningRate: 1e-3 })) */
export const scaleBySophia = (given?: ScaleBySophiaOptions): Transformation<ScaleBySophia, Curvature> => {
  const checked = parse(given)
  const { b1, b2, eps, gamma, clipThreshold, updateInterval } = checked
  const equation = equationOf({
    name: 'scaleBySophia',
    slots: { mu: zeros, nu: zeros },
    host: counting,
    scalars: ({ count }) => ({
      b1,
      a1: 1 - b1,
      r1: 1 / (1 - b1 ** (count + 1)),
      gamma,
      eps,
      most: clipThreshold === 'none' ? 0 : clipThreshold,
    }),
  })((A) => ({ update: g, mu, nu }, { b1, a1, r1, gamma: share, eps, most }) => {
    const m = moment(A)(b1, mu, a1, g)
    const u = A.div(A.mul(m, r1), A.max(A.mul(share, nu), eps))
    return { update: clipThreshold === 'none' ? u : A.min(A.max(u, A.neg(most)), most), mu: m, nu }
  })
  const curved: Plain['update'] = (updates, state, params, extra, view) =>
    tidied(() => {
      const { curvature } = needed(extra)
      const now = state as { readonly count: number; readonly nu: unknown } // the record of this equation
      // its count is one ahead by now; the parameters are those of who passed the function
      const diagonal = view.seen(curvature(view.whole(params) as never, now.count - 1), 'what curvature returns')
      const [, nu] = leafwise((O, { update, param, slots: [h = null], held }) => [
        update,
        // integers and conditions are no parameters to train: their slots rest
        param.dtype === 'float32' ? O.add(O.mul(held(h, 'scaleBySophia', 'nu'), b2), O.mul(update, 1 - b2)) : h,
      ])(diagonal, params, [now.nu])
      return [updates, { ...now, nu }]
    })
  const every: Program = { segments: [{ kind: 'stage', equation, at: [], scope: null }] }
  const asking: Program = {
    segments: [{ kind: 'plain', name: 'scaleBySophia', at: [], scope: null, run: runSegments, update: curved }],
  }
  const join = concatenated()
  return assemble<ScaleBySophia, Curvature>({
    description: { name: 'scaleBySophia', options: checked, parts: [] },
    shape: { kind: 'record', of: 'scaleBySophia', host: equation.host, slots: equation.slots, parts: {} },
    plan: (state) =>
      (state as { readonly count: number }).count % updateInterval === 0 ? join([every, asking]) : every,
  })
}

const needed = extras('scaleBySophia', {
  curvature: required(
    fn<Curvature['curvature']>(
      'a function (params, key) => the diagonal of the Hessian',
      'hutchinsonDiagHessian({ gradFn })',
    ),
  ),
})

const parse = options('scaleBySophia', {
  b1: withDefault(halfOpenUnit, 0.965),
  b2: withDefault(halfOpenUnit, 0.99),
  eps: withDefault(positive, 1e-8),
  gamma: withDefault(nonNegative, 0.01),
  clipThreshold: withDefault(orWord('none', positive), 1),
  updateInterval: withDefault(positiveCount, 10),
})
