/** @internal */
import { must } from '../scalars/must.js'
import { listed } from '../scalars/listed.js'
import { leafName } from '../state/tensorNames.js'

/** The names that leaves have now, by those that they had.
 *
 *  @throws `TypeError` for a pattern that fits no leaf, for stars that do not go by pairs, and where two leaves would have
 *    one name. */
export const renamedPaths = (
  rename: readonly (readonly [from: string, to: string])[],
  names: readonly string[],
): ReadonlyMap<string, string> => {
  const rules = rename.map(([from, to]) => ({ from, to, fits: pattern(from, to), used: false }))
  const now = new Map<string, string>()
  const before = new Map<string, string>()
  for (const name of names) {
    let next = name
    for (const rule of rules) {
      const found = rule.fits.exec(name)
      if (found === null) continue
      rule.used = true
      next = leafName(filled(rule.to, found.slice(1)))
      break
    }
    const other = before.get(next)
    if (other !== undefined)
      throw new TypeError(`rename: both ${other} and ${name} would be ${next}. Give each leaf a name of its own.`)
    before.set(next, name)
    now.set(name, next)
  }
  const idle = rules.find(({ used }) => !used)
  if (idle !== undefined)
    throw new TypeError(
      `rename: "${idle.from}" fits no leaf that is left to it; the leaves were ${listed(names)}. Mend the pattern, or leave it out.`,
    )
  return now
}

const star = /\*\*\/|\/\*\*$|^\*\*$|\*/g

const pattern = (from: string, to: string): RegExp => {
  // without a star there are none
  const [mine, theirs] = [from.match(star) ?? [], to.match(star) ?? []]
  if (mine.join(' ') !== theirs.join(' '))
    throw new TypeError(
      `rename: ["${from}", "${to}"] must have the same stars in the same order: "*" is what lies within one key, "**" any number of keys.`,
    )
  const [first = '', ...others] = from.split(star).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${first}${others.map((text, i) => `${capture(mine[i])}${text}`).join('')}$`)
}

const capture = (one: string | undefined): string =>
  one === '**/' ? '((?:[^/]+/)*)' : one === '*' ? '([^/]*)' : one === '**' ? '(.+)' : '(/.+)'

const filled = (to: string, captured: readonly string[]): string => {
  let next = 0
  return to.replace(star, () => must(captured[next++], 'text of a star'))
}
