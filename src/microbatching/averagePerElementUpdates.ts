import { options, withDefault } from '../scalars/options.js'
import { plain } from '../transformation/plain.js'
import type { Stateless } from '../transformation/types.js'
import type { Tree } from '../tree/Tree.js'
import { type ExampleAxes, examplewise } from '../transforms/examplewise.js'
import { exampleAxes } from './exampleAxes.js'
import { meanRow } from './meanRow.js'

/** Options of `averagePerElementUpdates`. */
export interface AveragePerElementUpdatesOptions {
  /** Which axes of the gradients count examples: one, or several.
   *
   *  @defaultValue 0 */
  readonly perEltAxis?: ExampleAxes
}

/** Takes the gradients of single examples, and passes their mean on: the first part of a chain whose user has all of them
 *  at once.
 *
 *  ```text
 *  u = 1/n·Σᵢ gᵢ        n examples
 *  ```
 *
 *  What wraps or masks stands behind it, `multiSteps` too: `chain(averagePerElementUpdates(), multiSteps({ everyKSchedule:
 *  4 })(adam({ learningRate: 1e-3 })))`.
 *
 *  @shapes gradients have axes of examples beside those of the parameters; no state.
 *  @throws `TreeMismatch` where a gradient has other axes, `TypeError` where leaves differ in the number of examples, or
 *    where it is not the first of its chain.
 *  @laws the mean of gradients is the gradient of the mean loss.
 *  @departs optax.experimental.aggregating joins parts by `process`, which here is `chain`; `accumulate_avg_updates` is
 *    `multiSteps`.
 *  @reference optax.experimental.aggregating.average_per_element_updates
 *  @example chain(averagePerElementUpdates(), adam({ learningRate: 1e-3 })) */
export const averagePerElementUpdates = (given?: AveragePerElementUpdatesOptions) => {
  const { perEltAxis } = parse(given)
  const mean = examplewise('averagePerElementUpdates', perEltAxis, (O, { rows, count }) => ({
    updates: rows.map((one) => (one === null ? null : meanRow(O, one, count))),
  }))
  return plain<Stateless>({
    name: 'averagePerElementUpdates',
    options: { perEltAxis },
    aggregates: true,
    init: () => ({}),
    // made leaf by leaf, so of the structure of the parameters
    update: (updates, state, params) => [mean(updates, params)[0] as Tree, state],
  })
}

const parse = options('averagePerElementUpdates', { perEltAxis: withDefault(exampleAxes, 0) })
