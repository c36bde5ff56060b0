/** @internal */
import { checkAverages } from '../state/checkAverages.js'
import type { Equation } from '../equation/Equation.js'
import type { Host } from '../equation/Host.js'
import { concatenated, rememberedOne } from '../equation/Program.js'
import type { Slot } from '../equation/Slot.js'
import { alone, under } from '../combinators/segments.js'
import type { RecordShape } from '../state/StateShape.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { assemble } from '../transformation/assemble.js'
import type { Description } from '../transformation/Description.js'
import type { AnyTransformation, StateLambda, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf } from '../transformation/types.js'
import { averageNames } from './averageNames.js'

/** A stage after a transformation, with a record of its own in which `average` is what one evaluates with. */
export interface Observation {
  /** The constructor, for errors. */
  readonly owner: string
  readonly description: Pick<Description, 'name' | 'options'>
  /** The average's name. */
  readonly name: string
  readonly host: Host
  readonly slots: Readonly<Record<string, Slot>>
  /** Which of its equations runs in a step. They share slots and numbers. */
  readonly choose: (host: Host, extra: unknown) => Equation
  /** What else is to be done with the shape of its record. */
  readonly remember?: (shape: RecordShape) => RecordShape
}

/** A lift that carries an average. `F` is the state of the result, `E` are the extras of the average. */
export const observed =
  ({ owner, description, name, host, slots, choose, remember = (shape) => shape }: Observation) =>
  <T extends AnyTransformation, F extends StateLambda, E>(given: T): Transformation<F, ExtraOf<T> & E> => {
    const anatomy = anatomyOf(`${owner}: what it wraps`, given)
    if (averageNames(anatomy.shape).includes(name))
      throw new TypeError(
        `${owner}: there is an average named "${name}" inside already. Pass another name, e.g. { name: 'Slow' }.`,
      )
    const [join, inner, own] = [concatenated(), under('inner', anatomy.plan), rememberedOne((e: Equation) => alone(e))]
    return assemble({
      description: { ...description, parts: [anatomy.description] },
      shape: remember({
        kind: 'record',
        of: description.name,
        host,
        slots,
        parts: { inner: anatomy.shape },
        average: name,
        check: checkAverages,
      }),
      // the numbers of this record
      plan: (state, occasion) => join([inner(state, occasion), own(choose(state as Host, occasion.extra))]),
    })
  }
