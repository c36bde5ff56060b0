import { either as E } from 'fp-ts'
import type * as t from 'io-ts'

import { type AnyFunction, checkedFunction, pathIn } from './checkedFunction.js'
import { decoder, refined, refused } from './decoder.js'
import { isNamed } from './isNamed.js'
import type { Kind } from './Kind.js'
import { finite } from './numbers.js'
import type { Schedule } from './Schedule.js'

/** An option that takes `true` or `false`. */
export const flag: Kind<boolean> = {
  codec: refined('boolean', (u): u is boolean => typeof u === 'boolean'),
  range: 'true or false',
  example: 'true',
  sorts: ['boolean'],
}

/** An option that takes a string of at least one character. */
export const text: Kind<string> = {
  codec: refined('text', (u): u is string => typeof u === 'string' && u.length > 0),
  range: 'a non-empty string',
  example: "'name'",
  sorts: ['string'],
}

/** An option that takes one of the given words.
 *
 *  @example oneOf('linear', 'cosine')   // Kind<'linear' | 'cosine'> */
export const oneOf = <const Word extends string>(...words: readonly [Word, ...Word[]]): Kind<Word> => {
  const among: readonly unknown[] = words
  return {
    codec: refined(words.join(' | '), (u): u is Word => among.includes(u)),
    range: words.length === 1 ? `'${words[0]}'` : `one of ${words.map((word) => `'${word}'`).join(', ')}`,
    example: `'${words[0]}'`,
    sorts: ['string'],
  }
}

/** An option that takes a number of the given kind, or a word.
 *
 *  @example orWord('none', positive)   // Kind<number | 'none'> */
export const orWord = <const Word extends string>(word: Word, kind: Kind<number>): Kind<number | Word> => ({
  codec: decoder<number | Word>(`${kind.codec.name} or ${word}`, (u, context) =>
    u === word ? E.right(word) : kind.codec.validate(u, context),
  ),
  range: `${kind.range}, or '${word}'`,
  example: kind.example,
  sorts: [...kind.sorts, 'string'],
})

/** An option that takes a function. Its results are checked at each call where their kind is given, else by the compiler
 *  only.
 *
 *  @example fn<(path: string) => boolean>('a function of a path', '(path) => true', flag) */
export const fn = <Fn extends AnyFunction>(
  range = 'a function',
  example = '() => …',
  gives?: Kind<ReturnType<Fn>>,
): Kind<Fn> => ({
  codec: functionGiving<Fn>(gives),
  range,
  example,
  sorts: ['function'],
})

/** A function, each of whose results is of a kind, where one is given. */
const functionGiving = <Fn extends AnyFunction>(gives?: Kind<ReturnType<Fn>>): t.Decoder<unknown, Fn> =>
  decoder('function', (u, context) =>
    isFunction<Fn>(u)
      ? E.right(gives === undefined ? u : checkedFunction(pathIn(context), gives, u))
      : refused(u, context),
  )

/** An option that takes a function from the count of updates to a finite number. */
export const schedule: Kind<Schedule> = fn<Schedule>('a schedule (count => number)', '(count) => 0.1', finite)

/** An option that takes a number of the given kind, or a schedule of such numbers: each value is checked when it is
 *  asked for.
 *
 *  @example numberOrSchedule(learningRate)   // Kind<number | Schedule> */
export const numberOrSchedule = (kind: Kind<number>): Kind<number | Schedule> => {
  const varying = functionGiving<Schedule>(kind)
  return {
    codec: decoder<number | Schedule>('number or schedule', (u, context) =>
      typeof u === 'function' ? varying.validate(u, context) : kind.codec.validate(u, context),
    ),
    range: `${kind.range}, or a schedule (count => number)`,
    example: kind.example,
    sorts: ['number', 'function'],
  }
}

/** An option whose value the compiler alone checks: trees, masks, other transformations.
 *
 *  @example anything<readonly boolean[]>('a list of booleans') */
export const anything = <A>(range = 'a value', example = '…'): Kind<A> => ({
  // Only undefined is refused at run time, so the predicate vouches for A on the compiler's word: that is its meaning.
  codec: refined('anything', (u): u is A => u !== undefined),
  range,
  example,
  sorts: [],
})

