import type { DescribeOptions } from '../lawTests.js'
import type { Suite } from '../Suite.js'
import { whole } from './part.js'

/** By default every second law of the suites that a suite is made of, for the next row of a table the others: each law is
 *  asked of half of the rows, and each row half of the laws. With what is excepted of them. */
export const someLaws = (
  suite: Suite,
  row: number,
  except: NonNullable<DescribeOptions['except']>,
): readonly [suite: Suite, except: NonNullable<DescribeOptions['except']>] => {
  if (whole) return [suite, except]
  const parents = (suite.parents ?? []).map((parent, k) => ({
    ...parent,
    laws: parent.laws.filter((_, i) => (row + k + i) % 2 === 0),
  })) // a suite may stand on its own
  const names = new Set([...suite.laws, ...parents.flatMap(({ laws }) => laws)].map(({ name }) => name))
  return [{ ...suite, parents }, Object.fromEntries(Object.entries(except).filter(([name]) => names.has(name)))]
}
