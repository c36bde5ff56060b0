import type { Equation } from '../../../src/equation/Equation.js'
import { type Occasion, type Program, rememberedOne } from '../../../src/equation/Program.js'
import type { AnyTransformation, Opaque, Transformation } from '../../../src/transformation/Transformation.js'

/** A transformation with the last stage of every program changed: that of the average which it carries outermost. */
export const changedStage =
  (change: (equation: Equation) => Equation) =>
  (tx: AnyTransformation): AnyTransformation => {
    const lifted = tx as Transformation<Opaque> // its state is only passed on
    const mutated = rememberedOne((program: Program): Program => ({
      segments: program.segments.map((segment, i) =>
        i === program.segments.length - 1 && segment.kind === 'stage'
          ? { ...segment, equation: change(segment.equation) }
          : segment,
      ),
    }))
    return {
      ...lifted,
      anatomy: {
        ...lifted.anatomy,
        plan: (state: unknown, occasion: Occasion) => mutated(lifted.anatomy.plan(state, occasion)),
      },
    }
  }
