/** @internal */
import { either as E } from 'fp-ts'
import { checkedFunction } from '../scalars/checkedFunction.js'
import type { Checker } from '../scalars/options.js'
import { type Schedule, valueAt } from '../scalars/Schedule.js'

/** Where the values of hyperparameters come from: a number is the state's, a schedule is asked at the count. */
export type Sources = Readonly<Record<string, number | Schedule>>

export type Hyperparams = Readonly<Record<string, number>>

/** The options that are hyperparameters: numbers, and functions that give a number where the constructor takes one. */
export const numericIn = (
  record: Readonly<Record<string, unknown>>,
  staticArgs: readonly string[],
  make: (values: Hyperparams) => unknown,
): Sources => {
  const all = Object.fromEntries(
    Object.entries(record).flatMap(([name, value]): readonly (readonly [string, number | Schedule])[] =>
      staticArgs.includes(name)
        ? []
        : typeof value === 'number'
          ? [[name, value]]
          : isSchedule(value)
            ? [[name, value]]
            : [],
    ),
  )
  // An option that takes nothing but a schedule stays one. If no single option explains a refusal, the constructor's
  // own error will.
  const without = Object.keys(all)
    .filter((name) => typeof all[name] === 'function')
    .map((left): Sources => Object.fromEntries(Object.entries(all).filter(([name]) => name !== left)))
  return [all, ...without].find((sources) => accepted(make, sources)) ?? all
}

const isSchedule = (value: unknown): value is Schedule => {
  if (typeof value !== 'function') return false
  try {
    // believed to be a schedule only if it gives a number
    return typeof (value as (step: number) => unknown)(0) === 'number'
  } catch {
    return false
  }
}

const accepted = (make: (values: Hyperparams) => unknown, sources: Sources): boolean => {
  try {
    make(startOf(sources))
    return true
  } catch {
    return false
  }
}

export const startOf = (sources: Sources): Hyperparams =>
  Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, valueAt(source, 0)]))

/** The names of those for which the constructor takes a schedule as well as a number. */
export const schedulable = (sources: Sources, checker: Checker | undefined): readonly string[] =>
  Object.keys(sources).filter((name) => {
    // what is not an option has no sorts
    const sorts = checker?.spec[name]?.kind.sorts ?? []
    return sorts.includes('number') && sorts.includes('function')
  })

/** Whether the constructor takes a number for an option. */
export const takes = (checker: Checker | undefined, name: string, value: unknown): boolean => {
  const option = checker?.spec[name]
  return option !== undefined && E.isRight(option.kind.codec.decode(value))
}

/** The same sources, each value of a schedule checked and refused in the constructor's words, with its count. */
export const guarded = (sources: Sources, checker: Checker | undefined): Sources =>
  Object.fromEntries(
    Object.entries(sources).map(([name, source]) => {
      const option = checker?.spec[name]
      if (checker === undefined || option === undefined || typeof source === 'number') return [name, source]
      const { kind } = option
      const key = `${checker.where}: ${name}`
      const read = kind.codec.validate(source, [{ key, type: kind.codec, actual: source }])
      // what takes a schedule gives back a checked one
      return [name, E.isRight(read) ? (read.right as Schedule) : checkedFunction(key, kind, source)]
    }),
  )
