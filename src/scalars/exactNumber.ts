import * as t from 'io-ts'

/** What a number becomes in JSON: itself, or a word where JSON has no number for it. */
export type WrittenNumber = number | 'Infinity' | '-Infinity' | 'NaN' | '-0'

/** Codec between a double and JSON that loses nothing: the infinities, NaN and -0 travel as words, all else as numbers.
 *
 *  @laws decode(JSON.parse(JSON.stringify(encode(x)))) is x for every double, by Object.is;
 *    a bare NaN, infinity or number in a string is rejected. Where a finite number is meant use `Finite`. */
export const exactNumber = new t.Type<number, WrittenNumber, unknown>(
  'exactNumber',
  (u): u is number => typeof u === 'number',
  (u, context) => {
    if (typeof u === 'number' && Number.isFinite(u)) return t.success(u)
    const meant = words.find(([word]) => word === u)
    return meant === undefined
      ? t.failure(u, context, "a finite number, 'Infinity', '-Infinity', 'NaN' or '-0'")
      : t.success(meant[1])
  },
  (x) => words.find(([, value]) => Object.is(value, x))?.[0] ?? x,
)

const words = [
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['NaN', NaN],
  ['-0', -0],
] as const
