/** @internal */
import { either as E } from 'fp-ts'
import type * as t from 'io-ts'

import type { Kind } from './Kind.js'
import { shown } from './shown.js'

/** Any function, as an option holds it. */
export type AnyFunction = (...args: never[]) => unknown

/** A user's function whose every result is checked like an option, so that a wrong number never goes on silently.
 *
 *  ```text
 *  checked(…args) = f(…args) where that is of the kind, else it throws
 *  ```
 *
 *  @throws RangeError for a result of the right type that is out of range, else TypeError: with the option, what the
 *    function was called with, the range and the value. What f throws itself passes.
 *  @laws where results are of the kind it is f; a function that is checked for a kind already stays itself.
 *  @example
 *  ```ts
 *  checkedFunction('adam: learningRate', learningRate, (count: number) => count ** -0.5)(0)
 *  // RangeError: adam: learningRate(0) must be a finite number ≥ 0, found Infinity. …
 *  ```
 */
export const checkedFunction = <F extends AnyFunction>(name: string, gives: Kind<unknown>, f: F): F => {
  if (checked.get(f)?.gives === gives) return f
  const call = f as unknown as (...args: readonly unknown[]) => unknown // whoever calls it passes what F takes
  const guarded = (...args: readonly unknown[]): unknown => {
    const value = call(...args)
    const read = gives.codec.decode(value)
    if (E.isRight(read)) return read.right
    throw wrongResult(name, gives, args, value)
  }
  Object.defineProperty(guarded, 'name', { value: f.name })
  checked.set(guarded, { given: f, gives })
  return guarded as unknown as F // as f, or it throws
}

/** The function that a user passed, of one that may be checked: descriptions hang on that. */
export const asGiven = <F extends AnyFunction>(f: F): F => {
  const known = checked.get(f)
  return known === undefined ? f : asGiven(known.given as F) // made from one of the same type
}

/** The path of an option in its constructor's words, such as `joinSchedules: schedules.1`. */
export const pathIn = (context: t.Context): string => context.map(({ key }) => key).join('.')

const checked = new WeakMap<AnyFunction, { readonly given: AnyFunction; readonly gives: Kind<unknown> }>()

const wrongResult = (name: string, gives: Kind<unknown>, args: readonly unknown[], value: unknown): Error => {
  const call = `${name === '' ? 'a function' : name}(${args.map(brief).join(', ')})`
  const message =
    `${call} must be ${gives.range}, found ${shown(value)}. ` +
    (value instanceof Promise
      ? 'Its result is needed at once: pass a function that is not async.'
      : 'Mend the function: every result is checked like an option.')
  return gives.sorts.includes(typeof value) ? new RangeError(message) : new TypeError(message)
}

/** An argument that says which call it was; trees and records say nothing. */
const brief = (arg: unknown): string => (typeof arg === 'object' || typeof arg === 'function' ? '…' : shown(arg))
