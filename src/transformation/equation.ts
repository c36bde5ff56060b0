import type { Tensor } from '@tensorflow/tfjs-core'
import { checkEquation } from '../equation/checkEquation.js'
import type { Equation, Rule } from '../equation/Equation.js'
import type { Host } from '../equation/Host.js'
import type { Mark } from '../equation/Mark.js'
import type { Program } from '../equation/Program.js'
import { type Slot, zeros } from '../equation/Slot.js'
import type { Leaves } from '../tree/Tree.js'
import { assemble } from './assemble.js'
import type { StateLambda, Transformation } from './Transformation.js'

/** The state of an equation: plain numbers, and slots like the parameters, by their names. */
export type EquationState<Numbers extends string, Slots extends string, P> = { readonly [K in Numbers]: number } & {
  readonly [K in Slots]: P
}

/** The state of an equation as a function of the parameter tree. */
export interface Equational<Numbers extends string, Slots extends string> extends StateLambda {
  readonly State: EquationState<Numbers, Slots, this['Params']>
}

/** The state of an equation that also has slots of one number for each leaf, or for the whole tree. */
export interface EquationalOver<
  Numbers extends string,
  Slots extends string,
  PerLeaf extends string,
  PerTree extends string,
> extends StateLambda {
  readonly State: EquationState<Numbers, Slots, this['Params']> & {
    readonly [K in PerLeaf]: Leaves<this['Params'], Tensor>
  } & { readonly [K in PerTree]: Tensor }
}

/** The state of an equation without slots: plain numbers by their names. */
export type NumbersState<Numbers extends string> = { readonly [K in Numbers]: number }

/** The state of an equation without slots, as a function of the parameter tree. */
export interface Numbering<Numbers extends string> extends StateLambda {
  readonly State: NumbersState<Numbers>
}

/** The state lambda of an equation with these numbers and slots. */
// Names are picked in place, not by an alias: a hover would show the alias, with all that it is applied to.
export type EquationLambda<H, S> = [keyof S] extends [never]
  ? Numbering<keyof H & string>
  : [keyof { [K in keyof S as S[K] extends { readonly per: 'element' } ? never : K]: 1 }] extends [never]
    ? Equational<keyof H & string, keyof S & string>
    : EquationalOver<
        keyof H & string,
        keyof { [K in keyof S & string as S[K] extends { readonly per: 'element' } ? K : never]: 1 },
        keyof { [K in keyof S & string as S[K] extends { readonly per: 'leaf' } ? K : never]: 1 },
        keyof { [K in keyof S & string as S[K] extends { readonly per: 'tree' } ? K : never]: 1 }
      >

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

/** Counts updates from 0: the host part of most equations. */
export const counting = {
  init: { count: 0 },
  next: ({ count }: { readonly count: number }) => ({ count: count + 1 }),
} as const

/** A transformation that works leaf by leaf, written once for all interpreters.
 *
 *  ```text
 *  (update, slots) = rule(arithmetic)({ update, param, ...slots }, scalars)
 *  ```
 *
 *  Curried, so that the names of slots and scalars are inferred before the rule is checked against them.
 *
 *  @throws `TypeError` at construction for a slot that the rule does not return, does not declare, or gives too far a
 *    reach.
 *  @laws everything in `transformationLaws`; the rule cannot look inside its numbers, so all interpreters agree.
 *  @example
 *  ```ts
 *  const momentum = equation({ name: 'momentum', slots: { trace: zeros }, scalars: () => ({ d: 0.9 }) })(
 *    (A) => ({ update, trace }, { d }) => {
 *      const next = A.add(update, A.mul(d, trace))
 *      return { update: next, trace: next }
 *    })
 *  const optimizer = chain(momentum, scaleByLearningRate({ learningRate: 0.1 }))
 *  ```
 */
export const equation =
  <
    const S extends Readonly<Record<string, Slot>> = {},
    H extends Readonly<Record<string, number>> = {},
    C extends string = never,
    E = {},
  >(
    parts: EquationParts<H, S, C, E>,
  ) =>
  (rule: Rule<keyof S & string, C>): Transformation<EquationLambda<H, S>, E> => {
    const equation = equationOf(parts)(rule)
    const program: Program = { segments: [{ kind: 'stage', equation, at: [], scope: null }] }
    return assemble({
      description: { name: parts.name, options: parts.options ?? {}, parts: [] }, // few have none
      shape: { kind: 'record', of: parts.name, host: equation.host, slots: equation.slots, parts: {} },
      plan: () => program,
    })
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
    const made: Equation = {
      name,
      // an equation without a state leaves both out
      slots: slots ?? {},
      host: host?.init ?? {}, // as above
      next: (host?.next ?? ((h: Host) => h)) as Equation['next'],
      scalars: (scalars ?? (() => ({}))) as Equation['scalars'],
      rule,
      observes: observes ?? false,
    }
    checkEquation(made)
    return made
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
