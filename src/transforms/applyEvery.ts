import { gathered } from '../engine/gathered.js'
import type { Equation } from '../equation/Equation.js'
import type { GivenLeaves } from '../equation/Gathering.js'
import type { Program } from '../equation/Program.js'
import { zeros } from '../equation/Slot.js'
import { positiveCount } from '../scalars/Count.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { givenState } from '../state/givenState.js'
import { assemble } from '../transformation/assemble.js'
import { equationOf } from '../transformation/equationOf.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** The state of `applyEvery`. */
export interface ApplyEveryState<P> {
  /** Updates gathered since the last that went on. */
  readonly count: number
  /** Their sum; zero after a round. */
  readonly gradAcc: P
  /** For each leaf by path, 1 where an update has arrived in this round, else 0. */
  readonly given: GivenLeaves
}

/** The state of `applyEvery` as a function of the parameters. */
export interface ApplyingEvery extends StateLambda {
  readonly State: ApplyEveryState<this['Params']>
}

/** Options of `applyEvery`. */
export interface ApplyEveryOptions {
  /** How many updates make a round.
   *
   *  @defaultValue 1 */
  readonly k?: number
}

/** Lets the sum of k updates through at every k-th step, zeros at the others.
 *
 *  ```text
 *  A = g where count = 0, else A + g     u = A where count = k−1, else 0     count = (count + 1) mod k
 *  ```
 *
 *  @shapes state `{ count, gradAcc, given }`; gradAcc like the parameters.
 *  @laws k = 1 is `identity`; after each round the sum of what came out is the sum of what came in, whichever of the
 *    updates were `null`: a leaf with none in all k has none at the k-th.
 *  @departs a NaN is forgotten with its round; optax keeps 0·NaN for ever. gradAcc is zero after a round, where optax
 *    keeps the sum that went on. Parts of a chain before it see every step: `multiSteps` rests the whole
 *    optimizer.
 *  @reference optax.apply_every
 *  @example chain(applyEvery({ k: 4 }), scaleByLearningRate({ learningRate: 0.1 })) */
export const applyEvery = (given?: ApplyEveryOptions): Transformation<ApplyingEvery> => {
  const { k } = parse(given)
  const equation = everyKth(k)
  const program: Program = { segments: [{ kind: 'stage', equation, at: [], scope: null }] }
  return assemble<ApplyingEvery>({
    description: { name: 'applyEvery', options: { k }, parts: [] },
    shape: {
      kind: 'record',
      of: 'applyEvery',
      host: equation.host,
      slots: equation.slots,
      parts: { given: givenState },
    },
    plan: () => program,
  })
}

const everyKth = (k: number): Equation => ({
  ...equationOf({
    name: 'applyEvery',
    slots: { gradAcc: zeros },
    host: { init: { count: 0 }, next: ({ count }: { readonly count: number }) => ({ count: (count + 1) % k }) },
    scalars: ({ count }) => ({ past: count, due: Number(count === k - 1) }),
  })((A) => ({ update: g, gradAcc }, { past, due }) => {
    const zero = A.lit(0)
    const goesOn = A.less(zero, due)
    const sum = A.where(A.less(zero, past), A.add(gradAcc, g), g)
    return { update: A.where(goesOn, sum, zero), gradAcc: A.where(goesOn, zero, sum) }
  }),
  gathers: { begins: ({ count }) => count === 0, emits: ({ count }) => count === k - 1, follow: gathered },
})

const parse = optionsFor<ApplyEveryOptions>()('applyEvery', { k: withDefault(positiveCount, 1) })
