import type { Tensor } from '@tensorflow/tfjs-core'
import type { Arithmetic } from '../equation/Arithmetic.js'
import { concatenated } from '../equation/Program.js'
import { copied, perTree, type Slot } from '../equation/Slot.js'
import { positiveCount } from '../scalars/Count.js'
import { nonNegative, positive } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { assemble } from '../transformation/assemble.js'
import { counting } from '../transformation/equation.js'
import { markOf } from '../transformation/equationOf.js'
import { equationSince } from '../transformation/steadyEquation.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { alone, under } from './segments.js'

/** How the scale is learned. */
export interface MechanizeOptions {
  /** Pulls the parameters back, relative to the gradient: ≥ 0.
   *
   *  @defaultValue 1e-2 */
  readonly weightDecay?: number
  /** Added to divisors, > 0.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** The first scale of the base optimizer's steps, > 0.
   *
   *  @defaultValue 1e-6 */
  readonly sInit?: number
  /** How many scales are learned side by side, with decays 0.9, 0.99, …: an integer ≥ 1.
   *
   *  @defaultValue 6 */
  readonly numBetas?: number
}

/** The state of `mechanize`: beside the base optimizer's, the start and four numbers for each decay (`r0`, `m0`, `v0`,
 *  `s0`, `r1`, …). */
export interface MechanizeState<S, P> {
  /** The base optimizer's. */
  readonly inner: S
  /** Updates seen so far. */
  readonly count: number
  /** The parameters at the start. */
  readonly x0: P
  /** Of each decay: `r`, `m`, `v` and `s`, one number each. */
  readonly [number: `${'r' | 'm' | 'v' | 's'}${number}`]: Tensor
}

/** The state of `mechanize` as a function of the parameters. */
export interface Mechanized<F extends StateLambda> extends StateLambda {
  readonly State: MechanizeState<StateOf<F, this['Params']>, this['Params']>
}

/** Learns how much longer or shorter the steps of an optimizer should be.
 *
 *  ```text
 *  Δ = (p − x₀)/(Σs + ε) + u     g̃ = g + w·Σs·‖g‖/(‖p‖ + ε)·p     h = −⟨g̃, (p − x₀)/(Σs + ε)⟩     p ← x₀ + Σs′·Δ
 *  each decay β = 1 − 10⁻ⁱ:  m′ = max(β·m, |h| + ε)   v′ = β²·v + h²   r′ = β·r + s·clip(h, ±m)
 *                            s′ = (sInit/n·m′ + max(r′, 0))/(√v′ + ε)
 *  ```
 *
 *  @shapes state `{ inner, count, x0, r0, m0, v0, s0, r1, … }`; x0 like the parameters, the rest one number for the tree.
 *  @units Σs is a factor of the base optimizer's updates: give that a learning rate of 1, or a schedule that ends
 *    at 0.
 *  @laws the base optimizer sees the gradients that it would see alone.
 *  @departs a parameter without a gradient stays where it is.
 *  @reference Cutkosky, Defazio & Mehta 2023, arXiv:2306.00144; optax.contrib.mechanize
 *  @example mechanize()(adamw({ learningRate: 1, weightDecay: 0 })) */
export const mechanize = (given?: MechanizeOptions) => {
  const checked = parse(given)
  const { weightDecay, eps, sInit, numBetas } = checked
  const decays = Array.from({ length: numBetas }, (_, i) => 1 - 0.1 ** (i + 1))
  const slots: Readonly<Record<string, Slot>> = {
    x0: copied,
    ...Object.fromEntries(
      decays.flatMap((_, i) => [
        [`r${i}`, perTree(0)],
        [`m${i}`, perTree(0)],
        [`v${i}`, perTree(0)],
        [`s${i}`, perTree(sInit)],
      ]),
    ),
  }
  return <T extends AnyTransformation>(inner: T): Transformation<Mechanized<LambdaOf<T>>, ExtraOf<T>> => {
    const { description, shape, plan } = anatomyOf('mechanize: what it wraps', inner)
    const mark = { of: 'mechanize' } // one for each application, as in `cautious`
    const scaled = equationSince(mark, {
      name: 'mechanize',
      slots,
      host: counting,
      scalars: () => ({ decay: weightDecay, eps, share: sInit / numBetas }),
    })((A) => (x, { decay, eps, share }) => {
      const slot = (name: string, i: number | '' = '') => present(x[`${name}${i}`])
      const [update, param, incoming] = [slot('update'), slot('param'), slot('incoming')]
      const start = slot('x0')
      const past = sumOf(
        A,
        decays.map((_, i) => slot('s', i)),
      )
      const span = A.add(past, eps)
      const back = A.sub(start, param)
      // The decay's share of the product, apart from the gradient's: so all sums are of one phase.
      const pull = A.mul(A.mul(decay, past), A.div(A.treeNorm(incoming), A.add(A.treeNorm(param), eps)))
      const h = A.div(A.add(A.treeSum(A.mul(incoming, back)), A.mul(pull, A.treeSum(A.mul(param, back)))), span)
      const next = decays.map((beta, i) => {
        const [r, m, v, s] = [slot('r', i), slot('m', i), slot('v', i), slot('s', i)]
        const most = A.max(A.mul(A.lit(beta), m), A.add(A.abs(h), eps))
        const square = A.add(A.mul(A.lit(beta ** 2), v), A.mul(h, h))
        const reward = A.add(A.mul(A.lit(beta), r), A.mul(s, A.min(A.max(h, A.neg(m)), m)))
        const wealth = A.add(A.mul(share, most), A.max(reward, A.lit(0)))
        return { r: reward, m: most, v: square, s: A.div(wealth, A.add(A.sqrt(square), eps)) }
      })
      const ahead = sumOf(
        A,
        next.map(({ s }) => s),
      )
      const way = A.sub(A.div(back, span), update)
      return {
        ...Object.fromEntries(
          next.flatMap(({ r, m, v, s }, i) => [
            [`r${i}`, r],
            [`m${i}`, m],
            [`v${i}`, v],
            [`s${i}`, s],
          ]),
        ),
        x0: start,
        incoming,
        update: A.sub(A.sub(start, A.mul(ahead, way)), param),
      }
    })
    const join = concatenated()
    const [enter, base, leave] = [alone(markOf(mark)), under('inner', plan), alone(scaled)]
    return assemble({
      description: { name: 'mechanize', options: checked, parts: [description] },
      shape: { kind: 'record', of: 'mechanize', host: scaled.host, slots: scaled.slots, parts: { inner: shape } },
      plan: (state, occasion) => join([enter, base(state, occasion), leave]),
    })
  }
}

const sumOf = <A, B>({ add, lit }: Arithmetic<A, B>, [first, ...rest]: readonly A[]): A =>
  rest.reduce((sum, x) => add(sum, x), first ?? lit(0))

const present = <A>(slot: A | undefined): A => {
  if (slot === undefined)
    throw new TypeError('mechanize: a slot is missing: the rule was asked for another number of them')
  return slot
}

const parse = options('mechanize', {
  weightDecay: withDefault(nonNegative, 1e-2),
  eps: withDefault(positive, 1e-8),
  sInit: withDefault(positive, 1e-6),
  numBetas: withDefault(positiveCount, 6),
})
