import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { applyIfFinite } from '../src/combinators/applyIfFinite.js'
import { byPath } from '../src/combinators/byPath.js'
import { cautious } from '../src/combinators/cautious.js'
import { chain } from '../src/combinators/chain.js'
import { conditionallyTransform } from '../src/combinators/conditionallyTransform.js'
import { lookahead } from '../src/combinators/lookahead.js'
import { masked } from '../src/combinators/masked.js'
import { multiSteps } from '../src/combinators/multiSteps.js'
import { skipNotFinite } from '../src/combinators/skipUpdates.js'
import { hide } from '../src/combinators/transformations.js'
import { plain } from '../src/transformation/plain.js'
import type { AnyTransformation, Opaque, StateLambda, Transformation } from '../src/transformation/Transformation.js'
import { scaleByAdam } from '../src/transforms/scaleByAdam.js'
import { trace } from '../src/transforms/trace.js'
import { mapTree } from '../src/tree/mapTree.js'
import type { Tree } from '../src/tree/Tree.js'
import { treeAdd } from '../src/tensors/treeAdd.js'
import { treeScale } from '../src/tensors/treeScale.js'
import { treeSub } from '../src/tensors/treeSub.js'
import { exactly, within } from './Agreement.js'
import { type Training, trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { pathOf } from './combining/paths.js'
import { law } from './Law.js'
import type { TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'

/** A transformation whose state starts again after every so many steps, parameters going on; by default `lookahead` all
 *  the way, with `resetState`. */
export interface RestartSubject {
  readonly restart: (period: number) => (tx: Transformation<Opaque>) => Transformation<Opaque>
}

/** The laws of restarts.
 *
 *  @example await checkLaws(restartLaws()) */
export const restartLaws = (given: Partial<RestartSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  restart = (period) => (tx) => hide(lookahead({ syncPeriod: period, slowStepSize: 1, resetState: true })(tx)),
}: Partial<RestartSubject>): Suite => ({
  name: 'restarts',
  laws: [
    law(exactly)(
      {
        name: 'a training after another',
        equation:
          'restart(n)(f) on g₁ … gₘ = f on g₁ … gₙ, then f with a first state on the next n, and so on; a leaf without a gradient starts again, too',
        reason: 'nothing of the state is left, moments, counts and copies of the parameters alike',
        bug: 'moments set to zero and the count not: no bias correction after a restart;  reset once, and never again',
      },
      [exactTransformations, fc.integer({ min: 1, max: 3 }), trainings({ minSteps: 2, maxSteps: 8 })],
      (f, n, { params, grads }) => ({
        left: pathOf(restart(n)(f), { params, grads }),
        right: againAndAgain(f, n, { params, grads }),
      }),
    ),
    // the parts' own arithmetic, in two programs: a GPU rounds it as each compiles
    law(within(1e-6))(
      {
        name: 'parts of every kind',
        equation: 'the same for what is no equation, what is hidden from some leaves, gathers or guards',
        reason: 'each part keeps its memory in another way, and all of it must go',
        bug: 'moments in nested optimizers that the reset did not find;  the micro-batches of a window that was cut, counted in the next training',
        presumes: ['a training after another'],
        share: 0.25,
      },
      [fc.integer({ min: 2, max: 3 }), trainings({ missing: false, minSteps: 5, maxSteps: 7 })],
      // of each kind in each case: a part that is forgotten shows in its own kind only
      (n, training) => ({
        left: kinds.map((f) => pathOf(restart(n)(f), training)),
        right: kinds.map((f) => againAndAgain(f, n, training)),
      }),
    ),
    anewLaw((f, n) => restart(n)(f), trainings({ missing: false, minSteps: 3, maxSteps: 7 })),
    handedInLaw((f, n) => restart(n)(f), trainings({ missing: false, minSteps: 3, maxSteps: 7 })),
  ],
})

/** One training after the other, each with a first state. */
const againAndAgain = (f: AnyTransformation, n: number, { params, grads }: Training): readonly TreeSpec[] => {
  const path: TreeSpec[] = [params]
  for (let from = 0; from < grads.length; from += n)
    path.push(...pathOf(f, { params: path.at(-1) ?? null, grads: grads.slice(from, from + n) }).slice(1))
  return path
}

/** Momentum that is no equation. */
const plainMomentum = plain<PlainMomentum>({
  name: 'plain momentum',
  init: (params) => ({ m: mapTree((x: tf.Tensor) => tf.zerosLike(x))(params) }),
  update: (grads, { m }) => {
    const next = treeAdd(treeScale(0.5, m), grads)
    return [next, { m: next }]
  },
})

/** What is drawn to where it began, and is no equation. */
const homesick = plain<Homesick>({
  name: 'homesick',
  init: (params) => ({ start: mapTree((x: tf.Tensor) => tf.clone(x))(params) }),
  update: (grads, { start }, params) => [treeAdd(grads, treeScale(0.25, treeSub(start, params))), { start }],
})

interface Homesick extends StateLambda {
  readonly State: { readonly start: Tree }
}

interface PlainMomentum extends StateLambda {
  readonly State: { readonly m: Tree }
}

const momentum = trace({ decay: 0.5 })

/** Transformations that keep their memory in different ways. */
const kinds: readonly Transformation<Opaque>[] = [
  hide(plainMomentum),
  hide(homesick),
  hide(chain(homesick, momentum)),
  hide(chain(momentum, plainMomentum, momentum)),
  hide(masked({ mask: byPath((path) => path.length % 2 === 0) })(momentum)),
  hide(masked({ mask: byPath((path) => path.length % 2 === 0), otherwise: 'zero' })(plainMomentum)),
  hide(multiSteps({ everyKSchedule: 2, useGradMean: false })(momentum)),
  hide(applyIfFinite({ maxConsecutiveErrors: 1 })(momentum)),
  hide(applyIfFinite({ maxConsecutiveErrors: 1, decide: 'device' })(momentum)),
  hide(applyIfFinite({ maxConsecutiveErrors: 1, judge: 'updatesAndState' })(plainMomentum)),
  hide(scaleByAdam({ eps: 1e-3 })),
  hide(multiSteps({ everyKSchedule: 2 })(chain(momentum, plainMomentum))),
  hide(chain(conditionallyTransform({ shouldTransformFn: (count) => count % 2 === 0 })(momentum), plainMomentum)),
  hide(
    masked({ mask: byPath((path) => path.length % 2 === 0) })(
      chain(scaleByAdam({ eps: 1e-3 }), applyIfFinite({ maxConsecutiveErrors: 1 })(plainMomentum)),
    ),
  ),
  hide(multiSteps({ everyKSchedule: 2, shouldSkipUpdateFn: skipNotFinite })(momentum)),
  // what arrives is looked at again behind what is no equation
  hide(cautious({ downhill: false })(chain(momentum, plainMomentum))),
  hide(cautious({ downhill: false })(momentum)),
  hide(applyIfFinite({ maxConsecutiveErrors: 1, judge: 'updatesAndState' })(chain(momentum, plainMomentum))),
  hide(applyIfFinite({ maxConsecutiveErrors: 1, judge: 'updatesAndState', decide: 'device' })(momentum)),
  hide(lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(momentum)),
]

const known = knownOnly<Partial<RestartSubject>>('restartLaws', { restart: true })
