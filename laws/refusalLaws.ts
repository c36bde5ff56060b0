import { knownOnly } from '../src/scalars/knownOnly.js'
import { exactly } from './Agreement.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

/** A call, and the words that must stand in what is said when it is refused: the place, or the kind of the error. */
export type Refused = readonly [attempt: () => unknown, ...words: string[]]

/** What takes arguments of whatever kind: trees, states, schemes, lists. */
export interface RefusalSubject {
  /** How it is called: each message must say so. */
  readonly name: string
  /** Calls that it must refuse. Tensors among their arguments are made once, outside of them. */
  readonly refused: readonly Refused[]
  /** Calls just on the other side of where it refuses; what they make they must dispose.
   *
   *  @defaultValue none */
  readonly taken?: readonly (() => unknown)[]
}

/** The laws of what is refused: by name, in words that say the place, without a tensor left behind; and no more than
 *  that. Of options `constructorLaws` asks the like.
 *
 *  @example
 *  await checkLaws(refusalLaws({
 *    name: 'pooledStatistics',
 *    refused: [[() => pooledStatistics([]), 'RangeError', 'no batches']],
 *  })) */
export const refusalLaws = (given: RefusalSubject): Suite => lawsOf(known(given))

const lawsOf = ({ name, refused, taken = [] }: RefusalSubject): Suite => ({
  name: `refusals of ${name}`,
  laws: [
    law(exactly)(
      {
        name: 'refuses what it must',
        equation: 'a call that means nothing ⇒ it throws, and says its name and the place',
        reason: 'what is made of a mistake is a mistake that nobody sees',
        bug: 'an average of no batches: NaN in the statistics of every layer, found a day later',
        share: 0,
      },
      [],
      () =>
        differing(refused, async ([attempt, ...words]) => {
          const said = await heard(attempt)
          const wanted = `refused, saying ${[name, ...words].join(', ')}: ${told(attempt)}`
          if (said === undefined) return [`taken: ${told(attempt)}`, wanted]
          const missed = [name, ...words].filter((word) => !said.includes(word))
          return [missed.length === 0 ? wanted : `refused without ${missed.join(', ')}: ${said}`, wanted]
        }),
    ),
    ...(taken.length === 0
      ? []
      : [
          law(exactly)(
            {
              name: 'takes what it can',
              equation: 'a call at the edge of what is refused ⇒ it does not throw',
              reason: 'a check that is too strict takes away what was promised',
              bug: 'a loss of exactly 0, refused as if there were none',
              share: 0,
            },
            [],
            () =>
              differing(taken, async (attempt) => {
                const said = await heard(attempt)
                return [said === undefined ? `taken: ${told(attempt)}` : `refused: ${said}`, `taken: ${told(attempt)}`]
              }),
          ),
        ]),
  ],
})

/** What is and what should be, of those alone where it is not the same: a failure shows no others. */
const differing = async <A>(
  all: readonly A[],
  both: (one: A) => Promise<readonly [is: string, should: string]>,
): Promise<{ readonly left: readonly string[]; readonly right: readonly string[] }> => {
  const found = (await Promise.all(all.map(both))).filter(([is, should]) => is !== should)
  return { left: found.map(([is]) => is), right: found.map(([, should]) => should) }
}

/** A call as it was written. */
const told = (attempt: () => unknown): string => {
  // as it was written, not as a bundler has it
  const text = String(attempt)
    .replaceAll(/\(0, ?__vite_ssr_import_\d+__\.(\w+)\)/g, '$1')
    .replaceAll(/\s+/g, ' ')
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}

/** What the error says; nothing where none was thrown. */
const heard = async (attempt: () => unknown): Promise<string | undefined> => {
  try {
    await attempt()
    return undefined
  } catch (cause) {
    return String(cause)
  }
}

const known = knownOnly<RefusalSubject>('refusalLaws', { name: 'required', refused: 'required', taken: true })
