import type { Equation } from '../equation/Equation.js'
import type { Host } from '../equation/Host.js'
import type { Program } from '../equation/Program.js'
import type { Slot } from '../equation/Slot.js'
import { broken, must } from '../scalars/must.js'
import { alone } from './segments.js'

/** Equations that share a record, of which the host picks one for each step.
 *
 *  @internal */
export interface Gears<K extends string> {
  readonly equations: Readonly<Record<K, Equation>>
  /** Each as a program of its own, made once: executors remember by identity. */
  readonly programs: Readonly<Record<K, Program>>
  /** The record that they share, for the shape of a state. */
  readonly host: Host
  readonly slots: Readonly<Record<string, Slot>>
}

/** The gears of a transformation. Each must keep what the others keep, from the same start: a step in one is followed by
 *  a step in any other.
 *
 *  @internal */
export const gears = <K extends string>(equations: Readonly<Record<K, Equation>>): Gears<K> => {
  const [first, ...others] = Object.values<Equation>(equations)
  const { name, host, slots } = must(first, 'gear')
  const record = recordOf(host, slots)
  if (others.some((other) => recordOf(other.host, other.slots) !== record))
    throw broken(`${name}: its equations share a record, and do not keep the same in it`)
  // the keys are those of the equations
  const programs = Object.fromEntries(
    Object.entries<Equation>(equations).map(([key, equation]) => [key, alone(equation)]),
  ) as Record<K, Program>
  return { equations, programs, host, slots }
}

/** What a record holds at the start, whatever the order of its names. */
const recordOf = (host: Host, slots: Readonly<Record<string, Slot>>): string => {
  const sorted = <A>(record: Readonly<Record<string, A>>) =>
    Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([sorted(host), sorted(slots)])
}
