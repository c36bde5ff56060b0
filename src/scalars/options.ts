import { either as E } from 'fp-ts'
import type * as t from 'io-ts'

import type { Kind } from './Kind.js'
import { shown } from './shown.js'
import { recordGiven, unknownNames, type WrongOption, wrongOptions } from './wrongOptions.js'

/** One entry of a spec: the kind of value, and what its absence means. */
export type Option<A> = Required<A> | Optional<A> | Defaulted<A>
export interface Required<A> {
  readonly absence: 'refused'
  readonly kind: Kind<A>
}
export interface Optional<A> {
  readonly absence: 'undefined'
  readonly kind: Kind<A>
}
export interface Defaulted<A> {
  readonly absence: 'default'
  readonly kind: Kind<A>
  readonly fallback: A
}

/** The options a constructor knows, by name. */
export type Spec = Readonly<Record<string, Option<unknown>>>

/** What a user passes: required names must be there, the others may. */
export type Given<S extends Spec> = Flat<
  { readonly [K in keyof S as S[K] extends Required<unknown> ? K : never]: Value<S[K]> } & {
    readonly [K in keyof S as S[K] extends Required<unknown> ? never : K]?: Value<S[K]>
  }
>

/** What a constructor reads: every name is there; an optional one may be undefined. */
export type Checked<S extends Spec> = Flat<{
  readonly [K in keyof S]: S[K] extends Optional<infer A> ? A | undefined : Value<S[K]>
}>

/** The options record of a checker: `type AdamOptions = OptionsOf<typeof parse>`. */
export type OptionsOf<Parse> = Parse extends (given?: infer G) => unknown ? Exclude<G, undefined> : never

type Value<O> = O extends { readonly kind: Kind<infer A> } ? A : never
type Flat<R> = { readonly [K in keyof R]: R[K] }

/** An option that must be passed. */
export const required = <A>(kind: Kind<A>): Required<A> => ({ absence: 'refused', kind })

/** An option that may be left out, and then is undefined. */
export const optional = <A>(kind: Kind<A>): Optional<A> => ({ absence: 'undefined', kind })

/** An option that may be left out, and then has the default, which is trusted: it may lie outside the kind's range. */
export const withDefault = <A>(kind: Kind<A>, fallback: NoInfer<A>): Defaulted<A> => ({
  absence: 'default',
  kind,
  fallback,
})

/** Check the options record of a constructor: unknown names, missing ones, wrong types, NaN, numbers out of range.
 *
 *  @throws RangeError when values of the right type are out of range only, else TypeError; one message for all
 *    problems of the record, each with constructor, option, range, value and a way out.
 *  @laws the result is frozen and holds exactly the spec's names; checking it again gives an equal record;
 *    an explicit undefined is the same as absence; the record given is not touched.
 *  @example
 *  ```ts
 *  const spec = { b1: withDefault(halfOpenUnit, 0.9), nesterov: withDefault(flag, false) }
 *  const parse = options('adam', spec)
 *  parse({ b1: 0.8 })   // { b1: 0.8, nesterov: false }: { readonly b1: number; readonly nesterov: boolean }
 *  parse({ b1: 1.2 }) // RangeError: adam: b1 must be a number in [0, 1), found 1.2. Pass e.g. …
 *  ```
 */
export const options =
  <S extends Spec>(where: string, spec: S) =>
  (given?: Given<S>): Checked<S> => {
    const record = recordIn(where, spec, given)
    const wrong = [...unknownNames(record, Object.keys(spec))]
    const checked: Record<string, unknown> = {}
    for (const [name, option] of Object.entries(spec)) {
      const read = readOption(where, name, option, Object.hasOwn(record, name) ? record[name] : undefined)
      if (E.isRight(read)) checked[name] = read.right
      else wrong.push(...read.left)
    }
    if (wrong.length > 0) throw wrongOptions(where, wrong)
    for (const one of watches) if (one.record === record) one.checker ??= { where, spec }
    // Built name by name from the spec, which is what Checked<S> says; the compiler cannot follow a loop over keys.
    return Object.freeze(checked) as Checked<S>
  }

