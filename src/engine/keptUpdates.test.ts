import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { uniform } from '../averaging/schemes/uniform.js'
import { withBestAverage } from '../averaging/withBestAverage.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { withOuAverage } from '../averaging/withOuAverage.js'
import { applyIfFinite } from '../combinators/applyIfFinite.js'
import { cautious } from '../combinators/cautious.js'
import { chain } from '../combinators/chain.js'
import { lookahead } from '../combinators/lookahead.js'
import { mechanize } from '../combinators/mechanize.js'
import { sam } from '../combinators/sam.js'
import { hide } from '../combinators/transformations.js'
import { radam } from '../optimizers/radam.js'
import { sgd } from '../optimizers/sgd.js'
import { sophia } from '../optimizers/sophia.js'
import { identity } from '../transformation/identity.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { trace } from '../transforms/trace.js'
import { tensorsOf } from '../tree/tensorsOf.js'

const passing = plain({ name: 'passing', init: () => ({}), update: (updates, state) => [updates, state] })
const moving = withMovingAverage({ decay: 0.5 })
const skipping = applyIfFinite({ maxConsecutiveErrors: 1 })
const meeting = lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })
const momentum = trace({ decay: 0.5 })
const curved = sophia({ learningRate: 0.1, updateInterval: 1 })

interface Handed {
  readonly metric: number
  readonly curvature: () => object
}
type Any = Transformation<Opaque, Handed>

/** Five steps: what is made and not in the result is told, step by step. */
const run = (optimizer: Any) => {
  const params = { w: tf.tensor1d([1, 2]) }
  const gradients = Array.from({ length: 5 }, (_, t) => ({ w: tf.tensor1d([t - 1, 0.5]) }))
  const left: number[] = []
  let now = { params, state: optimizer.init(params) }
  const all = new Set<tf.Tensor>(tensorsOf([now, gradients]))
  for (const [t, grads] of gradients.entries()) {
    const before = tf.memory().numTensors
    const extra = { metric: t, curvature: () => ({ w: tf.tensor1d([2, 3]) }) }
    const next = step(optimizer)(grads, now.state, now.params, extra)
    const made = tensorsOf(next).filter((tensor) => !all.has(tensor))
    left.push(tf.memory().numTensors - before - new Set(made).size)
    made.forEach((tensor) => all.add(tensor))
    now = next
  }
  const numbers = tensorsOf(now).map((tensor) => [...tensor.dataSync()])
  all.forEach((tensor) => tensor.dispose())
  return { left, numbers }
}

const none = [0, 0, 0, 0, 0]

// An update that is read beyond what is no equation is kept by the run, and is no slot of a state.
test.each([
  ['cautious', hide(cautious()(moving(passing))), hide(cautious()(moving(identity())))],
  [
    'cautious, Ornstein-Uhlenbeck',
    hide(cautious()(withOuAverage(uniform())(passing))),
    hide(cautious()(withOuAverage(uniform())(identity()))),
  ],
  [
    'cautious, which begins anew',
    hide(meeting(cautious()(chain(passing, momentum)))),
    hide(meeting(cautious()(momentum))),
  ],
  [
    'mechanize, which begins anew',
    hide(meeting(mechanize()(moving(passing)))),
    hide(meeting(mechanize()(moving(identity())))),
  ],
  ['mechanize', hide(mechanize()(moving(passing))), hide(mechanize()(moving(identity())))],
  [
    'around a trial',
    hide(cautious()(moving(skipping(sgd({ learningRate: 0.1 }))))),
    hide(cautious()(moving(sgd({ learningRate: 0.1 })))),
  ],
])('%s: averages move as they do without what is no equation in between, and nothing is left', (_, apart, whole) => {
  const [one, other] = [run(apart), run(whole)]
  expect(one.left).toEqual(none)
  expect(other.left).toEqual(none)
  expect(one.numbers).toEqual(other.numbers)
})

test.each([
  ['lookahead', hide(meeting(curved))],
  [
    'lookahead of sam, which both begin anew at one step',
    hide(meeting(sam({ syncPeriod: 2 })(radam({ learningRate: 0.1 }), sgd({ learningRate: 0.1 })))),
  ],
  ['the best of lookahead', hide(withBestAverage({ best: 2 })(meeting(curved)))],
])('%s: slots that a part replaces in the step that made them are disposed', (_, optimizer) => {
  expect(run(optimizer).left).toEqual(none)
})
