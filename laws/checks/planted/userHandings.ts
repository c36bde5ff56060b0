import { applyIfFinite } from '../../../src/combinators/applyIfFinite.js'
import { byPath } from '../../../src/combinators/byPath.js'
import { lookahead } from '../../../src/combinators/lookahead.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { namedChain } from '../../../src/combinators/namedChain.js'
import { partition } from '../../../src/combinators/partition.js'
import { hide } from '../../../src/combinators/transformations.js'
import { uniform } from '../../../src/averaging/schemes/uniform.js'
import { withAverage } from '../../../src/averaging/withAverage.js'
import { applyIfFiniteLaws } from '../../applyIfFiniteLaws.js'
import { followsHistory } from '../../averaging/followsHistory.js'
import { lookaheadLaws } from '../../lookaheadLaws.js'
import { multiStepsLaws } from '../../multiStepsLaws.js'
import { namedChainLaws } from '../../namedChainLaws.js'
import { partitionLaws } from '../../partitionLaws.js'
import type { Suite } from '../../Suite.js'
import { asked, userMade, type Wrapped } from './usersWay.js'

type Row = readonly [bug: string, caughtBy: string, suite: Suite]

/** What calls `update(updates, state, params)` and no more: what is inside is told nothing. */
const deaf = (tx: Wrapped): Wrapped =>
  userMade<unknown>(
    'deaf',
    (params) => tx.init(params as never), // a tree
    (g, s, params) => asked(tx, g, s, params),
  )

/** What is told with a step, and lost on the way in. */
export const userHandings: readonly Row[] = [
  [
    'lookahead around a line search that is told no loss',
    'handed in',
    lookaheadLaws({
      follow: (syncPeriod, slowStepSize) => (tx) => hide(lookahead({ syncPeriod, slowStepSize })(deaf(tx))),
    }),
  ],
  [
    'accumulation whose optimizer is told nothing',
    'handed in',
    multiStepsLaws({ accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(deaf(tx))) }),
  ],
  [
    'a guard around a schedule by the metric that is told no metric',
    'handed in',
    applyIfFiniteLaws({ guard: (most) => (tx) => hide(applyIfFinite({ maxConsecutiveErrors: most })(deaf(tx))) }),
  ],
  [
    'named parts of which the first alone is told',
    'handed in',
    namedChainLaws({
      named: (parts) =>
        hide(
          namedChain(Object.fromEntries(Object.entries(parts).map(([name, tx], i) => [name, i === 0 ? tx : deaf(tx)]))),
        ),
    }),
  ],
  [
    'groups of which one is told nothing',
    'handed in',
    partitionLaws({
      split: (transforms, label) =>
        hide(
          partition({
            transforms: Object.fromEntries(
              Object.entries(transforms).map(([name, tx]) => [name, name === 'b' ? deaf(tx) : tx]),
            ),
            paramLabels: byPath((path) => label(path)),
          }),
        ),
    }),
  ],
  [
    'an average whose optimizer is told nothing',
    'handed in',
    followsHistory((tx) => withAverage(uniform({ includeInitial: true }))(deaf(tx as Wrapped)), {
      average: (seen) => seen.reduce((sum, x) => sum + x, 0) / seen.length,
    }),
  ],
]
