import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
// The inner files that follow register no executor.
import '../../../src/cpu.js'
import * as averaging from '../../../src/averaging/index.js'
import * as combinators from '../../../src/combinators/index.js'
import * as optimizers from '../../../src/optimizers/index.js'
import * as schedules from '../../../src/schedules/index.js'
import * as transforms from '../../../src/transforms/index.js'
import { identity } from '../../../src/transformation/identity.js'
import { arrayLeaf } from '../../../src/equation/reference.js'
import { reference } from '../../../src/transformation/reference.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { isNumbers, numbersIn, type TreeSpec } from '../../Numbers.js'
import { trajectory } from '../../trajectory.js'
import type { Link, ScheduleCase, TrajectoryCase } from './conformanceCases.js'

const constructors: Readonly<Record<string, unknown>> = {
  ...schedules,
  ...transforms,
  ...optimizers,
  ...combinators,
  ...averaging,
  identity,
}

const called = (name: string, ...given: readonly unknown[]): unknown => {
  const constructor = constructors[name]
  if (typeof constructor !== 'function') throw new TypeError(`a case names ${name}, which is not exported`)
  // checked: a function; constructors check their options
  return (constructor as (...all: readonly unknown[]) => unknown)(...given)
}

const revived = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(revived)
  if (typeof value !== 'object' || value === null) return value
  if ('$tree' in value) return value.$tree
  if ('$schedule' in value) {
    const { name, options } = value.$schedule as Link // what conformanceOptions tells
    return called(name, revived(options))
  }
  return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, revived(x)]))
}

const chained = (links: readonly Link[]): Transformation<Opaque> =>
  combinators.hide(combinators.chain(...links.map(made)))

const made = ({ name, options, inner, groups }: Link): Transformation<Opaque> => {
  const given = revived(options) as Readonly<Record<string, unknown>> // a record, as it was told
  // every constructor of these rooms makes one
  const of = (value: unknown) => combinators.hide(value as Transformation<Opaque>)
  if (name === 'sam') {
    const [optimizer = [], adversary = []] = [groups?.['optimizer'], groups?.['adversary']]
    return of(combinators.sam(given)(chained(optimizer), chained(adversary)))
  }
  if (groups !== undefined) {
    return of(
      called(name, {
        ...given,
        transforms: Object.fromEntries(Object.entries(groups).map(([label, links]) => [label, chained(links)])),
      }),
    )
  }
  if (inner === undefined) return of(called(name, given))
  if (name === 'flatten') return of(called(name, chained(inner)))
  if (name === 'namedChain')
    return of(called(name, Object.fromEntries(inner.map((link, i) => [`part${i}`, made(link)]))))
  if (name === 'injectHyperparams') {
    const [link] = inner
    // injectHyperparams(factory)
    const factory = called(name, constructors[link?.name ?? '']) as (options: unknown) => unknown
    return of(factory(revived(link?.options)))
  }
  const own = name.startsWith('conditionally')
    ? { shouldTransformFn: (step: number) => step >= Number(given['start']) && step % Number(given['every']) === 0 }
    : given
  // wrappers take options, then what they wrap
  return of((called(name, own) as (tx: Transformation<Opaque>) => unknown)(chained(inner)))
}

const leaves = (spec: TreeSpec): unknown =>
  spec === null
    ? null
    : isNumbers(spec)
      ? arrayLeaf(spec.values, spec.shape)
      : Array.isArray(spec)
        ? spec.map(leaves)
        : Object.fromEntries(Object.entries(spec).map(([key, child]) => [key, leaves(child)]))

const numbersOf = (tree: unknown): readonly number[] => {
  if (tree === null) return []
  if (Array.isArray(tree)) return tree.flatMap(numbersOf)
  if (typeof tree === 'object' && 'values' in tree && tree.values instanceof Float64Array) return [...tree.values]
  return Object.values(tree as object).flatMap(numbersOf) // a record of leaves
}

const trajectoryOf = ({ chain: links, params, grads, values }: TrajectoryCase): readonly (readonly number[])[] => {
  const [only] = links
  const exact = reference(links.length === 1 && only !== undefined ? made(only) : chained(links), 'float64')
  const start = leaves(params)
  let now = { params: start, state: exact.init(start) }
  return grads.map((spec, i) => {
    now = { ...exact.step(leaves(spec), now.state, now.params, { value: values[i] ?? 0 }) }
    return numbersOf(now.params)
  })
}

/** What this library answers: the parameters after each step by the float64 reference, or the values of a schedule. */
export const ours = (asked: TrajectoryCase | ScheduleCase): readonly (readonly number[])[] =>
  'schedule' in asked
    ? // a schedule, as it was told
      asked.counts.map((count) => [(revived(asked.schedule) as (count: number) => number)(count)])
    : trajectoryOf(asked)

/** The same on tensors of the cpu backend. */
export const oursOnTensors = async ({
  chain: links,
  params,
  grads,
  values,
}: TrajectoryCase): Promise<readonly (readonly number[])[]> => {
  await tf.setBackend('cpu')
  const moments = trajectory(chained(links), { params, grads }, { value: values[0] ?? 0 })
  return moments.slice(1).map((moment) => numbersIn(moment.params).flatMap((leaf) => [...leaf.values]))
}
