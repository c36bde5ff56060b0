import type { Equation, Rule } from '../equation/Equation.js'
import type { Host } from '../equation/Host.js'
import type { Mark } from '../equation/Mark.js'
import { type Slot, zeros } from '../equation/Slot.js'

/** What an equation is made of beside its rule. */
export interface EquationParts<H extends Host, S extends Readonly<Record<string, Slot>>, C extends string, E> {
  readonly name: string
  /** The options in effect, for `describe` and checkpoints. */
  readonly options?: Readonly<Record<string, unknown>>
  /** The tensors that it keeps, each with its start. */
  readonly slots?: S
  /** The plain numbers that it keeps, and how they go on. */
  readonly host?: { readonly init: H; readonly next: (host: H, extra: E) => H }
  /** The numbers that a step needs, from the host part before it. */
  readonly scalars?: (host: H, extra: E) => Readonly<Record<C, number>>
  /** Whether it also runs, with an update that is literally zero, on leaves without a gradient. */
  readonly observes?: boolean
}

/** The equation itself, for combinators that place it in a program of their own.
 *
 *  @internal */
export const equationOf =
  <const S extends Readonly<Record<string, Slot>> = {}, H extends Host = {}, C extends string = never, E = {}>({
    name,
    slots,
    host,
    scalars,
    observes,
  }: EquationParts<H, S, C, E>) =>
  (rule: Rule<keyof S & string, C>): Equation => {
    // The interpreters see names as strings: the types above have tied slots, scalars and rule together.
    return {
      name,
      // an equation without a state leaves both out
      slots: slots ?? {},
      host: host?.init ?? {}, // as above
      next: (host?.next ?? ((h: Host) => h)) as Equation['next'],
      scalars: (scalars ?? (() => ({}))) as Equation['scalars'],
      rule,
      observes: observes ?? false,
    }
  }

/** An equation that also reads `incoming`, the update as it came to the place of a mark; zero where none did. Its rule
 *  returns that as well, unchanged, as it would a slot.
 *
 *  @internal */
export const equationSince =
  <const S extends Readonly<Record<string, Slot>> = {}, H extends Host = {}, C extends string = never, E = {}>(
    mark: Mark,
    parts: EquationParts<H, S, C, E>,
  ) =>
  (rule: Rule<(keyof S & string) | 'incoming', C>): Equation => {
    const { slots, ...made } = equationOf<S & { readonly incoming: typeof zeros }, H, C, E>({
      ...parts,
      slots: { ...(parts.slots ?? ({} as S)), incoming: zeros }, // no slots but this one
    })(rule)
    const { incoming: _, ...own } = slots
    return { ...made, slots: own, since: mark }
  }

/** The equation that stands at the place of a mark: it passes updates on.
 *
 *  @internal */
export const markOf = (mark: Mark): Equation => ({
  ...equationOf({ name: mark.of })(() => ({ update }) => ({ update })),
  marks: mark,
})
