import type { Tensor } from '@tensorflow/tfjs-core'
import type { Equation, Rule } from '../equation/Equation.js'
import type { Program } from '../equation/Program.js'
import type { Leaves } from '../tree/Tree.js'
import { assemble } from './assemble.js'
import { type EquationParts, equationOf, type Resting } from './equationOf.js'
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

/** Counts updates from 0: the host part of most equations. */
export const counting = {
  init: { count: 0 },
  next: ({ count }: { readonly count: number }) => ({ count: count + 1 }),
} as const

/** The transformation that is an equation of this library: `checkedEquation` without its checks, which a test makes, so
 *  that who imports one optimizer does not carry them. `steadyEquation` is for one that observes or keeps numbers of the
 *  whole tree.
 *
 *  @internal */
export const equation =
  <
    const S extends Readonly<Record<string, Resting>> = {},
    H extends Readonly<Record<string, number>> = {},
    C extends string = never,
    E = {},
  >(
    parts: EquationParts<H, S, C, E> & { readonly observes?: false },
  ) =>
  (rule: Rule<keyof S & string, C>): Transformation<EquationLambda<H, S>, E> =>
    transformed(equationOf(parts)(rule), parts.options)

/** An equation as a transformation.
 *
 *  @internal */
export const transformed = <F extends StateLambda, E>(
  equation: Equation,
  options: Readonly<Record<string, unknown>> = {}, // few have none
): Transformation<F, E> => {
  const { name, host, slots } = equation
  const program: Program = { segments: [{ kind: 'stage', equation, at: [], scope: null }] }
  return assemble({
    description: { name, options, parts: [] },
    shape: { kind: 'record', of: name, host, slots, parts: {} },
    plan: () => program,
  })
}