/** An option that takes a record, or another thing with members; whoever reads them checks them.
 *
 *  @example membersOf<Readonly<Record<string, string>>>('a record of strings', "{ format: 'pt' }") */
export const membersOf = <A extends object>(range: string, example: string): Kind<A> => ({
  // the members are on the compiler's word
  codec: refined('members', (u): u is A => isNamed(u)),
  range,
  example,
  sorts: [],
})

/** An option that takes an array of values of one kind; the checked copy is frozen.
 *
 *  @example listOf(count)   // Kind<readonly number[]> */
export const listOf = <A>(kind: Kind<A>, fewest = 0): Kind<readonly A[]> => ({
  codec: decoder('list', (u, context) => {
    if (!Array.isArray(u)) return refused(u, context)
    if (u.length < fewest) return refused(u, context, `an array of at least ${fewest}`)
    return eachOf(
      kind,
      u.map((value: unknown, place) => [String(place), value]),
      context,
      (read) => Object.freeze(read.map(([, value]) => value)),
    )
  }),
  range: `an array${fewest > 0 ? ` of at least ${fewest}` : ''}, each ${kind.range}`,
  example: `[${kind.example}]`,
  sorts: ['object'],
})

/** An option that takes two values, each of its kind; the checked copy is frozen.
 *
 *  @example pairOf(halfOpenUnit, halfOpenUnit)   // Kind<readonly [number, number]> */
export const pairOf = <A, B>(first: Kind<A>, second: Kind<B>): Kind<readonly [A, B]> => ({
  codec: decoder('pair', (u, context) => {
    if (!Array.isArray(u) || u.length !== 2) return refused(u, context)
    const one = eachOf<unknown, readonly unknown[]>(first, [['0', u[0]]], context, (read) => read.map(([, x]) => x))
    const two = eachOf<unknown, readonly unknown[]>(second, [['1', u[1]]], context, (read) => read.map(([, x]) => x))
    if (E.isLeft(one) || E.isLeft(two))
      return E.left([...(E.isLeft(one) ? one.left : []), ...(E.isLeft(two) ? two.left : [])])
    // one value of each kind, just checked
    return E.right(Object.freeze([...one.right, ...two.right]) as unknown as readonly [A, B])
  }),
  range: `a pair of ${first.range} and ${second.range}`,
  example: `[${first.example}, ${second.example}]`,
  sorts: ['object'],
})

/** An option that takes a record from step counts to values of one kind; the checked copy is frozen.
 *
 *  @example byCount(nonNegative)   // { 100: 0.1, 200: 0.01 } */
export const byCount = <A>(kind: Kind<A>): Kind<Readonly<Record<number, A>>> => ({
  codec: decoder('by count', (u, context) => {
    if (!isNamed(u)) return refused(u, context)
    const stray = Object.keys(u).find((key) => !/^(0|[1-9]\d*)$/.test(key) || !Number.isSafeInteger(Number(key)))
    if (stray !== undefined) return refused(u, context, `a record whose keys are integers ≥ 0 (not '${stray}')`)
    return eachOf(kind, Object.entries(u), context, (read) => Object.freeze(Object.fromEntries(read)))
  }),
  range: `a record from step counts to values, each ${kind.range}`,
  example: `{ 100: ${kind.example} }`,
  sorts: ['object'],
})

const eachOf = <A, B>(
  kind: Kind<A>,
  entries: readonly (readonly [string, unknown])[],
  context: t.Context,
  built: (read: readonly (readonly [string, A])[]) => B,
): t.Validation<B> => {
  const wrong: t.ValidationError[] = []
  const read: (readonly [string, A])[] = []
  for (const [key, value] of entries) {
    const one = kind.codec.validate(value, [...context, { key, type: kind.codec, actual: value }])
    if (E.isRight(one)) read.push([key, one.right])
    else wrong.push(...one.left.map((error) => ({ ...error, message: error.message ?? kind.range })))
  }
  return wrong.length > 0 ? E.left(wrong) : E.right(built(read))
}

// What the function takes and gives is its kind's to say.
const isFunction = <Fn>(u: unknown): u is Fn => typeof u === 'function'
