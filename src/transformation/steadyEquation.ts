/** @internal */
import { goesOn } from '../engine/goesOn.js'
import type { Equation, Rule } from '../equation/Equation.js'
import type { Host } from '../equation/Host.js'
import type { Mark } from '../equation/Mark.js'
import { type Slot, zeros } from '../equation/Slot.js'
import type { Steady } from '../equation/Steady.js'
import { type EquationLambda, transformed } from './equation.js'
import { type EquationParts, equationOf } from './equationOf.js'
import type { Transformation } from './Transformation.js'

/** An equation that may also observe, and keep numbers of the whole tree: what goes on of these where it does not run
 *  comes with it. */
export const steadyEquationOf =
  <const S extends Readonly<Record<string, Slot>> = {}, H extends Host = {}, C extends string = never, E = {}>({
    slots,
    observes,
    ...parts
  }: EquationParts<H, S, C, E>) =>
  (rule: Rule<keyof S & string, C>): Steady => ({
    ...equationOf(parts)(rule as unknown as Rule<never, C>), // its slots come next
    slots: slots ?? {}, // few keep nothing
    observes: observes ?? false,
    goesOn,
  })

/** The transformation that it is. */
export const steadyEquation =
  <
    const S extends Readonly<Record<string, Slot>> = {},
    H extends Readonly<Record<string, number>> = {},
    C extends string = never,
    E = {},
  >(
    parts: EquationParts<H, S, C, E>,
  ) =>
  (rule: Rule<keyof S & string, C>): Transformation<EquationLambda<H, S>, E> =>
    transformed(steadyEquationOf(parts)(rule), parts.options)

/** An equation that also reads `incoming`, the update as it came to the place of a mark; zero where none did. Its rule
 *  returns that as well, unchanged, as it would a slot. */
export const equationSince =
  <const S extends Readonly<Record<string, Slot>> = {}, H extends Host = {}, C extends string = never, E = {}>(
    mark: Mark,
    parts: EquationParts<H, S, C, E>,
  ) =>
  (rule: Rule<(keyof S & string) | 'incoming', C>): Equation => {
    const { slots, ...made } = steadyEquationOf<S & { readonly incoming: typeof zeros }, H, C, E>({
      ...parts,
      slots: { ...(parts.slots ?? ({} as S)), incoming: zeros }, // no slots but this one
    })(rule)
    const { incoming: _, ...own } = slots
    return { ...made, slots: own, since: mark }
  }
