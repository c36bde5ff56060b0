import fc from 'fast-check'
import { matching } from '../src/combinators/matching.js'
import { exactly } from './Agreement.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** How paths are chosen by patterns, `*` for anything within a key and `**` for any number of keys; by default
 *  `matching`. */
export interface PatternSubject {
  readonly matches: (...patterns: readonly string[]) => (path: string) => boolean
}

const key = fc.constantFrom('a', 'b', 'dense', 'dense_1', 'w', 'kernel', '0', 'a.b', 'w*', '(x)')
const plainKey = key.filter((name) => !name.includes('*'))
const paths = fc.array(plainKey, { minLength: 1, maxLength: 4 }).map((keys) => keys.join('/'))
const patterns = fc
  .array(fc.oneof(plainKey, fc.constantFrom('*', '**', 'd*', '*e*', '*l')), { minLength: 1, maxLength: 4 })
  .map((keys) => keys.join('/'))

/** The laws of patterns of paths.
 *
 *  @example checkLaws(patternLaws()) */
export const patternLaws = ({ matches = matching }: Partial<PatternSubject> = {}): Suite => ({
  name: 'patterns',
  laws: [
    law(exactly)(
      {
        name: 'a pattern without stars',
        equation: 'matches(q)(p) = (p is q), letter by letter',
        reason: 'names are names: dots and brackets in them mean themselves',
        bug: 'a pattern read as a regular expression, or as a prefix: dense matched dense_1 (mask by startsWith)',
      },
      [paths, paths],
      (p, q) => ({ left: [matches(q)(p), matches(p)(p)], right: [p === q, true] }),
    ),
    law(exactly)(
      {
        name: 'stars',
        equation:
          '** is always true; * is true for one key; d* and *l by the ends of the key; ** between is any number, 0 too',
        reason: 'a star keeps to its key',
        bug: '* that crossed a /: weight decay for a whole subtree',
      },
      [paths],
      (p) => {
        const keys = p.split('/')
        const [first = '', last = ''] = [keys[0], keys.at(-1)]
        return {
          left: [
            matches('**')(p),
            matches('*')(p),
            matches('d*')(p),
            matches('*l')(p),
            matches(`${first}/**`)(p),
            matches(`**/${last}`)(p),
            matches(`${first}/**/${last}`)(p),
            matches(keys.map(() => '*').join('/'))(p),
          ],
          right: [
            true,
            keys.length === 1,
            keys.length === 1 && p.startsWith('d'),
            keys.length === 1 && p.endsWith('l'),
            matches(`${first}/**`)(p), // whether ** may be nothing at the end is its own affair, and asked below
            true,
            keys.length > 1,
            true,
          ],
        }
      },
    ),
    law(exactly)(
      {
        name: 'stars within a key',
        equation: 'a*b*c fits what begins with a, has b after it, and ends with c after that, nothing shared',
        reason: 'layers are numbered and their parts are not: block_*_attn',
        bug: 'aba for the pattern ab*ba: the beginning and the end were looked for on their own, and shared a letter',
      },
      [
        fc.array(fc.constantFrom('a', 'b', '*'), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
        fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 6 }).map((letters) => letters.join('')),
        fc.constantFrom('', 'dense/'),
        fc.tuple(fc.nat(), fc.nat()),
      ],
      (pattern, key, above, [i, j]) => {
        fc.pre(!pattern.includes('**'))
        // of the key's own letters: some may be in both ends
        const ends = `${key.slice(0, i % (key.length + 1))}*${key.slice(j % (key.length + 1))}`
        return {
          left: [pattern, ends].map((one) => matches(above + one)(above + key)),
          right: [pattern, ends].map((one) => new RegExp(`^${one.replaceAll('*', '.*')}$`).test(key)),
        }
      },
    ),
    law(exactly)(
      {
        name: 'several patterns',
        equation: 'matches(q, r)(p) = matches(q)(p) or matches(r)(p) = matches(r, q, q)(p)',
        reason: 'a list of patterns is a set',
      },
      [paths, patterns, patterns],
      (p, q, r) => {
        const either = matches(q)(p) || matches(r)(p)
        return { left: [matches(q, r)(p), matches(r, q, q)(p)], right: [either, either] }
      },
    ),
    law(exactly)(
      {
        name: 'a function of the path',
        equation: 'matches(q)(p) is the same, whatever was asked before',
        reason: 'masks are asked again at each resumed run',
        bug: 'a regular expression with the flag g: true and false by turns',
      },
      [fc.array(paths, { minLength: 1, maxLength: 4 }), patterns],
      (all, q) => {
        const asked = matches(q)
        return {
          left: [all.map(asked), all.map(asked)],
          right: [all.map((p) => matches(q)(p)), all.map((p) => matches(q)(p))],
        }
      },
    ),
  ],
})
