import { knownOnly } from '../scalars/knownOnly.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { TreeOf } from '../tree/Tree.js'
import { checkPlan } from './checkPlan.js'
import { formatLines } from './formatPlan.js'
import { migration } from './migration.js'
import { acceptance, refused } from './refused.js'
import type { MigrateOptions } from './StatePlan.js'

/** What `migrate` returns: from parameters and a state, the new state for parameters. */
export interface Migrator<F extends StateLambda, G extends StateLambda> {
  <Q, P>(
    before: { readonly params: Q & TreeOf<Q>; readonly state: NoInfer<StateOf<F, Q>> },
    params: P & TreeOf<P>,
  ): StateOf<G, P>
}

/** The state of another chain, of other parameters, or of both, from the one there is: what is the same equation's for the
 *  same leaf goes on, the rest begins as `init` makes it, where that is accepted.
 *
 *  ```text
 *  slot = (equation, its ordinal among its like that see the leaf, name, leaf)
 *  ```
 *
 *  @shapes those of `to.init(params)`; new tensors, all the caller's: `before` stays as it is, and is the caller's too.
 *  @throws `TypeError` with the lines of the plan that `accept` does not cover, each with the word that would; for names
 *    in `slots` and patterns in `rename` that nothing has. Nothing is made then.
 *  @laws migrate(a, a)(now, now.params) = now.state, bit for bit; what is `same` or `moved` is bit for bit what it was.
 *  @departs counts go on: bias correction takes a leaf that joins late for an old one, which its line says. Numbers of an
 *    equation go all or none; what is no equation goes as a whole.
 *  @example const state = migrate(adam(rate), adamw(rate), { accept: ['started'] })(now, now.params) */
export const migrate = <F extends StateLambda, E1, G extends StateLambda, E2>(
  from: Transformation<F, E1>,
  to: Transformation<G, E2>,
  options: MigrateOptions = {},
): Migrator<F, G> => {
  checkPlan('migrate', known(options))
  const { accept = [], ...how } = options
  const planOf = migration('migrate', from, to, how)
  const migrated = (before: { readonly params: unknown; readonly state: unknown }, params: unknown): unknown => {
    const { planned, target } = planOf(before, params)
    try {
      const lines = refused(planned.plan, accept)
      if (lines.length > 0)
        throw new TypeError(
          [
            `migrate: ${lines.length} of ${planned.plan.lines.length} lines of the plan are not accepted:`,
            ...formatLines(lines),
            `If that is what should become of them, pass ${acceptance(lines)}.`,
          ].join('\n'),
        )
      return target.made(planned)
    } finally {
      target.release()
    }
  }
  return migrated
}

const known = knownOnly<MigrateOptions>('migrate', { accept: true, rename: true, slots: true })
