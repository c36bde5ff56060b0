import { isNumbers } from '../Numbers.js'

/** A value with its shape for each tensor and a word for each number.
 *
 *  @internal */
export const formOf = (value: unknown): unknown =>
  isNumbers(value)
    ? value.shape.join('×')
    : typeof value === 'number'
      ? 'a number'
      : Array.isArray(value)
        ? value.map(formOf)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, formOf(child)]))
          : value

/** Every number of a value that has been read back.
 *
 *  @internal */
export const numbersOf = (value: unknown): readonly number[] =>
  typeof value === 'number'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(numbersOf)
      : []
