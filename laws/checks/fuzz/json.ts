/** JSON as it is written: every key, also twice, and numbers as their digits. */
export type Json =
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, value: Json])[] }
  | { readonly kind: 'list'; readonly items: readonly Json[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'word'; readonly word: 'true' | 'false' | 'null' }

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// oxlint-disable-next-line no-control-regex -- JSON has no control characters in its texts
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const word = /true|false|null/y
const spaces = /[ \t\n\r]*/y

/** Reads JSON as Rust's serde_json does: no number beyond doubles, no half surrogate pair, 127 levels; null where it
 *  refuses. */
export const jsonOf = (source: string): Json | null => {
  let at = 0
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0] ?? null
    at += found?.length ?? 0
    return found
  }
  const sign = (wanted: string): boolean => {
    match(spaces)
    if (source[at] !== wanted) return false
    at++
    return true
  }
  const string = (): string | null => {
    match(spaces)
    const found = match(text)
    if (found === null) return null
    const value = String(JSON.parse(found))
    return /\p{Surrogate}/u.test(value) ? null : value
  }
  const many = <A>(close: string, one: () => A | null): readonly A[] | null => {
    const all: A[] = []
    if (sign(close)) return all
    for (;;) {
      const item = one()
      if (item === null) return null
      all.push(item)
      if (sign(close)) return all
      if (!sign(',')) return null
    }
  }
  const value = (levels: number): Json | null => {
    match(spaces)
    const first = source[at]
    if (first === '"') {
      const found = string()
      return found === null ? null : { kind: 'text', text: found }
    }
    if (first === '{' || first === '[') {
      if (levels === 0) return null
      at++
      if (first === '[') {
        const items = many(']', () => value(levels - 1))
        return items === null ? null : { kind: 'list', items }
      }
      const entries = many('}', () => {
        const key = string()
        const item = key !== null && sign(':') ? value(levels - 1) : null
        return key === null || item === null ? null : ([key, item] as const)
      })
      return entries === null ? null : { kind: 'object', entries }
    }
    const found = match(word)
    if (found !== null) return { kind: 'word', word: found as 'null' } // one of the three
    const digits = match(number)
    return digits === null || !Number.isFinite(Number(digits)) ? null : { kind: 'number', digits }
  }
  const all = value(127)
  match(spaces)
  return at === source.length ? all : null
}
