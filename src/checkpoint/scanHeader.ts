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
    const char = text.charCodeAt(at)
    // most of a header
    if (char === colon || char <= space) continue
    const level = open[open.length - 1]
    if (char === openBrace || char === openBracket) {
      depth = Math.max(depth, open.length + 1)
      if (depth > maxDepth) break
      open.push({ keys: char === openBrace ? new Set() : null, key: '', expectsKey: char === openBrace })
    } else if (char === closeBrace || char === closeBracket) open.pop()
    else if (char === comma && level !== undefined) level.expectsKey = level.keys !== null
    else if (char === quote) {
      const end = stringEnd(text, at)
      if (level?.expectsKey === true && level.keys !== null) {
        level.key = unescaped(text.slice(at + 1, end))
        level.expectsKey = false
        keys++
        if (level.keys.has(level.key) && duplicates.length < maxDuplicates) duplicates.push(open.map(({ key }) => key))
        level.keys.add(level.key)
      }
      at = end
    } else if (char === minus || isDigit(char)) {
      let end = at + 1
      while (isDigit(text.charCodeAt(end))) end++
      const rest = numberRest(text, end)
      if (disguised === null && (char === minus || rest > end)) {
        const literal = text.slice(at, rest)
        if (Number.isSafeInteger(Number(literal))) disguised = literal
      }
      at = rest - 1
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

const space = 0x20
const quote = 0x22
const comma = 0x2c
const minus = 0x2d
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

const isDigit = (char: number): boolean => char >= 0x30 && char <= 0x39

/** Where a number ends whose first digits are read. */
const numberRest = (text: string, start: number): number => {
  let end = start
  while (end < text.length && '+-.eE0123456789'.includes(text.charAt(end))) end++
  return end
}

/** The closing quote of a string that begins there: one before which there is an even number of backslashes. */
export const stringEnd = (text: string, start: number): number => {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at)
    if (at < 0) return text.length
    let slashes = at
    while (text[slashes - 1] === '\\') slashes--
    if ((at - slashes) % 2 === 0) return at
  }
}

const unescaped = (inner: string): string => {
  if (!inner.includes('\\')) return inner
  try {
    return String(JSON.parse(`"${inner}"`))
  } catch {
    return inner
  }
}
