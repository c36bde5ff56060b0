/** @internal */

import { either as E } from 'fp-ts'
import { exactNumber } from '../scalars/exactNumber.js'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { type CheckpointRecord, metadataKeys, type Recorded } from './CheckpointContents.js'
import { parsedOnce } from './parsedOnce.js'
import { problemList } from './problemList.js'

/** A caller's record as JSON, or everything in it that a file cannot hold, by path.
 *
 *  A number that JSON has no word for is `{ "$number": "Infinity" }`; a caller's own key that begins with `$`, below the
 *  record's own keys, has one `$` more. The record's own keys stay as they are: files without either are read as ever.
 *
 *  @laws readRecord ∘ writtenRecord = identity, by Object.is. */
export const writtenRecord = (record: unknown): E.Either<CheckpointError, string> => {
  const problems = problemList()
  const refuse = (path: string, found: string): null => {
    problems.add(checkpointProblem('Unsupported', { path, expected, found, fix: 'leave it out, or write it as text' }))
    return null
  }
  const written = (value: unknown, path: string, above: readonly unknown[]): unknown => {
    if (typeof value === 'number') {
      const exact = exactNumber.encode(value)
      return typeof exact === 'number' ? exact : { [tag]: exact }
    }
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value !== 'object') return refuse(path, shown(value))
    if (above.includes(value)) return refuse(path, 'a record or list that holds itself')
    if (above.length >= maxDepth) return refuse(path, `more than ${maxDepth} levels`)
    const inside = [...above, value]
    // by index: a hole is nothing, and nothing is refused
    if (Array.isArray(value)) return Array.from(value, (item: unknown, i) => written(item, `${path}.${i}`, inside))
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return refuse(path, shown(value))
    if (Object.getOwnPropertySymbols(value).length > 0) return refuse(path, 'a key that is a symbol')
    return fields(value, above.length === 0 ? (key) => key : escaped, (item, key) =>
      item === undefined ? undefined : written(item, `${path}.${key}`, inside),
    )
  }
  const own = typeof record === 'object' && record !== null && !Array.isArray(record) ? record : undefined
  if (own === undefined) refuse(path, shown(record))
  // a getter may throw anything
  const text = E.tryCatch(() => JSON.stringify(own === undefined ? {} : written(own, path, [])), String)
  if (E.isLeft(text)) refuse(path, `a record that cannot be read: ${text.left}`)
  return problems.orElse(() => (E.isRight(text) ? text.right : '{}'))
}

/** A record as it was written; what cannot be read is left out, and told. */
export const readRecord = (
  text: string | undefined,
): { readonly record: CheckpointRecord; readonly warnings: readonly CheckpointProblem[] } => {
  const parsed = parsedOnce(path, text, { maxDepth: 2 * maxDepth, what: 'a record as JSON' })
  if (E.isLeft(parsed)) return { record: {}, warnings: parsed.left }
  const warnings: CheckpointProblem[] = []
  const refuse = (at: string, found: unknown): undefined => {
    warnings.push(
      checkpointProblem('Corrupt', { path: at, expected, found: shown(found), fix: 'the rest is restored without it' }),
    )
    return undefined
  }
  const read = (value: unknown, at: string): Recorded | undefined => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    // JSON reads 1e999 as an infinity, which nothing here writes
    if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(at, value)
    if (Array.isArray(value)) {
      const items = value.map((item: unknown, i) => read(item, `${at}.${i}`))
      return items.every((item) => item !== undefined) ? items : undefined
    }
    if (typeof value !== 'object') return refuse(at, value)
    if (Object.hasOwn(value, tag)) {
      const number = Object.keys(value).length === 1 ? exactNumber.decode(Object.values(value)[0]) : E.left(null)
      return E.isRight(number) ? number.right : refuse(at, value)
    }
    return fields(value, unescaped, (item, key) => read(item, `${at}.${key}`)) as CheckpointRecord
  }
  const { right } = parsed
  const record =
    typeof right === 'object' && right !== null && !Array.isArray(right)
      ? (fields(
          right,
          (key) => key,
          (item, key) => read(item, `${path}.${key}`),
        ) as CheckpointRecord) // undefined is left out
      : (refuse(path, right) ?? {})
  return { record, warnings }
}

const path = metadataKeys.record
const tag = '$number'
const expected = 'a record of strings, numbers, booleans, null, and lists and plain records of these'

/** Levels of a caller's record. */
const maxDepth = 100

const escaped = (key: string): string => (key.startsWith('$') ? `$${key}` : key)
const unescaped = (key: string): string => (key.startsWith('$$') ? key.slice(1) : key)

/** A record with other keys and values; `__proto__` is a key like any other, and what is undefined is left out. */
const fields = (
  value: object,
  named: (key: string) => string,
  made: (item: unknown, key: string) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, item]: readonly [string, unknown]) => {
      const whole = made(item, key)
      return whole === undefined ? [] : [[named(key), whole] as const]
    }),
  )
