import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { matching } from '../src/combinators/matching.js'
import { exactly } from './Agreement.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** How paths are chosen by patterns, `*` for anything within a key and `**` for any number of keys; by default
 *  `matching`. */
export interface PatternSubject {
  readonly matches: (...patterns: readonly string[]) => (path: string) => boolean
  /** Whether `**` at the end stands for a key at least: `dense/**` is what is in dense, and not dense itself.
   *
   *  @defaultValue true, where `matches` is left out, too; else nothing is asked */
  readonly below?: boolean
}

const key = fc.constantFrom('a', 'b', 'dense', 'dense_1', 'w', 'kernel', '0', 'a.b', 'w*', '(x)')
const plainKey = key.filter((name) => !name.includes('*'))
const paths = fc.array(plainKey, { minLength: 1, maxLength: 4 }).map((keys) => keys.join('/'))
const patterns = fc
  .array(fc.oneof(plainKey, fc.constantFrom('*', '**', 'd*', '*e*', '*l')), { minLength: 1, maxLength: 4 })
  .map((keys) => keys.join('/'))

/** The laws of patterns of paths.
 *
 *  @example await checkLaws(patternLaws()) */
export const patternLaws = (given: Partial<PatternSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  matches = matching,
  below = matches === matching ? true : undefined,
}: Partial<PatternSubject>): Suite => ({
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
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      ],
      (drawn, key, above, [i, j], stars) => {
        const pattern = drawn.replaceAll(/\*+/g, '*')
        // of the key's own letters: some may be in both ends
        const ends = `${key.slice(0, i % (key.length + 1))}*${key.slice(j % (key.length + 1))}`
        // the key with stars for some of its letters, and keys that lack a letter, or have one more
        const holes = [...key]
          .map((letter, at) => (stars[at] === true ? '*' : letter))
          .join('')
          .replaceAll(/\*+/g, '*')
        const at = i % key.length
        const keys = [key, key.slice(0, at) + key.slice(at + 1), `${key.slice(0, at)}a${key.slice(at)}`].filter(Boolean)
        const each = [pattern, ends, holes].flatMap((one) => keys.map((name) => [one, name] as const))
        return {
          left: each.map(([one, name]) => matches(above + one)(above + name)),
          right: each.map(([one, name]) => regular(one).test(name)),
        }
      },
    ),
    ...(below === undefined
      ? []
      : [
          law(exactly)(
            {
              name: 'what is below',
              equation: below
                ? 'q/** matches what q matches and a key or more; not what q matches alone'
                : 'q/** matches what q matches, and any keys below it',
              reason: 'a layer, and what is in it, are told apart, or are not: one must know which',
              bug: 'dense/** took the variable dense, too',
              presumes: ['stars'],
            },
            [paths, patterns.filter((q) => !q.includes('**'))],
            (p, q) => {
              const keys = p.split('/')
              const above = [...keys.keys()].some((i) => i > 0 && matches(q)(keys.slice(0, i).join('/')))
              return {
                left: [matches(`${q}/**`)(p), matches(`${p}/**`)(p), matches(`${p}/**`)(`${p}/w`)],
                right: [above || (!below && matches(q)(p)), !below, true],
              }
            },
          ),
        ]),
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
        name: 'key by key',
        equation:
          'patterns with a beginning in common match what any of them does by itself; ** before a key is any number of keys',
        reason: 'what several patterns share is looked for once',
        bug: 'the second pattern of dense/*/kernel and dense/*/bias took the place of the first',
      },
      [
        fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 4 }).map((keys) => keys.join('/')),
        fc.array(fc.constantFrom('a', 'a*', '*', '**'), { maxLength: 2 }),
        fc.array(
          fc.tuple(
            fc.array(fc.constantFrom('a', 'b', '*', '**', 'a*'), { maxLength: 1 }),
            fc.constantFrom('a', 'b', '*', '*b'),
          ),
          { minLength: 1, maxLength: 4 },
        ),
      ],
      (p, shared, drawn) => {
        const all = drawn.map(([keys, end]) => [...shared, ...keys, end])
        const right = all.map((keys) => {
          const text = keys.map((one) => (one === '**' ? '(?:[^/]+/)*' : `${one.replaceAll('*', '[^/]*')}/`)).join('')
          return new RegExp(`^${text}$`).test(`${p}/`)
        })
        const texts = all.map((keys) => keys.join('/'))
        return {
          left: [matches(...texts)(p), texts.map((one) => matches(one)(p))],
          right: [right.some(Boolean), right],
        }
      },
    ),
    law(exactly)(
      {
        name: 'what is no pattern',
        equation: 'a key without letters, at an end or between ⇒ it throws, and shows the pattern',
        reason: 'a pattern that can match nothing is a mistake in writing',
        bug: '/dense/kernel, as file systems write it, matched nothing: nothing was decayed',
      },
      [
        patterns,
        fc.constantFrom(
          (q: string) => `/${q}`,
          (q: string) => `${q}/`,
          (q: string) => `a//${q}`,
          () => '',
        ),
      ],
      (q, spoilt) => {
        const wrong = spoilt(q)
        try {
          return { left: matches(q, wrong)('a'), right: 'an error' }
        } catch (cause) {
          const text = cause instanceof Error ? cause.message : String(cause)
          return { left: text.includes(`"${wrong}"`) ? 'shown' : text, right: 'shown' }
        }
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

const regular = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll('*', '.*')}$`)

const known = knownOnly<Partial<PatternSubject>>('patternLaws', { matches: true, below: true })
