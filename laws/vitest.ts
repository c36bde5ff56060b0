import { either as E } from 'fp-ts'
import { describe, test } from 'vitest'
import { checkLaw, type CheckOptions, failureText } from './checkLaws.js'
import { lawsOf, type Suite } from './Suite.js'
import { tell } from './tally.js'

/** How a suite is bound to vitest. */
export interface DescribeOptions extends CheckOptions {
  /** Laws that are not to be checked, by name, each with the reason. They show as skipped. */
  readonly except?: Readonly<Record<string, string>>
}

/** Makes a vitest test of every law of a suite and of its parents. A law that fails shows both sides and a small
 *  counterexample.
 *
 *  Names of tests are stable: they hold the law and its equation, no seed.
 *
 *  Throws   `TypeError` for a name in `except` that no law has.
 *  Example  `describeLaws(averagingLaws({ lift: mine }), { numRuns: 50 })` */
export const describeLaws = (suite: Suite, { except = {}, ...options }: DescribeOptions = {}): void => {
  const placed = lawsOf(suite)
  const stray = Object.keys(except).find((name) => placed.every(({ law }) => law.name !== name))
  if (stray !== undefined)
    throw new TypeError(
      `describeLaws: no law of "${suite.name}" is called "${stray}". Laws are: ${placed.map(({ law }) => law.name).join(', ')}.`,
    )
  // oxlint-disable-next-line vitest/valid-title -- the suite brings its own
  describe(suite.name, () => {
    for (const one of placed) {
      const { law } = one
      const reason = except[law.name]
      const name = `${one.suite === suite.name ? '' : `${one.suite} > `}${law.name}: ${law.equation}`
      test(
        reason === undefined ? name : `${name} (not here: ${reason})`,
        { skip: reason !== undefined },
        async ({ task }) => {
          const checked = await checkLaw(one, options)()
          if (E.isLeft(checked)) throw new Error(failureText(checked.left))
          tell(task.meta, { law: { number: 1, cases: checked.right } })
        },
      )
    }
  })
}
