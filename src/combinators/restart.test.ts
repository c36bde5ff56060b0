import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { dog } from '../optimizers/dog.js'
import { prodigy } from '../optimizers/prodigy.js'
import { sgd } from '../optimizers/sgd.js'
import { treeOnesLike } from '../tensors/treeOnesLike.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { Opaque, StateLambda, Transformation } from '../transformation/Transformation.js'
import { scaleByLbfgs } from '../transforms/scaleByLbfgs.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Tree } from '../tree/Tree.js'
import { applyIfFinite } from './applyIfFinite.js'
import { byPath } from './byPath.js'
import { chain } from './chain.js'
import { lookahead } from './lookahead.js'
import { masked } from './masked.js'
import { multiSteps } from './multiSteps.js'
import { partition } from './partition.js'
import { sam, type GradientsAt } from './sam.js'
import { hide } from './transformations.js'

interface Anchored extends StateLambda {
  readonly State: { readonly anchor: Tree; readonly steps: number }
}

/** No equation: keeps where it began, by reference. */
const anchored = plain<Anchored>({
  name: 'anchored',
  init: (params) => ({ anchor: params, steps: 0 }),
  update: (updates, { anchor, steps }) => [
    updates,
    { anchor: mapTree((x: tf.Tensor) => tf.clone(x))(anchor), steps: steps + 1 },
  ],
})

/** What keeps a copy of the parameters, in every way that a state is kept. */
const inner: Readonly<Record<string, Transformation<Opaque>>> = {
  'an equation': hide(dog({ learningRate: 1, initStep: ['distance', 0.5] })),
  'several in a chain': hide(chain(prodigy({ estimLr0: 0.1 }), dog({ learningRate: 1, initStep: ['distance', 0.5] }))),
  'no equation': hide(chain(anchored, sgd({ learningRate: 0.5, momentum: 0.5 }))),
  'vectors of leaves': hide(chain(scaleByLbfgs({ memorySize: 2 }), sgd({ learningRate: 0.5 }))),
  'under an average': hide(withMovingAverage({ decay: 0.5 })(sgd({ learningRate: 0.5 }))),
  'hidden from some leaves': hide(masked({ mask: byPath((path) => path === 'w') })(chain(anchored, prodigy({ estimLr0: 0.1 })))),
  'groups': hide(
    partition({
      transforms: { own: prodigy({ estimLr0: 0.1 }), other: dog({ learningRate: 1 }) },
      paramLabels: { w: 'own', b: 'other' },
    }),
  ),
  'gathering': hide(multiSteps({ everyKSchedule: 2 })(prodigy({ estimLr0: 0.1 }))),
  'guarded, by the host': hide(applyIfFinite({ maxConsecutiveErrors: 2 })(prodigy({ estimLr0: 0.1 }))),
  'guarded, by the device': hide(applyIfFinite({ maxConsecutiveErrors: 2, decide: 'device' })(prodigy({ estimLr0: 0.1 }))),
  'guarded, with its state': hide(
    applyIfFinite({ maxConsecutiveErrors: 2, judge: 'updatesAndState' })(chain(anchored, prodigy({ estimLr0: 0.1 }))),
  ),
} // prettier-ignore

const climb = hide(sgd({ learningRate: 0.25 }))

/** Every wrapper that restarts, and where the part lies that does. */
const wrappers: Readonly<
  Record<string, { readonly over: (tx: Transformation<Opaque>) => Transformation<Opaque, GradientsAt>; readonly key: string; readonly steps: number }>
> = {
  lookahead: {
    over: (tx) => hide(lookahead({ syncPeriod: 3, slowStepSize: 0.5, resetState: true })(tx)),
    key: 'inner',
    steps: 3,
  },
  'lookahead in lookahead': {
    over: (tx) => {
      const twice = lookahead({ syncPeriod: 1, slowStepSize: 0.5, resetState: true })
      return hide(twice(twice(tx)))
    },
    key: 'inner',
    steps: 2,
  },
  sam: { over: (tx) => hide(sam({ syncPeriod: 2 })(climb, tx)), key: 'adversary', steps: 2 },
  'sam, opaque': { over: (tx) => hide(sam({ syncPeriod: 2, opaqueMode: true })(climb, tx)), key: 'adversary', steps: 1 },
} // prettier-ignore

const shown = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree, (_, x: unknown) => (x instanceof tf.Tensor ? [...x.dataSync()] : x)))

const rows = Object.entries(wrappers).flatMap(([outer, wrapper]) =>
  Object.entries(inner).map(([name, tx]) => ({ name: `${outer}: ${name}`, tx, ...wrapper })),
)

describe.each(rows)('$name', ({ tx, over, key, steps }) => {
  // a leaf without a gradient in the last step starts again as well
  test.each([false, true])('it starts again as init does with the new parameters; one leaf missing: %s', (missing) => {
    const whole = over(tx)
    const before = tf.memory().numTensors
    const start = { w: tf.tensor1d([1, -2]), b: tf.tensor1d([3]) }
    const first = whole.init(start)
    let now = { params: start, state: first }
    for (let i = 0; i < steps; i++) {
      const grads = { w: tf.tensor1d([0.5, i + 1]), b: missing && i === steps - 1 ? null : tf.tensor1d([2 - i]) }
      const next = step(whole)(grads, now.state, now.params, { gradFn: treeOnesLike })
      disposeExcept([now, grads], [next, start, first])
      now = next
    }
    const part = (now.state as Readonly<Record<string, unknown>>)[key] // of the wrapper's record
    const again = key === 'inner' && steps === 2 ? hide(lookahead({ syncPeriod: 1, slowStepSize: 0.5 })(tx)) : tx
    const fresh = again.init(now.params)
    expect(shown(part)).toEqual(shown(fresh))
    expect(tensorsOf(part).filter((x) => tensorsOf([now.params, start]).includes(x))).toEqual([])
    disposeExcept([now, start, first, fresh], [])
    expect(tf.memory().numTensors).toBe(before)
  })
})
