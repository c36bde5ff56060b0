import { knownOnly } from '../src/scalars/knownOnly.js'
import { either as E } from 'fp-ts'
import { checkLaw, type CheckOptions, following, shared } from './checkLaws.js'
import type { Failure } from './Failure.js'
import { failureText } from './failureText.js'
import { lawsOf, type Suite } from './Suite.js'

/** How a suite is bound to a test runner. */
export interface DescribeOptions extends Omit<CheckOptions, 'only' | 'path'> {
  /** Laws that are not to be checked, by name, each with the reason. They show as skipped. Default: none. */
  readonly except?: Readonly<Record<string, string>>
}

/** A law as a test. */
export interface LawTest {
  /** The suite it comes from, where that is a parent, the law and its equation: no seed, so that it is stable. */
  readonly name: string
  readonly skipped: boolean
  /** The number of cases that it held for; throws what `failureText` says. */
  readonly check: () => Promise<number>
}

/** The tests of a suite and of its parents.
 *
 *  @throws `TypeError` for a name in `except` that no law has, and for an option that is not known. */
export const lawTests = (where: string, suite: Suite, given: DescribeOptions): readonly LawTest[] => {
  const { except = {}, ...options } = knownOnly<DescribeOptions>(where, names)(given)
  const placed = lawsOf(suite)
  const stray = Object.keys(except).find((name) => placed.every(({ law }) => law.name !== name))
  if (stray !== undefined)
    throw new TypeError(
      `${where}: no law of "${suite.name}" is called "${stray}". Laws are: ${placed.map(({ law }) => law.name).join(', ')}.`,
    )
  const failures: Failure[] = [] // in the order in which the tests run
  return placed.map((one) => {
    const { law } = one
    const reason = except[law.name]
    const name = `${one.suite === suite.name ? '' : `${one.suite} > `}${law.name}: ${law.equation}`
    return {
      name: reason === undefined ? name : `${name} (not here: ${reason})`,
      skipped: reason !== undefined,
      check: async () => {
        const checked = await checkLaw(one, shared(options, placed.length))()
        if (E.isRight(checked)) return checked.right
        const failure = following(failures)(checked.left)
        failures.push(failure)
        throw new Error(failureText(failure))
      },
    }
  })
}

const names = { numRuns: true, seed: true, shrink: true, seconds: true, except: true } as const
