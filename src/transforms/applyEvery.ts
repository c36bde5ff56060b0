import { zeros } from '../equation/Slot.js'
import { positiveCount } from '../scalars/Count.js'
import { options, withDefault, type OptionsOf } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'

/** Lets the sum of k updates through at every k-th step, zeros at the others.
 *
 *    A = g where count = 0, else A + g     u = A where count = k−1, else 0     count = (count + 1) mod k
 *
 *  Shapes   state `{ count, gradAcc }`; gradAcc like the parameters.
 *  Laws     k = 1 is `identity`; after each round the sum of what came out is the sum of what came in.
 *  Departs  a NaN is forgotten with its round; optax keeps 0·NaN for ever. Parts of a chain before it see every step:
 *           `multiSteps` rests the whole optimizer.
 *  Source   optax.apply_every
 *  Example  `chain(applyEvery({ k: 4 }), scaleByLearningRate({ learningRate: 0.1 }))` */
export const applyEvery = (given?: OptionsOf<typeof parse>) => {
  const { k } = parse(given)
  return equation({
    name: 'applyEvery',
    options: { k },
    slots: { gradAcc: zeros },
    host: { init: { count: 0 }, next: ({ count }) => ({ count: (count + 1) % k }) },
    scalars: ({ count }) => ({ past: count, due: count === k - 1 ? 1 : 0 }),
  })((A) => ({ update: g, gradAcc }, { past, due }) => {
    const zero = A.lit(0)
    const sum = A.where(A.less(zero, past), A.add(gradAcc, g), g)
    return { update: A.where(A.less(zero, due), sum, zero), gradAcc: sum }
  })
}

const parse = options('applyEvery', { k: withDefault(positiveCount, 1) })
