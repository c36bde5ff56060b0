import { function as F } from 'fp-ts'
import * as polyak from 'polyak'
import { recordOf } from './recordOf.js'
import { schedules, scheduled } from './schedules.js'

/** One run of the page: an optimizer and an average, by name, with options as they are written in code. */
export interface Run {
  readonly optimizer: string
  readonly options: string
  /** What becomes of its learning rate. */
  readonly schedule: string
  readonly average: string
  readonly averageOptions: string
  readonly order: 'sequential' | 'concurrent'
}

/** Everything that the page is set to: what the address carries. */
export interface Choices {
  readonly landscape: string
  /** The standard deviation of noise in the gradient. */
  readonly noise: number
  readonly runs: readonly Run[]
}

/** Optimizers of two numbers, with options to begin with. */
export const optimizers: Readonly<Record<string, string>> = {
  sgd: '{ learningRate: 0.02 }',
  'sgd with momentum': '{ learningRate: 0.01, momentum: 0.9 }',
  nesterov: '{ learningRate: 0.01, momentum: 0.9, nesterov: true }',
  ...Object.fromEntries(
    ['adam', 'adamw', 'nadam', 'radam', 'adabelief', 'adan', 'yogi', 'amsgrad', 'adamax', 'ademamix', 'adopt'].map(
      (name) => [name, '{ learningRate: 0.1 }'],
    ),
  ),
  ...Object.fromEntries(
    ['lion', 'tiger', 'signSgd', 'rmsprop', 'laprop'].map((name) => [name, '{ learningRate: 0.02 }']),
  ),
  adagrad: '{ learningRate: 0.5 }',
  adadelta: '{ learningRate: 10 }',
  rprop: '{ learningRate: 0.05 }',
  prodigy: '{}',
  dadaptAdamw: '{}',
  cocob: '{}',
}

/** Averages with options to begin with; '' stands for none. */
export const averages: Readonly<Record<string, string>> = {
  none: '',
  warmup: '{ decay: 0.98 }',
  exponential: '{ decay: 0.98 }',
  debiased: '{ decay: 0.98 }',
  uniform: '',
  polynomial: '{ eta: 3 }',
  powerFunction: '{ width: 0.1 }',
  halfLife: '{ halfLife: 30 }',
  inverseGamma: '',
  ramp: '{ decay: 0.98, tau: 50 }',
}

/** An optimizer that is chosen while the page runs: nobody knows the form of its state. */
export type Chosen = polyak.Transformation<polyak.Opaque>

/** A scheme that counts steps. */
type ChosenScheme = polyak.Scheme<Readonly<Record<string, number>>, 'steps', unknown>

// What menus offer is looked up by name; constructors check whatever was written.
const named = polyak as unknown as Readonly<Record<string, ((options: object) => unknown) | undefined>>
const made = (name: string, options: Readonly<Record<string, unknown>>): unknown => {
  const constructor = named[exportedAs(name)]
  if (constructor === undefined) throw new RangeError(`polyak exports no ${name}`)
  return constructor(options)
}

/** The name that polyak exports for a line of the menu. */
export const exportedAs = (name: string): string => (name === 'nesterov' || name.startsWith('sgd') ? 'sgd' : name)

/** The scheme of a run's average; undefined where it has none. */
export const schemeOf = ({ average, averageOptions }: Run): ChosenScheme | undefined =>
  average === 'none' ? undefined : (made(average, recordOf(averageOptions)) as ChosenScheme) // the menu has no others

/** The optimizer of a run. What is wrong with its options is thrown, in the library's words. */
export const optimizerOf = (run: Run): Chosen => {
  const options = recordOf(run.options)
  made(run.optimizer, options) // a rate is checked before it becomes a schedule
  const base = made(run.optimizer, scheduled(options, run.schedule)) as Chosen // the menu has no others
  const scheme = schemeOf(run)
  return scheme === undefined ? base : polyak.hide(polyak.withAverage(scheme, { order: run.order })(base))
}

/** Choices as the end of an address. */
export const addressOf = (choices: Choices): string => `#${encodeURIComponent(JSON.stringify(choices))}`

/** Choices from the end of an address; what is not to be read there is left as it is. */
export const choicesFrom = (address: string, otherwise: Choices): Choices => {
  try {
    const read: unknown = JSON.parse(decodeURIComponent(address.replace(/^#/, '')))
    return isChoices(read) ? read : otherwise
  } catch {
    return otherwise
  }
}

const isChoices = (value: unknown): value is Choices => {
  const { landscape, noise, runs } = F.unsafeCoerce<unknown, Partial<Choices>>(value ?? {})
  return (
    typeof landscape === 'string' &&
    typeof noise === 'number' &&
    Array.isArray(runs) &&
    runs.length > 0 &&
    runs.length <= mostRuns &&
    runs.every(
      (run: Partial<Run>) =>
        String(run.optimizer) in optimizers &&
        String(run.average) in averages &&
        String(run.schedule) in schedules &&
        [run.options, run.averageOptions].every((text) => typeof text === 'string') &&
        (run.order === 'sequential' || run.order === 'concurrent'),
    )
  )
}

/** As many runs as there are colours. */
export const mostRuns = 4

export const choicesAtFirst: Choices = {
  landscape: 'valley',
  noise: 1,
  runs: [
    {
      optimizer: 'sgd with momentum',
      options: '{ learningRate: 0.01, momentum: 0.9 }',
      schedule: 'constant',
      average: 'warmup',
      averageOptions: '{ decay: 0.98 }',
      order: 'sequential',
    },
    {
      optimizer: 'adam',
      options: '{ learningRate: 0.1 }',
      schedule: 'warm-up and cosine',
      average: 'none',
      averageOptions: '',
      order: 'sequential',
    },
  ],
}
