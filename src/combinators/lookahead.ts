import { anatomyOf } from '../transformation/anatomyOf.js'
import { concatenated } from '../equation/Program.js'
import { copied } from '../equation/Slot.js'
import { positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { flag } from '../scalars/kinds.js'
import { options, required, withDefault } from '../scalars/options.js'
import { assemble } from '../transformation/assemble.js'
import { equationOf } from '../transformation/equationOf.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { gears } from './gears.js'
import { restart } from './restart.js'
import { under } from './segments.js'
import { withoutMemory } from './withoutMemory.js'

/** When the slow weights follow, and how far. */
export interface LookaheadOptions {
  /** They follow every so many steps: an integer ≥ 1. */
  readonly syncPeriod: number
  /** How far they go towards the fast ones, in [0, 1]. */
  readonly slowStepSize: number
  /** Whether the fast optimizer then starts again, from the parameters that it was drawn to.
   *
   *  @defaultValue false */
  readonly resetState?: boolean
}

/** The state of `lookahead`. */
export interface LookaheadState<S, P> {
  /** The fast optimizer's. */
  readonly inner: S
  /** The slow weights, a copy of the parameters at first. */
  readonly slow: P
  /** Steps since fast and slow parameters were the same. */
  readonly stepsSinceSync: number
}

export interface LookingAhead<F extends StateLambda> extends StateLambda {
  readonly State: LookaheadState<StateOf<F, this['Params']>, this['Params']>
}

/** Steps fast, and every k steps draws the parameters back to slow weights that have followed part of the way.
 *
 *  ```text
 *  p ← p + u;   every k-th step: D = p + u − slow,  slow ← slow + α·D,  p ← slow        (as an update: u − (1−α)·D)
 *  ```
 *
 *  @shapes state `{ inner, slow, stepsSinceSync }`; slow like the parameters, and its own tensors.
 *  @laws α = 1 is the fast optimizer; after every k-th step parameters and slow weights agree up to rounding.
 *  @departs the slow weights are in the state, and the parameters keep their type: optax wants pairs of both, so it is
 *    no drop-in there. Extras reach the fast optimizer. A parameter without a gradient at the k-th step is not
 *    drawn back. With `resetState` the fast optimizer starts as `init` of the new parameters does; in optax copies of
 *    the parameters, such as DoG's start, are those of before the step.
 *  @reference Zhang et al. 2019, arXiv:1907.08610; optax.lookahead
 *  @example lookahead({ syncPeriod: 5, slowStepSize: 0.5 })(adam({ learningRate: 1e-3 })) */
export const lookahead = (given: LookaheadOptions) => {
  const { syncPeriod, slowStepSize, resetState } = parse(given)
  const parts = {
    name: 'lookahead',
    slots: { slow: copied },
    scalars: () => ({ near: slowStepSize, far: 1 - slowStepSize }),
  }
  const wander = equationOf({
    ...parts,
    host: {
      init: { stepsSinceSync: 0 },
      next: ({ stepsSinceSync }: Since) => ({ stepsSinceSync: stepsSinceSync + 1 }),
    },
  })(() => ({ update, slow }) => ({ update, slow }))
  const sync = equationOf({
    ...parts,
    host: { init: { stepsSinceSync: 0 }, next: () => ({ stepsSinceSync: 0 }) },
  })((A) => ({ update, param, slow }, { near, far }) => {
    const ahead = A.sub(A.applied(param, update), slow)
    return { update: A.sub(update, A.mul(far, ahead)), slow: A.add(slow, A.mul(near, ahead)) }
  })
  const { programs, host, slots } = gears({ wander, sync })
  return <T extends AnyTransformation>(inner: T): Transformation<LookingAhead<LambdaOf<T>>, ExtraOf<T>> => {
    const { description, shape, plan } = anatomyOf('lookahead: what it wraps', inner)
    const join = concatenated()
    const fast = under('inner', plan)
    const last = under('inner', (state, occasion) => withoutMemory(plan(state, occasion)))
    const again = under('inner', () => restart(shape))
    return assemble({
      description: { name: 'lookahead', options: { syncPeriod, slowStepSize, resetState }, parts: [description] },
      shape: { kind: 'record', of: 'lookahead', host, slots, parts: { inner: shape } },
      plan: (state, occasion) =>
        (state as Since).stepsSinceSync < syncPeriod - 1
          ? join([fast(state, occasion), programs.wander]) // this wrapper's record
          : join(
              resetState
                ? [last(state, occasion), programs.sync, again(state, occasion)]
                : [fast(state, occasion), programs.sync],
            ),
    })
  }
}

type Since = { readonly stepsSinceSync: number }

const parse = options('lookahead', {
  syncPeriod: required(positiveCount),
  slowStepSize: required(unitInterval),
  resetState: withDefault(flag, false),
})
