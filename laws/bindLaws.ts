import { type DescribeOptions, lawTests } from './lawTests.js'
import type { Suite } from './Suite.js'

/** Makes one test. */
export type MakeTest = (name: string, body: () => Promise<void>) => unknown

/** What a test runner must be able to do: node:test, jest, vitest, bun:test, mocha and their kin are such as they are. */
export interface LawRunner {
  readonly describe: (name: string, body: () => void) => unknown
  /** `skip` makes a test that shows as skipped; without it a law that is left out makes none. */
  readonly test: MakeTest & { readonly skip?: MakeTest }
}

/** `describeLaws` for any test runner: a function that makes a test of every law of a suite and of its parents. A law that
 *  fails shows both sides and a small counterexample.
 *
 *  The runner's own limit of time holds for each test: ask for fewer cases (`numRuns`), or set it.
 *
 *  @throws `TypeError` for what is no runner, and, when it is called, for a name in `except` that no law has.
 *  @example
 *  ```ts
 *  import { describe, test } from 'node:test'
 *  const describeLaws = bindLaws({ describe, test })
 *  describeLaws(averagingLaws(), { numRuns: 5 })
 *  ```
 */
export const bindLaws = ({ describe, test }: LawRunner) => {
  const made: readonly unknown[] = [describe, test]
  if (!made.every((one) => typeof one === 'function'))
    throw new TypeError('bindLaws: pass { describe, test } of a test runner, both functions')
  return (suite: Suite, options: DescribeOptions = {}): void => {
    const tests = lawTests('describeLaws', suite, options)
    describe(suite.name, () => {
      for (const { name, skipped, check } of tests)
        if (skipped) test.skip?.(name, async () => undefined)
        // runners pass over what a test gives, and some types allow nothing; the binding to vitest counts the cases
        else test(name, check as () => Promise<unknown> as () => Promise<void>)
    })
  }
}
