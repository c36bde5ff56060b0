import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import { treeMapParams } from '../src/combinators/treeMapParams.js'
import { hide } from '../src/combinators/transformations.js'
import { adam } from '../src/optimizers/adam.js'
import { sgd } from '../src/optimizers/sgd.js'
import { chain } from '../src/combinators/chain.js'
import type { AnyTransformation, Opaque, Transformation } from '../src/transformation/Transformation.js'
import fc from 'fast-check'
import { exactly } from './Agreement.js'
import { type Training, trainings } from './arbitraries/training.js'
import { scaleByDog } from '../src/transforms/scaleByDog.js'
import { law } from './Law.js'
import { isNumbers, numbersFrom, tidily } from './Numbers.js'
import type { Suite } from './Suite.js'
import { started, walked } from './walked.js'

/** How a function is applied to what stands for a parameter in a state; by default `treeMapParams`. */
export interface SlotMapSubject {
  readonly mapSlots: (tx: AnyTransformation, f: (slot: tf.Tensor) => tf.Tensor) => (state: unknown) => unknown
}

const tx = fc.constantFrom(
  hide(adam({ learningRate: 0.1 })),
  hide(sgd({ learningRate: 0.1, momentum: 0.5 })),
  hide(chain(adam({ learningRate: 0.1 }), sgd({ learningRate: 0.1, momentum: 0.5 }))),
)

/** The laws of maps over the slots of a state.
 *
 *  @example await checkLaws(slotMapLaws()) */
export const slotMapLaws = (given: Partial<SlotMapSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({ mapSlots = (of, f) => (state) => treeMapParams(of, f)(state) }: Partial<SlotMapSubject>): Suite => ({
  name: 'maps over slots',
  laws: [
    law(exactly)(
      {
        name: 'identity and composition',
        equation: 'map(x → x) = identity;  map(f) ∘ map(g) = map(f ∘ g)',
        reason: 'a state is moved to another device or type, and nothing else happens to it',
      },
      [tx, trainings()],
      (of, training) =>
        tidily(() => {
          const state = trained(of, training)
          const [twice, negated] = [(x: tf.Tensor) => tf.mul(x, 2), (x: tf.Tensor) => tf.neg(x)]
          return {
            left: numbersFrom([
              mapSlots(of, (x) => tf.clone(x))(state),
              mapSlots(of, negated)(mapSlots(of, twice)(state)),
            ]),
            right: numbersFrom([state, mapSlots(of, (x) => negated(twice(x)))(state)]),
          }
        }),
    ),
    law(exactly)(
      {
        name: 'every slot, and no count',
        equation: 'map(x → 0·x) makes every tensor of moments zero, and leaves every number as it is',
        reason: 'moments are reset, counts are not',
        bug: 'counts mapped with the moments: the bias correction began anew',
      },
      [tx, trainings({ minSteps: 2 })],
      (of, training) =>
        tidily(() => {
          const state = trained(of, training)
          return {
            left: numbersFrom(mapSlots(of, (x) => tf.zerosLike(x))(state)),
            right: zeroed(numbersFrom(state)),
          }
        }),
    ),
    law(exactly)(
      {
        name: 'numbers of the whole tree',
        equation: 'map(x → 0·x) leaves what is one number for all parameters as it is',
        reason: 'an estimate of a distance is no moment, and has no place among the leaves',
        bug: 'every tensor of a state mapped: the estimated rate of Prodigy, set to zero, never rose again',
        presumes: ['every slot, and no count'],
      },
      [trainings({ minSteps: 1, missing: false })],
      (training) =>
        tidily(() => {
          const dog = hide(scaleByDog({ initStep: ['distance', 0.5] }))
          const state = trained(dog, training)
          const [before, after] = [numbersFrom(state), numbersFrom(mapSlots(dog, (x) => tf.zerosLike(x))(state))]
          const numbers = (of: unknown) =>
            ['maxDist', 'sumSqNormGrads'].map((key) => Object.getOwnPropertyDescriptor(of, key)?.value as unknown)
          return { left: numbers(after), right: numbers(before) }
        }),
    ),
  ],
})

const trained = (of: Transformation<Opaque>, { params, grads }: Training): unknown =>
  walked(of, started(of, params), grads).state

const zeroed = (value: unknown): unknown =>
  isNumbers(value)
    ? { shape: value.shape, values: value.values.map(() => 0) }
    : Array.isArray(value)
      ? value.map(zeroed)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, zeroed(child)]))
        : value

const known = knownOnly<Partial<SlotMapSubject>>('slotMapLaws', { mapSlots: true })
