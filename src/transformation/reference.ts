import { sizeOf } from '../tree/sizeOf.js'
import { must } from '../scalars/must.js'
import { anatomyOf } from './anatomyOf.js'
import { checkState } from '../state/checkState.js'
import type { Manner } from '../equation/Manner.js'
import { run } from '../engine/run.js'
import { arrayLeaf, referenceExecutor, type ArrayLeaf } from '../equation/reference.js'
import { initialState, type LeafMaker } from '../state/initialState.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { AnyTransformation } from './Transformation.js'

/** Parameters and state of a reference run: trees of `ArrayLeaf`. */
export interface ReferenceNow {
  readonly params: unknown
  readonly state: unknown
}

/** A transformation without a backend, in float64 or rounded to float32 after each operation. */
export interface Reference {
  readonly init: (params: unknown) => unknown
  readonly update: (
    updates: unknown,
    state: unknown,
    params: unknown,
    extra?: unknown,
  ) => readonly [updates: unknown, state: unknown]
  readonly step: (updates: unknown, state: unknown, params: unknown, extra?: unknown) => ReferenceNow
}

/** Runs a transformation on trees of plain arrays: the oracle of its interpreters, and laws without a backend.
 *
 *  @throws `TypeError` where a part is no equation: plain `init`/`update` pairs work on tensors only.
 *  @example reference(adam({ learningRate: 0.1 }), 'float64').init({ w: arrayLeaf([1, 2], [2]) }) */
export const reference = (tx: AnyTransformation, precision: 'float64' | 'float32'): Reference => {
  const anatomy = anatomyOf('reference: the optimizer', tx)
  const update = (mode: 'update' | 'step') => (updates: unknown, state: unknown, params: unknown, extra?: unknown) => {
    checkState(anatomy.shape, state)
    const occasion = { updates, params, extra }
    return run(referenceManner(mode, precision), anatomy.plan(state, occasion), occasion, state)
  }
  return {
    init: (params) => initialState(maker)(anatomy.shape, skeletonOf(params, 'params'), params),
    update: update('update'),
    step: (...given) => {
      const [params, state] = update('step')(...given)
      return { params, state }
    },
  }
}

const maker: LeafMaker<ArrayLeaf> = {
  filled: (shape, value) => arrayLeaf(new Float64Array(sizeOf(shape)).fill(value), shape),
  copied: (leaf) => leaf,
}

/** How the reference runs.
 *
 *  @internal */
export const referenceManner = (mode: 'update' | 'step', precision: 'float64' | 'float32'): Manner<ArrayLeaf> => ({
  executor: referenceExecutor(precision),
  mode,
  donate: false,
  given: mode === 'step' ? 'grads' : 'updates',
  add: (p, u) =>
    arrayLeaf(
      p.values.map((x, i) => {
        const sum = x + must(u.values[i], 'element of an update')
        return precision === 'float64' ? sum : Math.fround(sum)
      }),
      p.shape,
    ),
  release: () => undefined,
  copied: (leaf) => leaf,
})
