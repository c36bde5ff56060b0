/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import { checkState } from '../state/checkState.js'
import { leafName } from '../state/tensorNames.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { nowIn } from '../transformation/nowIn.js'
import { refuseUnreadable } from '../tree/refuseUnreadable.js'
import { skeletonOf } from '../tree/Skeleton.js'
import { partsOf } from './partsOf.js'
import { planned, type Planned } from './planned.js'
import type { PlanOptions } from './StatePlan.js'
import { startOf, type Target, targetOf } from './target.js'

/** A change of chain or parameters, planned: its target is the caller's to release. */
export interface Migration {
  readonly planned: Planned<Tensor>
  readonly target: Target
}

/** Plans changes of live states. */
export const migration = (
  owner: string,
  from: unknown,
  to: unknown,
  options: PlanOptions,
): ((before: { readonly params: unknown; readonly state: unknown }, params: unknown) => Migration) => {
  const old = anatomyOf(`${owner}: the old optimizer`, from)
  const next = anatomyOf(`${owner}: the new optimizer`, to)
  return (before, params) => {
    const { params: paramsBefore, state } = nowIn(`${owner}: what there is`, before)
    const skeleton = skeletonOf(paramsBefore, 'params of what there is')
    checkState(old.shape, state)
    refuseUnreadable('state', state, skeleton)
    const skeletonNow = skeletonOf(params, 'params')
    refuseUnreadable('params', params, skeletonNow)
    const parts = partsOf<Tensor>(old.shape, skeleton, state)
    const target = targetOf(next.shape, skeletonNow, params)
    try {
      const change = {
        from: parts,
        to: target.parts,
        leaves: skeleton.paths.map(leafName),
        leavesNow: target.leaves,
        startOf,
      }
      return { target, planned: planned(change, options) }
    } catch (error) {
      target.release()
      throw error
    }
  }
}
