import type { Arithmetic } from '../equation/Arithmetic.js'
import type { Equation } from '../equation/Equation.js'
import { isKeptSlot } from '../equation/incoming.js'
import { type Plain, type Program, rememberedOne, type Segment, type Trial } from '../equation/Program.js'
import { both, type Scope } from '../equation/Scope.js'
import type { Slot } from '../equation/Slot.js'
import type { Stage, StatePath } from '../equation/Stage.js'
import type { RecordShape, StateShape } from '../state/StateShape.js'
import { disposeExcept } from '../tree/disposeExcept.js'

/** The same program, after which the state of its shape is the first one again: its updates are emitted, what it would
 *  keep is not.
 *
 *  @internal */
export const restarted = rememberedOne((shape: StateShape) =>
  rememberedOne((program: Program): Program => {
    const taken = program.segments.map(({ kind, at }) => ({
      at: at.join('/'),
      below: kind === 'fork' || kind === 'trial',
    }))
    const idle = places(shape, [], null).filter(({ at }) => {
      const path = at.join('/')
      return !taken.some((one) => path === one.at || (one.below && (one.at === '' || path.startsWith(`${one.at}/`))))
    })
    return { segments: [...program.segments.map((segment) => again(shape, segment)), ...idle.map(first)] }
  }),
)

/** A record with something in it, or the state of what is no equation, at its place. */
interface Place {
  readonly at: StatePath
  readonly scope: Scope
  readonly shape: RecordShape | Extract<StateShape, { readonly kind: 'opaque' }>
}

const places = (shape: StateShape, at: StatePath, scope: Scope): readonly Place[] => {
  switch (shape.kind) {
    case 'opaque':
      return [{ at, scope, shape }]
    case 'hidden':
      return places(shape.part, at, both(scope, shape.scope))
    case 'tuple':
      return shape.parts.flatMap((part, i) => places(part, [...at, i], scope))
    case 'record':
      return [
        ...(Object.keys(shape.slots).length + Object.keys(shape.host).length > 0 ? [{ at, scope, shape }] : []),
        ...Object.entries(shape.parts).flatMap(([key, part]) => places(part, [...at, key], scope)),
      ]
  }
}

const again = (shape: StateShape, segment: Segment): Segment => {
  switch (segment.kind) {
    case 'stage':
      return { ...segment, equation: forgetful(segment.equation) }
    case 'plain': {
      const own = shapeAt(shape, segment.at)
      return own.kind === 'opaque' ? { ...segment, update: discarding(segment.update, own.init) } : segment
    }
    case 'fork':
      return { ...segment, choose: (...given) => restarted(shapeAt(shape, segment.at))(segment.choose(...given)) }
    case 'trial':
      return retried(shapeAt(shape, segment.at), segment)
  }
}

const retried = (own: StateShape, { decide, program, ...trial }: Trial): Trial => ({
  ...trial,
  program: restarted(own)(program),
  ...(decide && {
    decide: (...given) => {
      const verdict = decide(...given)
      // What is accepted has started again already.
      return { ...verdict, program: (verdict.accepted ? renewed : restarted)(own)(verdict.program) }
    },
  }),
})

/** Each segment of a program starts again, and nothing else. */
const renewed = rememberedOne((shape: StateShape) =>
  rememberedOne((program: Program): Program => ({
    segments: program.segments.map((segment) => again(shape, segment)),
  })),
)

const shapeAt = (shape: StateShape, [key, ...rest]: StatePath): StateShape => {
  if (shape.kind === 'hidden') return shapeAt(shape.part, key === undefined ? rest : [key, ...rest])
  if (key === undefined) return shape
  const part =
    shape.kind === 'tuple' ? shape.parts[Number(key)] : shape.kind === 'record' ? shape.parts[key] : undefined
  if (part === undefined)
    throw new TypeError(`a state has no part at "${key}": a program and a shape of two transformations were mixed`)
  return shapeAt(part, rest)
}

const forgetful = rememberedOne((equation: Equation): Equation => ({
  ...equation,
  next: () => equation.host,
  rule: (A) => (x, scalars) => {
    const { update = A.lit(0), incoming } = equation.rule(A)(x, scalars)
    // An update that was kept for it belongs to the run: it passes, and nothing of it starts again.
    return {
      ...starts(A, equation.slots, x),
      ...(incoming !== undefined && isReading(equation) && { incoming }),
      update,
    }
  },
}))

const isReading = (equation: Equation): boolean => isKeptSlot(equation, 'incoming')

const starts = <A, B>(
  A: Arithmetic<A, B>,
  slots: Readonly<Record<string, Slot>>,
  { param }: Readonly<Record<string, A>>,
): Readonly<Record<string, A>> =>
  Object.fromEntries(
    Object.entries(slots).map(([name, { per, start }]) => [
      name,
      start !== 'param' ? A.lit(start) : per === 'tree' ? A.lit(0) : (param ?? A.lit(0)),
    ]),
  )

const discarding =
  (update: Plain['update'], init: (params: unknown) => unknown): Plain['update'] =>
  (updates, state, params, extra, view) => {
    const [out, unwanted] = update(updates, state, params, extra, view)
    disposeExcept(unwanted, [out, updates, state, params])
    return [out, init(params)]
  }

/** What no segment of the program touches starts again on its own. */
const first = ({ at, scope, shape }: Place): Stage | Plain =>
  shape.kind === 'opaque'
    ? { kind: 'plain', name: 'restart', at, scope, update: (updates, _state, params) => [updates, shape.init(params)] }
    : { kind: 'stage', at, scope, equation: beginning(shape) }

const beginning = rememberedOne(({ slots, host }: RecordShape): Equation => ({
  name: 'restart',
  slots,
  host,
  next: () => host,
  scalars: () => ({}),
  observes: true,
  rule: (A) => (x) => ({ ...starts(A, slots, x), update: x['update'] ?? A.lit(0) }),
}))
