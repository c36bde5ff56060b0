import { expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { exponential } from '../averaging/schemes/exponential.js'
import { scheduleFree } from '../averaging/scheduleFree.js'
import { scheduleFreeAdamw } from '../averaging/scheduleFreeAdamw.js'
import { scheduleFreeRadam } from '../averaging/scheduleFreeRadam.js'
import { scheduleFreeSgd } from '../averaging/scheduleFreeSgd.js'
import { withDoubleAverage } from '../averaging/withDoubleAverage.js'
import { withFeedback } from '../averaging/withFeedback.js'
import { cautious } from '../combinators/cautious.js'
import { chain } from '../combinators/chain.js'
import { mechanize } from '../combinators/mechanize.js'
import { explained } from '../transformation/explained.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { grokfast } from '../transforms/grokfast.js'
import { normalize } from '../transforms/normalize.js'
import * as optimizers from './index.js'

const o = optimizers
const learningRate = 0.1
const params = {
  kernel: { shape: [2, 3], dtype: 'float32' },
  bias: { shape: [3], dtype: 'float32' },
  scale: { shape: [], dtype: 'float32' },
}

/** Each with the number of phases that only sum before the one pass that reads and writes everything, and how many
 *  tensors like the parameters that pass writes for each leaf: numbers per leaf or tree are none, nor is a slot that stays
 *  as it is, or is the update itself. */
const rows: readonly (readonly [name: string, tx: AnyTransformation, sums: number, written: number])[] = [
  ['cautious adamw', cautious({ downhill: true })(o.adamw({ learningRate })), 1, 3],
  ['cautious lion', cautious({ downhill: true })(o.lion({ learningRate })), 1, 2],
  ['scheduleFree(sgd)', scheduleFree({ learningRate })(o.sgd({ learningRate })), 0, 2],
  ['scheduleFreeSgd', scheduleFreeSgd(), 0, 2],
  ['scheduleFreeAdamw', scheduleFreeAdamw(), 0, 4],
  ['scheduleFreeRadam', scheduleFreeRadam(), 0, 3],
  ['adopt', o.adopt({ learningRate }), 0, 3],
  ['ademamix', o.ademamix({ learningRate }), 0, 4],
  ['simplifiedAdemamix', o.simplifiedAdemamix({ learningRate }), 0, 3],
  ['acprop', o.acprop({ learningRate }), 0, 3],
  ['stableAdamw', o.stableAdamw({ learningRate }), 1, 3],
  ['laprop', o.laprop({ learningRate }), 0, 3],
  ['adabound', o.adabound({ learningRate }), 0, 3],
  ['tiger', o.tiger({ learningRate }), 0, 2],
  ['madgrad', o.madgrad({ learningRate }), 0, 3],
  ['cocob', o.cocob(), 0, 5],
  ['dog', o.dog(), 1, 1],
  ['dowg', o.dowg(), 1, 1],
  ['momo', o.momo(), 1, 2],
  ['momoAdam', o.momoAdam(), 1, 3],
  ['prodigy', o.prodigy(), 1, 4],
  ['dadaptAdamw', o.dadaptAdamw(), 1, 4],
  ['grokfast, adamw', chain(grokfast(), o.adamw({ learningRate })), 0, 4],
  ['normalize, sgd', chain(normalize(), o.sgd({ learningRate })), 1, 1],
  ['adamw with a double average', withDoubleAverage(exponential({ decay: 0.9 }))(o.adamw({ learningRate })), 0, 6],
  ['adamw fed back', withFeedback(exponential({ decay: 0.9 }), { period: 1 })(o.adamw({ learningRate })), 0, 4],
  [
    'cautious adamw with an average',
    withMovingAverage({ decay: 0.9 })(cautious({ downhill: true })(o.adamw({ learningRate }))),
    1,
    4,
  ],
]

test.each(rows)('%s is one pass', (_, tx, sums, written) => {
  const text = explained(tx, params as never) // shapes and dtypes suffice
  const count = (pattern: RegExp): number => [...text.matchAll(pattern)].length
  expect({
    apart: count(/not an equation|goes on as|is tried/g),
    classes: count(/^ *class \d+: \d+ (leaf|leaves), /gm),
    sums: count(/^ *phase \d+/gm),
    passes: count(/^ *last phase/gm),
    text,
  }).toEqual({ apart: 0, classes: 1, sums, passes: 1, text })
  const last = text.slice(text.indexOf('last phase'))
  // one kernel, or one draw, for each of the three leaves
  expect(last).toMatch(
    backendName === 'webgl'
      ? /class 1: a draw for each of 3 leaves; /
      : /class 1: a kernel of \d+ operations, run 3 times; /,
  )
  expect(Number(/writes (.*)/.exec(last)?.[1]?.split(', ').length), text).toBe(written)
})

test('mechanize is one pass, but for WebGL, whose shaders cannot write all its sums', () => {
  const text = explained(mechanize()(o.sgd({ learningRate })), params as never) // as above
  expect([...text.matchAll(/^ *(phase \d+|last phase|too wide for shaders)/gm)].map(([, line]) => line)).toEqual(
    backendName === 'webgl' ? ['too wide for shaders'] : ['phase 1', 'last phase'],
  )
})
