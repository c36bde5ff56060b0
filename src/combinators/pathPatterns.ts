/** @internal */
import { wrongArgument } from '../scalars/wrongArgument.js'

/** What is left of some patterns after the same first keys. */
interface State {
  readonly literals: Map<string, State>
  /** Keys with stars, by their text. */
  readonly globs: Map<string, { readonly fits: (key: string) => boolean; readonly next: State }>
  /** After `**`: reached with no key, and again with each. */
  many: State | undefined
  readonly loops: boolean
  /** The patterns that end here. */
  readonly ends: number[]
  /** The patterns of which only `**` is left: one key more, and whatever follows. */
  readonly rest: number[]
}

/** Which of some patterns match a path, in ascending order. All patterns are followed at once, key by key: the time is
 *  at most that of the pattern's length times the path's, and patterns without stars cost nothing where they differ. */
export const pathPatterns = (patterns: readonly string[]): ((path: string) => readonly number[]) => {
  const start = state(false)
  patterns.forEach((pattern, i) => put(start, pattern, i))
  return (path) => {
    const matched = new Set<number>()
    let active = reached([start])
    for (const key of path.split('/')) {
      const next: State[] = []
      for (const one of active) {
        for (const i of one.rest) matched.add(i)
        if (one.loops) next.push(one)
        const literal = one.literals.get(key)
        if (literal !== undefined) next.push(literal)
        for (const { fits, next: after } of one.globs.values()) if (fits(key)) next.push(after)
      }
      active = reached(next)
    }
    for (const { ends } of active) for (const i of ends) matched.add(i)
    return [...matched].sort((a, b) => a - b)
  }
}

const state = (loops: boolean): State => ({
  literals: new Map(),
  globs: new Map(),
  many: undefined,
  loops,
  ends: [],
  rest: [],
})

/** States, and those after a `**` that stands for no key. */
const reached = (states: readonly State[]): ReadonlySet<State> => {
  const all = new Set(states)
  // A set goes through what is added on the way.
  for (const { many } of all) if (many !== undefined) all.add(many)
  return all
}

const put = (start: State, pattern: string, index: number): void => {
  if (typeof pattern !== 'string')
    throw wrongArgument('matching: a pattern', 'a string', pattern, 'Pass e.g. "dense/*".')
  if (pattern === '' || pattern.startsWith('/') || pattern.endsWith('/') || pattern.includes('//'))
    throw new TypeError(
      `matching: "${pattern}" is no pattern of paths. Write keys joined by "/", such as "dense/*" or "**/kernel".`,
    )
  const keys = pattern.split('/')
  const last = keys.at(-1) === '**'
  const end = (last ? keys.slice(0, -1) : keys).reduce(after, start)
  ;(last ? end.rest : end.ends).push(index)
}

const after = (from: State, key: string): State => {
  if (key === '**') return (from.many ??= state(true))
  const known = key.includes('*') ? from.globs.get(key)?.next : from.literals.get(key)
  if (known !== undefined) return known
  const next = state(false)
  if (key.includes('*')) from.globs.set(key, { fits: glob(key), next })
  else from.literals.set(key, next)
  return next
}

/** Whether a key fits a text in which each star stands for anything: the parts between stars are found from the left,
 *  each as early as can be. */
const glob = (text: string): ((key: string) => boolean) => {
  const [first = '', ...others] = text.split('*')
  const last = others.pop() ?? '' // without a star there is none
  return (key) => {
    const end = key.length - last.length
    if (end < first.length || !key.startsWith(first) || !key.endsWith(last)) return false
    let place = first.length
    for (const part of others) {
      const found = key.indexOf(part, place)
      if (found < 0 || found + part.length > end) return false
      place = found + part.length
    }
    return true
  }
}
