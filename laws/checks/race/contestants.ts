import { scheduleFreeAdamw } from '../../../src/averaging/scheduleFreeAdamw.js'
import { scheduleFreeEvalParams } from '../../../src/averaging/scheduleFreeEvalParams.js'
import { cautious } from '../../../src/combinators/cautious.js'
import { hide } from '../../../src/combinators/transformations.js'
import * as optimizers from '../../../src/optimizers/index.js'
import type { Schedule } from '../../../src/scalars/Schedule.js'
import { cosineDecaySchedule } from '../../../src/schedules/cosineDecaySchedule.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import type { LineSearch } from '../../../src/transforms/lineSearch.js'
import type { Curvature } from '../../../src/transforms/scaleBySophia.js'
import type { Tree } from '../../../src/tree/Tree.js'

/** What a step of the race is handed. */
export type Offered = LineSearch & Curvature

/** An optimizer that takes part. */
export interface Contestant {
  /** What is run, as one would write it. */
  readonly about: string
  /** The optimizer at a rate of the grid, for so many gradients. */
  readonly made: (rate: number, gradients: number) => Transformation<Opaque, Offered>
  /** Parameters to measure with; by default those that are stepped. New tensors. */
  readonly evaluated?: (state: unknown, params: Tree) => Tree
}

type Rated = (given: { readonly learningRate: Schedule }) => Transformation<Opaque, Offered>

/** A rate that falls to zero along a cosine, over the steps that so many gradients allow. */
const decaying = (about: string, rated: Rated, gradientsInAStep = 1): Contestant => ({
  about,
  made: (rate, gradients) =>
    rated({
      learningRate: cosineDecaySchedule({ initValue: rate, decaySteps: Math.ceil(gradients / gradientsInAStep) }),
    }),
})

/** The twelve that race by default, one of each kind. */
const twelve = {
  sgd: decaying('`sgd`', (o) => hide(optimizers.sgd(o))),
  momentum: decaying('`sgd`, momentum 0.9', (o) => hide(optimizers.sgd({ ...o, momentum: 0.9 }))),
  nesterov: decaying('`sgd`, momentum 0.9, nesterov', (o) =>
    hide(optimizers.sgd({ ...o, momentum: 0.9, nesterov: true })),
  ),
  adam: decaying('`adam`', (o) => hide(optimizers.adam(o))),
  adamw: decaying('`adamw`, weightDecay 0.01', (o) => hide(optimizers.adamw({ ...o, weightDecay: 0.01 }))),
  'cautious adamw': decaying('`cautious` around `adamw`, weightDecay 0.01', (o) =>
    hide(cautious({ downhill: true })(optimizers.adamw({ ...o, weightDecay: 0.01 }))),
  ),
  lion: decaying('`lion`', (o) => hide(optimizers.lion(o))),
  adafactor: decaying('`adafactor`, factored from 8 on, without the scale of the parameters', (o) =>
    hide(optimizers.adafactor({ ...o, minDimSizeToFactor: 8, multiplyByParameterScale: false })),
  ),
  sophia: decaying('`sophia`, `hutchinsonDiagHessian` each tenth step', (o) => hide(optimizers.sophia(o)), 1.2),
  muon: decaying('`muon`, scaling moonlight', (o) => hide(optimizers.muon({ ...o, scaling: 'moonlight' }))),
  prodigy: decaying('`prodigy`, the rate is a factor of what it finds', (o) => hide(optimizers.prodigy(o))),
  'schedule-free': {
    about: '`scheduleFreeAdamw`, a constant rate',
    made: (learningRate) => hide(scheduleFreeAdamw({ learningRate })),
    // the state of scheduleFree, as made above
    evaluated: (state, params) => scheduleFreeEvalParams(state as { readonly z: Tree; readonly b1: number }, params),
  },
} as const satisfies Readonly<Record<string, Contestant>>

/** Those that race when they are named. */
const more = {
  adagrad: decaying('`adagrad`', (o) => hide(optimizers.adagrad(o))),
  ademamix: decaying('`ademamix`', (o) => hide(optimizers.ademamix(o))),
  adopt: decaying('`adopt`', (o) => hide(optimizers.adopt(o))),
  lamb: decaying('`lamb`', (o) => hide(optimizers.lamb(o))),
  laprop: decaying('`laprop`', (o) => hide(optimizers.laprop(o))),
  lbfgs: {
    about: '`lbfgs` with its line search, whose losses count as gradients; a constant rate',
    made: (learningRate) => hide(optimizers.lbfgs({ learningRate })),
  },
  mars: decaying('`mars`', (o) => hide(optimizers.mars(o))),
  nadamw: decaying('`nadamw`', (o) => hide(optimizers.nadamw(o))),
  normuon: decaying('`normuon`', (o) => hide(optimizers.normuon(o))),
  radam: decaying('`radam`', (o) => hide(optimizers.radam(o))),
  rmsprop: decaying('`rmsprop`', (o) => hide(optimizers.rmsprop(o))),
  stableAdamw: decaying('`stableAdamw`', (o) => hide(optimizers.stableAdamw(o))),
} as const satisfies Readonly<Record<string, Contestant>>

/** Whoever may race, by name. */
export const contestants: Readonly<Record<string, Contestant>> = { ...twelve, ...more }

/** The names of those that race unless others are asked for. */
export const usual: readonly string[] = Object.keys(twelve)
