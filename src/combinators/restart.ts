import { goesOn } from '../engine/goesOn.js'
import { runSegments } from '../engine/runSegments.js'
import type { Arithmetic } from '../equation/Arithmetic.js'
import { type Plain, type Program, rememberedOne } from '../equation/Program.js'
import { both, type Scope } from '../equation/Scope.js'
import type { Slot } from '../equation/Slot.js'
import type { Steady } from '../equation/Steady.js'
import type { Stage, StatePath } from '../equation/Stage.js'
import { must } from '../scalars/must.js'
import type { RecordShape, StateShape } from '../state/StateShape.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { paramsAfter } from './paramsAfter.js'

/** A program after which the state of a shape is what `init` makes of the parameters that the step ends with: it comes
 *  last, behind what makes the updates.
 *
 *  @internal */
export const restart = rememberedOne((shape: StateShape): Program => ({ segments: places(shape, [], null) }))

const places = (shape: StateShape, at: StatePath, scope: Scope): readonly (Stage | Plain)[] => {
  switch (shape.kind) {
    case 'opaque':
      return [{ kind: 'plain', name: 'restart', at, scope, run: runSegments, update: anew(shape.init) }]
    case 'hidden':
      return places(shape.part, at, both(scope, shape.scope))
    case 'tuple':
      return shape.parts.flatMap((part, i) => places(part, [...at, i], scope))
    case 'record': {
      const own: readonly Stage[] =
        Object.keys(shape.slots).length + Object.keys(shape.host).length > 0
          ? [{ kind: 'stage', at, scope, equation: beginning(shape) }]
          : []
      return [...own, ...Object.entries(shape.parts).flatMap(([key, part]) => places(part, [...at, key], scope))]
    }
  }
}

/** It observes: what belongs to a leaf without a gradient starts again, too. */
const beginning = rememberedOne(({ slots, host }: RecordShape): Steady => ({
  name: 'restart',
  slots,
  host,
  next: () => host,
  scalars: () => ({}),
  observes: true,
  goesOn,
  rule: (A) => (x) => ({ ...starts(A, slots, x), update: must(x['update'], 'update of a leaf') }),
}))

const starts = <A, B>(
  A: Arithmetic<A, B>,
  slots: Readonly<Record<string, Slot>>,
  { param, update }: Readonly<Record<string, A>>,
): Readonly<Record<string, A>> => {
  const there = A.applied(must(param, 'parameter of a leaf'), must(update, 'update of a leaf'))
  return Object.fromEntries(
    Object.entries(slots).map(([name, { per, start }]) => [
      name,
      start !== 'param' ? A.lit(start) : per === 'tree' ? A.lit(0) : there,
    ]),
  )
}

const anew =
  (init: (params: unknown) => unknown): Plain['update'] =>
  (updates, _state, params) => {
    const there = paramsAfter(params, updates)
    const made = init(there)
    disposeExcept(there, [params, made])
    return [updates, made]
  }
