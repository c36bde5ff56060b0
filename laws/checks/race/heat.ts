import * as tf from '@tensorflow/tfjs-core'
import { numberIn } from '../../../src/engine/oneNumber.js'
import { grad } from '../../../src/training/grad.js'
import { minimize } from '../../../src/training/minimize.js'
import { hutchinsonDiagHessian } from '../../../src/transforms/hutchinsonDiagHessian.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import type { Tree } from '../../../src/tree/Tree.js'
import type { Contestant } from './contestants.js'
import type { Posed } from './Problem.js'

/** The loss that counts, after so many gradients. */
export interface Mark {
  readonly gradients: number
  readonly loss: number
}

/** How one run went. */
export interface Heat {
  /** The loss on the way, the first before any step; the last is the result: infinite where the run diverged. */
  readonly marks: readonly Mark[]
  /** Milliseconds that one gradient took, with its share of the steps. */
  readonly milliseconds: number
}

export interface HeatOptions {
  readonly posed: Posed
  readonly contestant: Contestant
  readonly rate: number
  /** How many gradients there are. */
  readonly budget: number
  /** How often the loss is measured after the start, ≥ 1. */
  readonly marks: number
  /** Milliseconds since whenever. */
  readonly clock: () => number
}

/** Runs an optimizer on a problem until its gradients are used up: each call of the loss counts as one. */
export const heat = ({ posed, contestant, rate, budget, marks: wanted, clock }: HeatOptions): Heat => {
  const spent = { gradients: 0, steps: 0 }
  const counted = (params: Tree): tf.Tensor => {
    spent.gradients += 1
    return posed.loss(params, spent.steps)
  }
  const gradFn = grad(counted) as (params: never) => unknown // of these parameters
  const curvature = hutchinsonDiagHessian({ gradFn })
  const optimizer = contestant.made(rate, budget)
  const advance = minimize(optimizer, counted, {
    donate: true,
    extra: ({ value, grads }) => ({ value, grad: grads as Tree, valueFn: counted, curvature }),
  })
  const params = posed.start()
  let now = { params, state: optimizer.init(params) }
  const measured = (): number => {
    const seen = contestant.evaluated?.(now.state, now.params) ?? now.params
    const value = tf.tidy(() => numberIn(posed.measured(seen)))
    disposeExcept(seen, now.params)
    return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY
  }
  const marks: Mark[] = [{ gradients: 0, loss: measured() }]
  let [milliseconds, last] = [0, 0]
  while (spent.gradients < budget && Number.isFinite(last)) {
    const start = clock()
    const { value, ...next } = advance(now)
    last = numberIn(value) // nothing is ahead of the clock then
    milliseconds += clock() - start
    value.dispose()
    now = next
    spent.steps += 1
    // a line search may take several at once
    while (spent.gradients >= (marks.length * budget) / wanted && marks.length <= wanted && Number.isFinite(last))
      marks.push({ gradients: spent.gradients, loss: measured() })
  }
  if (!Number.isFinite(last)) marks.push({ gradients: spent.gradients, loss: Number.POSITIVE_INFINITY })
  disposeExcept(now, null)
  return { marks, milliseconds: milliseconds / spent.gradients }
}
