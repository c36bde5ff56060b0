/// <reference types="vite/client" />
import * as optimizers from '../../../src/optimizers/index.js'
import * as schedules from '../../../src/schedules/index.js'
import * as transforms from '../../../src/transforms/index.js'
import { chain } from '../../../src/combinators/chain.js'
import { hide } from '../../../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import type { LossValue } from '../../../src/transforms/scaleByPolyak.js'
import text from './optax.json?raw'
import more from './optaxMore.json?raw'

/** A tree as it stands in the file: numbers and nested arrays are leaves. */
export interface Numbers {
  readonly [key: string]: Numbers | Nested
}
export type Nested = number | readonly Nested[]

/** A constructor's name with its options. */
interface Named {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
}

/** A run of the real optax in float64: `trajectory[i]` are the parameters after applying update i. */
export interface OptaxCase {
  readonly title: string
  readonly kind: 'optimizer' | 'transform' | 'chain' | 'contrib' | 'more'
  readonly chain: readonly Named[]
  readonly params: Numbers
  readonly grads: readonly Numbers[]
  readonly trajectory: readonly Numbers[]
  /** The losses that the steps are told. */
  readonly values?: readonly number[]
  /** Whether a schedule is inside, or the decay rate of a factored moment: optax evaluates those in float32 even here.
   *  Those of optaxMore.json are lifted to float64. */
  readonly rounded: boolean
}

// The files are this repository's own; a case that is not one fails the test that reads it.
const cases = [text, more].flatMap((file) => (JSON.parse(file) as { readonly cases: readonly OptaxCase[] }).cases)

const constructors: Readonly<Record<string, unknown>> = { ...schedules, ...transforms, ...optimizers }

export const made = ({ name, options }: Named): unknown => {
  const constructor = constructors[name]
  if (typeof constructor !== 'function') throw new Error(`the oracle names ${name}, which is not exported`)
  // checked: a function; constructors check their options
  return (constructor as (given: unknown) => unknown)(revived(options))
}

/** Schedules inside options stand in the file as `{ $schedule: { name, options } }`. */
const revived = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(revived)
  if (typeof value !== 'object' || value === null) return value
  if ('$schedule' in value) return made(value.$schedule as Named)
  return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, revived(x)]))
}

/** The transformation of a case. */
export const builtCase = ({ chain: links }: OptaxCase): Transformation<Opaque, LossValue> =>
  hide(chain(...links.map((link) => made(link) as Transformation<Opaque>))) // what the constructors of these rooms make

/** The runs of the transformations and optimizers that exist here. */
export const optaxCases: readonly OptaxCase[] = cases
  .filter(({ chain: links }) => links.every(({ name }) => name in constructors))
  .map((run, i) => ({
    ...run,
    title: `${i} ${run.chain.map(({ name, options }) => `${name}(${JSON.stringify(options)})`).join(' → ')}`,
    rounded: run.kind !== 'more' && /\$schedule|adafactor|scaleByFactoredRms/.test(JSON.stringify(run.chain)),
  }))

/** A tree with its nested arrays made leaves. */
export const mapNumbers =
  <L>(f: (values: Nested) => L) =>
  (tree: Numbers): unknown =>
    Object.fromEntries(Object.entries(tree).map(([key, x]) => [key, isNested(x) ? f(x) : mapNumbers(f)(x)]))

const isNested = (x: Numbers | Nested): x is Nested => typeof x === 'number' || Array.isArray(x)

/** The numbers of a nested array or a tree of them, in order. */
export const flatNumbers = (tree: Numbers | Nested): readonly number[] =>
  // the rows of one shape
  typeof tree === 'number' ? [tree] : Object.values(tree).flatMap((x) => flatNumbers(x as Numbers))

export const shapeOf = (values: Nested): readonly number[] =>
  typeof values === 'number' ? [] : [values.length, ...shapeOf(values[0] ?? 0)] // rectangular

/** The largest difference in a tree over the largest value in it; NaN where one is. */
export const ofScale = (found: readonly number[], wanted: readonly number[]): number =>
  wanted.reduce((most, x, i) => Math.max(most, Math.abs(x - (found[i] ?? Number.NaN))), 0) /
  wanted.reduce((most, x) => Math.max(most, Math.abs(x)), Number.MIN_VALUE)
