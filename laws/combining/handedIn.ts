import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { chain } from '../../src/combinators/chain.js'
import { hide } from '../../src/combinators/transformations.js'
import { plain } from '../../src/transformation/plain.js'
import type { AnyTransformation, Opaque, Transformation } from '../../src/transformation/Transformation.js'
import type { Stateless } from '../../src/transformation/types.js'
import { mapTree } from '../../src/tree/mapTree.js'
import { trace } from '../../src/transforms/trace.js'
import { exactly } from '../Agreement.js'
import { type Training, trainings } from '../arbitraries/training.js'
import { followed } from '../averaging/followed.js'
import { law, type Law, type LawText } from '../Law.js'

/** What every wrapper must hand on: what is told with a step reaches what is inside, at that step. `count` is what the
 *  wrapper is made with. */
export const handedInLaw = (
  make: (tx: Transformation<Opaque>, count: number) => AnyTransformation,
  cases: fc.Arbitrary<Training> = trainings({ minSteps: 3, maxSteps: 7 }),
  extra: (count: number) => object = () => ({}),
): Law =>
  law(exactly)(handedInText, [fc.integer({ min: 1, max: 4 }), cases], (count, training) => {
    let factor = 1
    const told = (t: number): object => ({ ...extra(t), told: 2 ** (t % 3) })
    const known = (t: number): object => {
      factor = 2 ** (t % 3)
      return extra(t)
    }
    const path = (tx: Transformation<Opaque>, tell: (t: number) => object) =>
      followed(make(tx, count), training, tell).map(({ params }) => params)
    return {
      left: path(scaled(toldIn), told),
      right: path(
        scaled(() => factor),
        known,
      ),
    }
  })

const handedInText: LawText = {
  name: 'handed in',
  equation: 'f that reads a number of what is told with the step = f that knows it; f is inside',
  reason: 'a loss, a metric or a total of samples is told to the outermost, and meant for what lies deep inside',
  bug: 'a wrapper that calls update(updates, state, params): line searches, Polyak steps and clocks inside of it were told nothing',
  share: 0.3,
}

/** Updates times a number that each step brings, and momentum of that. */
const scaled = (numberIn: (extra: unknown) => number): Transformation<Opaque> => {
  const part = plain<Stateless, unknown>({
    name: 'told',
    init: () => ({}),
    update: (updates, state, _params, extra) => [mapTree((g) => tf.mul(g, numberIn(extra)))(updates), state],
  })
  return hide(chain(part, trace({ decay: 0.5 })))
}

/** NaN where it was not handed in. */
const toldIn = (extra: unknown): number =>
  typeof extra === 'object' && extra !== null && 'told' in extra ? Number(extra.told) : Number.NaN
