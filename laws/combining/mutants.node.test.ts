import { either as E } from 'fp-ts'
import { expect, test } from 'vitest'
import { byPath } from '../../src/combinators/byPath.js'
import { chain } from '../../src/combinators/chain.js'
import { lookahead } from '../../src/combinators/lookahead.js'
import { masked } from '../../src/combinators/masked.js'
import { multiSteps } from '../../src/combinators/multiSteps.js'
import { applyIfFinite } from '../../src/combinators/applyIfFinite.js'
import { hide } from '../../src/combinators/transformations.js'
import { scale } from '../../src/transforms/scale.js'
import { setToZero } from '../../src/transforms/setToZero.js'
import { zeroNans } from '../../src/transforms/zeroNans.js'
import { applyIfFiniteLaws } from '../applyIfFiniteLaws.js'
import { chainLaws } from '../chainLaws.js'
import { checkLaw } from '../checkLaws.js'
import { lookaheadLaws } from '../lookaheadLaws.js'
import { maskedLaws } from '../maskedLaws.js'
import { multiStepsLaws } from '../multiStepsLaws.js'
import { partitionLaws } from '../partitionLaws.js'
import { lawsOf, type Suite } from '../Suite.js'
import { swapLaws } from '../swapLaws.js'

/** Bugs of combinators and swaps, each with the law that catches it. */
const mutants: readonly (readonly [bug: string, caughtBy: string, suite: Suite])[] = [
  ['a chain that runs from its end', 'composition', chainLaws({ concat: (a, b) => hide(chain(b, a)) })],
  ['a chain that drops its last part', 'right unit', chainLaws({ concat: (_, b) => b })],
  ['an identity that stops everything', 'left unit', chainLaws({ empty: () => hide(setToZero()) })],
  ['a mask that is read the other way round', 'all', maskedLaws({ mask: (shows, otherwise) => (tx) => hide(masked({ mask: byPath((path) => !shows(path)), otherwise })(tx)) })],
  ['a mask that hides nothing', 'none', maskedLaws({ mask: () => (tx) => tx })],
  ['hidden leaves passed on where they should be zero', 'none', maskedLaws({ mask: (shows) => (tx) => hide(masked({ mask: byPath((path) => shows(path)) })(tx)) })],
  ['one transformation for every group', 'masks', partitionLaws({ split: (transforms) => Object.values(transforms)[0] ?? hide(scale({ stepSize: 1 })) })],
  ['the sum of micro-batches for their mean', 'equal gradients', multiStepsLaws({ accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k })(chain(scale({ stepSize: k }), tx))) })],
  ['a step after k + 1 micro-batches', 'one', multiStepsLaws({ accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k + 1 })(tx)) })],
  ['nothing accumulated: a small step for each micro-batch', 'equal gradients', multiStepsLaws({ accumulate: (k) => (tx) => hide(chain(scale({ stepSize: 1 / k }), tx)) })],
  ['no guard', 'rejected', applyIfFiniteLaws({ guard: () => (tx) => tx })],
  ['NaN made zero, the step taken and counted', 'rejected', applyIfFiniteLaws({ guard: () => (tx) => hide(chain(zeroNans(), tx)) })],
  ['a guard that gives up at once', 'rejected', applyIfFiniteLaws({ guard: () => (tx) => hide(applyIfFinite({ maxConsecutiveErrors: 0 })(tx)) })],
  ['a guard that rejects everything', 'finite', applyIfFiniteLaws({ guard: () => () => hide(setToZero()) })],
  ['1 − α for α', 'all the way', lookaheadLaws({ follow: (syncPeriod, alpha) => (tx) => hide(lookahead({ syncPeriod, slowStepSize: 1 - alpha })(tx)) })],
  ['slow weights that nobody looks at', 'nowhere', lookaheadLaws({ follow: () => (tx) => tx })],
  ['slow weights that follow a step too early', 'between', lookaheadLaws({ follow: (k, slowStepSize) => (tx) => hide(lookahead({ syncPeriod: Math.max(1, k - 1), slowStepSize })(tx)) })],
  ['a swap that copies one way', 'exchange', swapLaws({ swap: (now) => ({ ...now, params: now.state.average }) })],
  ['a swap that does nothing', 'exchange', swapLaws({ swap: (now) => now })],
  ['a swap that resets the count', 'exchange', swapLaws({ swap: (now) => ({ ...now, params: now.state.average, state: { ...now.state, average: now.params, count: 0 } }) })],
]

test.each(mutants)('%s: caught by "%s"', async (_, caughtBy, suite) => {
  const placed = lawsOf(suite).find(({ law }) => law.name === caughtBy)
  if (placed === undefined) throw new Error(`no law is called "${caughtBy}"`)
  const found = await checkLaw(placed, { numRuns: 300, seed: 1, shrink: false })()
  expect(E.isLeft(found) && 'left' in found.left.outcome).toBe(true)
})
