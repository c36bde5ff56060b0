/** Inside the room. @internal */

/** What `JSON.parse` does not tell about a header. */
export interface HeaderScan {
  /** The deepest nesting. */
  readonly depth: number
  /** How many keys there are in all objects together. */
  readonly keys: number
  /** The path of each key that its object had already; at most `maxDuplicates` of them. */
  readonly duplicates: readonly (readonly string[])[]
  /** The first whole number that is not written in digits alone, such as `1e1`, `2.0` or `-1`; null where there is
   *  none. */
  readonly disguised: string | null
}

/** The scan stops at one more than is allowed; duplicates beyond their limit are not listed. */
export interface HeaderLimits {
  readonly maxDepth: number
  readonly maxKeys: number
  readonly maxDuplicates?: number
}

/**
 * Reads JSON text once, without building it, for nesting, duplicate keys and odd numbers.
 *
 * `JSON.parse` keeps the last of two equal keys in silence, rounds numbers, and spends tens of bytes on each `[` and
 * microseconds on each key of a hostile header.
 * Never throws: text that is no JSON gives a scan without meaning, and `JSON.parse` refuses it afterwards.
 *
 *  @example scanHeader('{"a":1,"\\u0061":2}', { maxDepth: 3, maxKeys: 9 }) // is `{ depth: 1, keys: 2, duplicates: [['a']], disguised: null }`
 */
export const scanHeader = (text: string, { maxDepth, maxKeys, maxDuplicates = 100 }: HeaderLimits): HeaderScan => {
  const open: Level[] = []
  const duplicates: (readonly string[])[] = []
  let disguised: string | null = null
  let depth = 0
  let keys = 0
  for (let at = 0; at < text.length && keys <= maxKeys; at++) {
    const char = text[at]
    const level = open[open.length - 1]
    if (char === '{' || char === '[') {
      depth = Math.max(depth, open.length + 1)
      if (depth > maxDepth) break
      open.push({ keys: char === '{' ? new Set() : null, key: '', expectsKey: char === '{' })
    } else if (char === '}' || char === ']') open.pop()
    else if (char === ',' && level !== undefined) level.expectsKey = level.keys !== null
    else if (char === '"') {
      const end = stringEnd(text, at)
      if (level?.expectsKey === true && level.keys !== null) {
        level.key = unescaped(text.slice(at, end + 1))
        level.expectsKey = false
        keys++
        if (level.keys.has(level.key) && duplicates.length < maxDuplicates) duplicates.push(open.map(({ key }) => key))
        level.keys.add(level.key)
      }
      at = end
    } else if (char !== undefined && numeric.test(char)) {
      const literal = numberAt(text, at)
      if (disguised === null && !/^\d+$/.test(literal) && Number.isSafeInteger(Number(literal))) disguised = literal
      at += literal.length - 1
    }
  }
  return { depth, keys, duplicates, disguised }
}

// Local to one scan, therefore free to change.
interface Level {
  readonly keys: Set<string> | null
  key: string
  expectsKey: boolean
}

const numeric = /[-\d]/

const numberAt = (text: string, start: number): string => {
  let end = start + 1
  while (end < text.length && /[-+.eE\d]/.test(text[end] ?? '')) end++
  return text.slice(start, end)
}

const stringEnd = (text: string, start: number): number => {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

const unescaped = (literal: string): string => {
  if (!literal.includes('\\')) return literal.slice(1, -1)
  try {
    return String(JSON.parse(literal))
  } catch {
    return literal
  }
}
