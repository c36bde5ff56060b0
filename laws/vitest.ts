import { describe, test } from 'vitest'
import { bindLaws } from './bindLaws.js'
import { tell } from './tally.js'

export { type DescribeOptions } from './lawTests.js'

/** Makes a vitest test of every law of a suite and of its parents. A law that fails shows both sides and a small
 *  counterexample. `bindLaws` of `polyak/laws` makes the same for any other runner.
 *
 *  Names of tests are stable: they hold the law and its equation, no seed.
 *
 *  @throws `TypeError` for a name in `except` that no law has.
 *  @example describeLaws(averagingLaws({ lift: mine }), { numRuns: 50 }) */
export const describeLaws = bindLaws({
  describe,
  test: Object.assign(
    (name: string, body: () => Promise<unknown>) =>
      // oxlint-disable-next-line vitest/expect-expect -- the law is its assertion
      test(name, async ({ task }) => tell(task.meta, { law: { number: 1, cases: Number(await body()) } })),
    { skip: test.skip },
  ),
})
