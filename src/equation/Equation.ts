/** @internal */
import type { Arithmetic } from './Arithmetic.js'
import type { Gathering } from './Gathering.js'
import type { Host } from './Host.js'
import type { Mark } from './Mark.js'
import type { Slot } from './Slot.js'

/** The update of one leaf, polymorphic in the representation of numbers. `S` names the slots, `C` the scalars. */
export type Rule<S extends string, C extends string> = <A, B>(
  arithmetic: Arithmetic<A, B>,
) => (
  x: { readonly [K in S | 'update' | 'param']: A },
  scalars: { readonly [K in C]: A },
) => { readonly [K in S | 'update']: A }

/** An equation with its names forgotten, as the interpreters see it. Its identity is the key of every cache. */
export interface Equation {
  readonly name: string
  readonly slots: Readonly<Record<string, Slot>>
  /** The host part at the start. */
  readonly host: Host
  /** The host part after a step. */
  readonly next: (host: Host, extra: unknown) => Host
  /** The scalars of a step, from the host part before it; computed in double, rounded once to float32 by the
   *  interpreters. */
  readonly scalars: (host: Host, extra: unknown) => Readonly<Record<string, number>>
  readonly rule: Rule<string, string>
  /** Whether it also runs, with an update that is literally zero, on leaves that have no gradient: averages do. */
  readonly observes: boolean
  /** The place that it is, for a later equation: it passes its update on. */
  readonly marks?: Mark
  /** The place whose update it reads as `incoming`; zero where none arrived there. */
  readonly since?: Mark
  /** How it gathers updates over several steps, if it does. */
  readonly gathers?: Gathering
}
