import { zeros } from '../equation/Slot.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { counting, equation } from '../transformation/equation.js'
import { moment } from './moment.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `grokfast`. */
export interface GrokfastOptions {
  /** The decay of the slow part, in [0, 1). Default 0.98. */
  readonly alpha?: number
  /** How much of it is added, ≥ 0. Default 2. */
  readonly lamb?: number
}

/** The state of `grokfast`. */
export interface GrokfastState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The slow part of gradients. */
  readonly grads: P
}

/** `GrokfastState` as a function of the parameters. */
export interface Grokfast extends StateLambda {
  readonly State: GrokfastState<this['Params']>
}

/** Adds the slow part of gradients to them: what generalizes late is learned sooner.
 *
 *  ```text
 *  h = α·h + (1−α)·g,  g at first     u = g + λ·h
 *  ```
 *
 *  @shapes state `{ count, grads }`; grads (h) like the parameters.
 *  @units 1 + λ gradients: a rate that the gradient's size matters to is divided by that.
 *  @laws linear; a constant gradient is multiplied by 1 + λ.
 *  @departs h starts at the first gradient, as in the authors' code; the paper's other form, a mean over a window, is not
 *    here.
 *  @reference Lee et al. 2024, arXiv:2405.20233 (Grokfast-EMA)
 *  @example chain(grokfast(), adamw({ learningRate: 1e-3 })) */
export const grokfast = (given?: GrokfastOptions): Transformation<Grokfast> => {
  const checked = parse(given)
  const { alpha, lamb } = checked
  return equation({
    name: 'grokfast',
    options: checked,
    slots: { grads: zeros },
    host: counting,
    scalars: ({ count }) => ({ keep: alpha, take: count === 0 ? 1 : 1 - alpha, lamb }),
  })((A) => ({ update: g, grads }, { keep, take, lamb: more }) => {
    const slow = moment(A)(keep, grads, take, g)
    return { update: A.add(g, A.mul(more, slow)), grads: slow }
  })
}

const parse = options('grokfast', { alpha: withDefault(halfOpenUnit, 0.98), lamb: withDefault(nonNegative, 2) })
