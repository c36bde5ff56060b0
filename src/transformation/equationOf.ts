import type { Equation, Rule } from '../equation/Equation.js'
import type { Host } from '../equation/Host.js'
import type { Mark } from '../equation/Mark.js'
import type { Slot } from '../equation/Slot.js'

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

/** What an equation keeps that rests where no update comes by: for others there is `steadyEquationOf`.
 *
 *  @internal */
export interface Resting extends Slot {
  readonly per: 'element' | 'leaf'
}

/** The equation itself, for combinators that place it in a program of their own.
 *
 *  @internal */
export const equationOf =
  <const S extends Readonly<Record<string, Resting>> = {}, H extends Host = {}, C extends string = never, E = {}>({
    name,
    slots,
    host,
    scalars,
  }: EquationParts<H, S, C, E> & { readonly observes?: false }) =>
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
      observes: false,
    }
  }

/** The equation that stands at the place of a mark: it passes updates on.
 *
 *  @internal */
export const markOf = (mark: Mark): Equation => ({
  ...equationOf({ name: mark.of })(() => ({ update }) => ({ update })),
  marks: mark,
})
