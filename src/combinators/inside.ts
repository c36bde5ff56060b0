import { isArrayLeaf } from '../equation/reference.js'
import { leavesIn } from '../engine/leavesIn.js'
import { run } from '../engine/run.js'
import type { View } from '../equation/View.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { assemble, manner } from '../transformation/assemble.js'
import { reference, referenceManner } from '../transformation/reference.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { tidied } from '../tensors/tidied.js'

/** A transformation that another one runs by itself, on trees of its own making: on tensors, or on the arrays of the
 *  float64 reference, whichever it is handed. What is made on the way is disposed.
 *
 *  @internal */
export interface Inside {
  readonly init: (params: unknown) => unknown
  readonly update: InsideRun
  /** The parameters after the step, in the place of the updates. */
  readonly step: InsideRun
}

type InsideRun = (
  updates: unknown,
  state: unknown,
  params: unknown,
  extra: unknown,
  view?: View,
) => readonly [tree: unknown, state: unknown]

/** @internal */
export const inside = (what: string, tx: AnyTransformation): Inside => {
  const anatomy = anatomyOf(what, tx)
  const onTensors = assemble(anatomy)
  const onArrays = reference(tx, 'float64')
  const runs =
    (mode: 'update' | 'step'): InsideRun =>
    (updates, state, params, extra, view) => {
      const occasion = { updates, params, extra, ...(view === undefined ? {} : { view }) }
      const program = anatomy.plan(state, occasion)
      // where no leaf is seen, the state tells
      return isOfArrays([params, state])
        ? run(referenceManner(mode, 'float64'), program, occasion, state)
        : tidied(() => run(manner(mode, false), program, occasion, state))
    }
  return {
    // trees of either kind are only passed on
    init: (params) => (isOfArrays(params) ? onArrays.init(params) : onTensors.init(params as never)),
    update: runs('update'),
    step: runs('step'),
  }
}

const isOfArrays = (tree: unknown): boolean => leavesIn(tree).some(isArrayLeaf)
