import type { Equation } from '../equation/Equation.js'
import { isKeptSlot } from '../equation/incoming.js'
import { type Plain, type Program, rememberedOne, type Segment } from '../equation/Program.js'
import { isSteady, type Steady } from '../equation/Steady.js'
import { must } from '../scalars/must.js'
import { disposeExcept } from '../tree/disposeExcept.js'

/** The same program, of which nothing is kept: its updates are emitted, the state is to be replaced. What a trial tries
 *  is judged with the state that it makes.
 *
 *  @internal */
export const withoutMemory = rememberedOne((program: Program): Program => ({
  segments: program.segments.map(forgetting),
}))

const forgetting = (segment: Segment): Segment => {
  switch (segment.kind) {
    case 'stage':
      return { ...segment, equation: forgetful(segment.equation) }
    case 'plain':
      return { ...segment, update: discarding(segment.update) }
    case 'fork':
      return { ...segment, choose: (...given) => withoutMemory(segment.choose(...given)) }
    case 'trial': {
      const { decide } = segment
      if (decide === undefined) return segment
      return {
        ...segment,
        decide: (...given) => {
          const verdict = decide(...given)
          return { ...verdict, program: withoutMemory(verdict.program) }
        },
      }
    }
  }
}

/** What goes on is not kept either. */
const nothing: Steady['goesOn'] = (_manner, _work, _stage, own) => own

const forgetful = rememberedOne((equation: Equation): Equation => ({
  ...equation,
  next: (host) => host,
  ...(isSteady(equation) && { goesOn: nothing }),
  rule: (A) => (x, scalars) => {
    const { update, incoming } = equation.rule(A)(x, scalars)
    return {
      ...Object.fromEntries(Object.keys(equation.slots).map((name) => [name, must(x[name], 'slot of a stage')])),
      // An update that was kept for it belongs to the run, and passes.
      ...(incoming !== undefined && isKeptSlot(equation, 'incoming') && { incoming }),
      update: must(update, 'update of an equation'),
    }
  },
}))

const discarding =
  (update: Plain['update']): Plain['update'] =>
  (updates, state, params, extra, view) => {
    const [out, unwanted] = update(updates, state, params, extra, view)
    disposeExcept(unwanted, [out, updates, state, params])
    return [out, state]
  }