/** `options` for a named interface, which is the source: the spec is compared with it name by name, so that a missing,
 *  a surplus, a wrongly optional option or one of another type is a compile error.
 *
 *  @example optionsFor<{ readonly b1?: number }>()('adam', { b1: withDefault(halfOpenUnit, 0.9) }) */
export const optionsFor =
  <O extends object>() =>
  <const S extends Spec>(where: string, spec: S & Agrees<O, S>): ((given?: O) => Checked<S>) =>
    // the spec has been found to take what the interface says
    options<S>(where, spec) as (given?: O) => Checked<S>

/** The spec `S` where it takes what the interface `O` says; else a sentence at the option that differs. */
export type Agrees<O, S> = {
  readonly [K in keyof O]-?: K extends keyof S
    ? S[K] extends Entry<O, K>
      ? Same<Value<S[K]>, Exclude<O[K], undefined>> extends true
        ? unknown
        : 'the interface has another type for this option'
      : 'required in one, not in the other'
    : 'missing in the spec'
} & { readonly [K in Exclude<keyof S, keyof O>]: 'not in the interface' }

type Entry<O, K extends keyof O> = {} extends Pick<O, K> ? Optional<unknown> | Defaulted<unknown> : Required<unknown>
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

/** What comes of a function of a record of options, and who checks that record first meanwhile: that very object, not a
 *  copy.
 *
 *  @internal */
export const watched = <O extends object, A>(
  record: O,
  f: (record: O) => A,
): readonly [made: A, checker: Checker | undefined] => {
  const watch: Watch = { record, checker: undefined }
  watches.add(watch)
  try {
    const made = f(record)
    return [made, watch.checker]
  } finally {
    watches.delete(watch)
  }
}

interface Watch {
  readonly record: object
  checker: Checker | undefined
}

// Mostly nobody asks: to remember each record would cost more than to check it.
const watches = new Set<Watch>()

/** A constructor's name and the options it knows.
 *
 *  @internal */
export interface Checker {
  readonly where: string
  readonly spec: Spec
}

const readOption = (
  where: string,
  name: string,
  option: Option<unknown>,
  given: unknown,
): E.Either<readonly WrongOption[], unknown> => {
  const { kind } = option
  const hint = `Pass e.g. { ${name}: ${exampleOf(option)} }.`
  const value = given === undefined && option.absence === 'default' ? option.fallback : given
  if (value === undefined && option.absence === 'refused')
    return E.left([{ range: false, words: `${name} is required and must be ${kind.range}. ${hint}` }])
  // a default is trusted: of one that is a function the results are checked
  if (given === undefined && typeof value !== 'function') return E.right(value)
  // The first key names the option: what a kind checks later, a function's results, is told under that name.
  const read = kind.codec.validate(value, [{ key: `${where}: ${name}`, type: kind.codec, actual: value }])
  if (E.isRight(read)) return read
  return E.left(
    read.left.map((error) => ({
      range: kind.sorts.includes(typeof value),
      words: `${pathOf(name, error)} must be ${error.message ?? kind.range}, found ${shown(error.value)}. ${hint}`,
    })),
  )
}

/** The option's name and the keys below it. */
const pathOf = (name: string, { context }: t.ValidationError): string =>
  [name, ...context.slice(1).map(({ key }) => key)].join('.')

/** What to pass: the usual number, where there is one that does something. */
const exampleOf = (option: Option<unknown>): string =>
  option.absence === 'default' && typeof option.fallback === 'number' && option.fallback !== 0
    ? String(option.fallback)
    : option.kind.example

const recordIn = (where: string, spec: Spec, given: unknown): Readonly<Record<string, unknown>> => {
  const entries = Object.entries(spec)
  const needed = entries.filter(([, { absence }]) => absence === 'refused')
  const shortest = (needed.length > 0 ? needed : entries.slice(0, 1)).map(([name, one]) => `${name}: ${exampleOf(one)}`)
  const way = entries.length === 0 ? `Call ${where}().` : `Pass e.g. ${where}({ ${shortest.join(', ')} }).`
  return recordGiven(where, given, way)
}
