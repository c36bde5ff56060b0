import { scheduleFree } from '../../../src/averaging/scheduleFree.js'
import { scheduleFreeAdamw } from '../../../src/averaging/scheduleFreeAdamw.js'
import { scheduleFreeRadam } from '../../../src/averaging/scheduleFreeRadam.js'
import { scheduleFreeSgd } from '../../../src/averaging/scheduleFreeSgd.js'
import { chain } from '../../../src/combinators/chain.js'
import * as optimizers from '../../../src/optimizers/index.js'
import * as schedules from '../../../src/schedules/index.js'
import * as transforms from '../../../src/transforms/index.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import contrib from './contrib.json?raw'
import type { OracleRun } from './OracleRun.js'
import type { Numbers } from './optaxCases.js'
import peer from './scheduleFreePeer.json?raw'

/** A run of schedule-free, with what one would evaluate with after each step. */
export interface ScheduleFreeRun extends OracleRun {
  readonly evalParams: readonly Numbers[]
}

interface Link {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

interface Recorded {
  readonly name: string
  readonly params: Numbers
  readonly grads: readonly Numbers[]
  readonly trajectory: readonly Numbers[]
  readonly evalParams: readonly Numbers[]
}

// The files are this repository's own; a case that is not one fails the test that reads it.
const ofOptax = (JSON.parse(contrib) as { readonly cases: readonly (Recorded & { readonly chain: readonly Link[] })[] })
  .cases
const ofPeer = (JSON.parse(peer) as { readonly cases: readonly (Recorded & { readonly options: PeerOptions })[] }).cases

interface PeerOptions {
  readonly lr: number
  readonly momentum?: number
  readonly betas?: readonly [number, number]
  readonly weightDecay?: number
  readonly warmupSteps?: number
  readonly r?: number
  readonly weightLrPower?: number
  readonly silentSgdPhase?: boolean
}

type Maker = (given: never) => unknown

// each takes one record of options
const constructors = {
  ...schedules,
  ...transforms,
  ...optimizers,
  scheduleFreeSgd,
  scheduleFreeAdamw,
  scheduleFree: ({ base, ...options }: { readonly base: AnyTransformation; readonly learningRate: number }) =>
    scheduleFree(options)(base),
} as unknown as Readonly<Record<string, Maker | undefined>>

const made = ({ name, options }: Link): unknown => {
  const constructor = constructors[name]
  if (constructor === undefined) throw new Error(`the oracle names ${name}, which is not here`)
  return constructor(revived(options) as never) // constructors check their options
}

const revived = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if ('$schedule' in value) return rounded(made(value.$schedule as Link) as schedules.Schedule)
  if ('$transformation' in value)
    return chain(...(value.$transformation as readonly Link[]).map((link) => made(link) as AnyTransformation))
  return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, revived(x)]))
}

/** optax computes schedules in float32, also in float64 mode. */
const rounded =
  (schedule: schedules.Schedule): schedules.Schedule =>
  (count) =>
    Math.fround(schedule(count))

/** schedulefree's own: its warm-up is η·t/warmupSteps, and the weights are those of the step's own rate. */
const peersOwn = (name: string, options: PeerOptions): AnyTransformation => {
  const { lr, momentum, betas = [0.9, 0.999], weightDecay = 0, warmupSteps = 0, r = 0, weightLrPower = 2 } = options
  const [b1, b2] = betas
  if (name.endsWith('RAdam')) {
    const { silentSgdPhase = true } = options
    return scheduleFreeRadam({ learningRate: lr, b1, b2, weightDecay, r, weightLrPower, silentSgdPhase })
  }
  const rate = (count: number): number => lr * Math.min(1, warmupSteps === 0 ? 1 : (count + 1) / warmupSteps)
  const free = scheduleFree({ learningRate: (count) => rate(count - 1), b1: momentum ?? b1, r, weightLrPower })
  return name.endsWith('SGD')
    ? free(chain(transforms.addDecayedWeights({ weightDecay }), optimizers.sgd({ learningRate: rate })))
    : free(optimizers.adamw({ learningRate: rate, b1: 0, b2, weightDecay }))
}

const runOf = (title: string, tx: () => AnyTransformation, run: Recorded, exact: number): ScheduleFreeRun => ({
  title,
  tx,
  params: run.params,
  grads: (step) => run.grads[step] ?? {},
  trajectory: run.trajectory,
  evalParams: run.evalParams,
  exact,
  rounded: 6e-6,
})

/** Every run of schedule-free by optax and by its authors. */
export const scheduleFreeRuns: readonly ScheduleFreeRun[] = [
  ...ofOptax.flatMap((run, i) => {
    const [link] = run.chain
    if (link === undefined || !link.name.startsWith('scheduleFree')) return []
    const text = JSON.stringify(link.options)
    const scheduled = /\$schedule|warmupSteps/.test(text)
    return [
      runOf(`optax ${i} ${link.name}(${text})`, () => made(link) as AnyTransformation, run, scheduled ? 1e-7 : 5e-11),
    ]
  }),
  ...ofPeer.map((run, i) =>
    runOf(
      `schedulefree ${i} ${run.name} ${JSON.stringify(run.options)}`,
      () => peersOwn(run.name, run.options),
      run,
      5e-11,
    ),
  ),
]
