import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { applyIfFinite } from '../combinators/applyIfFinite.js'
import { cautious } from '../combinators/cautious.js'
import { chain } from '../combinators/chain.js'
import { lookahead } from '../combinators/lookahead.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { sam } from '../combinators/sam.js'
import { skipNotFinite } from '../combinators/skipUpdates.js'
import { hide } from '../combinators/transformations.js'
import { adam } from '../optimizers/adam.js'
import { sgd } from '../optimizers/sgd.js'
import { sophia } from '../optimizers/sophia.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { trace } from '../transforms/trace.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'

interface Handed {
  readonly curvature: () => object
}
type Any = Transformation<Opaque, Handed>

/** Six steps, one with a gradient that is not finite: how many tensors are there beside those in use, step by step, and
 *  how many of those in use are disposed. */
const run = (optimizer: Any, donate: boolean) => {
  const base = tf.memory().numTensors
  const params = { w: tf.tensor1d([1, 2]) }
  const told: (readonly [over: number, gone: number])[] = []
  let now = { params, state: optimizer.init(params) }
  for (let t = 0; t < 6; t++) {
    const grads = { w: tf.tensor1d([t === 4 ? Number.NaN : t - 1, 0.5]) }
    const next = step(optimizer, { donate })(grads, now.state, now.params, {
      curvature: () => ({ w: tf.tensor1d([2, 3]) }),
    })
    const inUse = new Set(tensorsOf(donate ? [next, grads] : [now, next, grads]))
    told.push([tf.memory().numTensors - base - inUse.size, [...inUse].filter((one) => one.isDisposed).length])
    disposeExcept(donate ? grads : [now, grads], next)
    now = next
  }
  const numbers = tensorsOf(now).map((tensor) => [...tensor.dataSync()])
  disposeExcept(now, null)
  return { told, numbers, left: tf.memory().numTensors - base }
}

const none = Array.from({ length: 6 }, () => [0, 0])

const restarting = lookahead({ syncPeriod: 2, slowStepSize: 0.5, resetState: true })
const skipping = multiSteps({ everyKSchedule: 1, shouldSkipUpdateFn: skipNotFinite })
const onHost = applyIfFinite({ maxConsecutiveErrors: 1 })
const judging = applyIfFinite({ maxConsecutiveErrors: 1, judge: 'updatesAndState' })
const onDevice = applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })
const sharp = () => sam({ syncPeriod: 2 })(sgd({ learningRate: 0.1, momentum: 0.5 }), adam({ learningRate: 0.1 }))
const curved = () => sophia({ learningRate: 0.1, updateInterval: 1 })
const passing = () => plain({ name: 'passing', init: () => ({}), update: (updates, state) => [updates, state] })

// What an earlier run of a step has made is nobody's once a later run replaces it.
const cases: Readonly<Record<string, () => Any>> = {
  'a fork behind sam': () => hide(restarting(chain(sharp(), skipping(trace({ decay: 0.5 }))))),
  'another fork behind sam': () => hide(restarting(chain(sharp(), onHost(trace({ decay: 0.5 }))))),
  'a trial behind sam': () => hide(restarting(chain(sharp(), onDevice(trace({ decay: 0.5 }))))),
  'a trial on the host behind sam': () => hide(restarting(chain(sharp(), judging(trace({ decay: 0.5 }))))),
  'two forks behind sam': () => hide(restarting(chain(sharp(), onHost(skipping(trace({ decay: 0.5 })))))),
  'sam between forks': () => hide(restarting(chain(onHost(passing()), sharp(), skipping(trace({ decay: 0.5 }))))),
  'sam and a fork in a trial': () => hide(onDevice(restarting(chain(sharp(), skipping(trace({ decay: 0.5 })))))),
  'sam and a fork in a trial on the host': () =>
    hide(judging(restarting(chain(sharp(), skipping(trace({ decay: 0.5 })))))),
  'sam and a trial in a fork': () => hide(onHost(restarting(chain(sharp(), onDevice(trace({ decay: 0.5 })))))),
  'a kept update behind sam': () =>
    hide(restarting(chain(sharp(), cautious()(chain(passing(), trace({ decay: 0.5 })))))),
  'sophia in front of a fork': () => hide(restarting(chain(curved(), skipping(trace({ decay: 0.5 }))))),
  'sophia in sam, in front of a trial': () =>
    hide(restarting(chain(sam()(curved(), sgd({ learningRate: 0.1, momentum: 0.5 })), onDevice(curved())))),
}

test.each(Object.entries(cases))('%s', (_, make) => {
  const pure = run(make(), false)
  expect(pure.told).toEqual(none)
  expect(pure.left).toBe(0)
  const donated = run(make(), true)
  expect(donated.told).toEqual(none)
  expect(donated).toEqual(pure)
})
