/** @internal */
import { must } from '../scalars/must.js'
import { shapeAt, type Skeleton } from '../tree/Skeleton.js'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import { countOf, type Met, valuesOf } from './decodeForeign.js'
import { factoredSource } from './factoredSource.js'
import type { FlatSlot, FlatState } from './FlatState.js'
import type { ForeignOptions } from './ForeignOptions.js'
import { wanted } from './nameRules.js'
import { optimizerRecord } from './optimizerRecord.js'
import { parameterPlaces } from './parameterNames.js'
import type { ForeignContents, ForeignTensor } from './readForeign.js'
import { sourceOf } from './sourceOf.js'

/** A variable of an optimizer of Keras or TensorFlow: whose it is, and what it is called beside that. */
interface Variable {
  readonly parameter: string
  readonly key: string
  readonly tensor: ForeignTensor
}

/** The state of an optimizer of Keras 3 or TensorFlow 1: its `variables`, numbered, from the file of the guide. */
export const kerasState = (
  { tensors, metadata }: ForeignContents,
  skeleton: Skeleton,
  options: ForeignOptions,
  met: Met,
): FlatState | null => {
  const record = optimizerRecord(metadata, met)
  if (record === null) return null
  const ordered = tensors
    .flatMap((tensor) => {
      const [, number, name] = /^(\d+)\/(.+)$/s.exec(tensor.name) ?? [] // not numbered
      return number === undefined || name === undefined ? [] : [{ number: Number(number), name, tensor }]
    })
    .toSorted((a, b) => a.number - b.number)
  const factored = record.class === 'Adafactor'
  const variables = factored
    ? threeEach(ordered.slice(2), record.parameters)
    : ordered.flatMap(({ name, tensor }) => ownerOf(name, record.parameters, tensor) ?? []) // others are numbers of the optimizer's own
  const names = variables.map(({ parameter, key }) => `${parameter}.${key}`)
  const isWanted = wanted(names, options)
  const kept = variables.filter((_, i) => isWanted(must(names[i], 'name of a variable')))
  const stateful = [...new Set(kept.map(({ parameter }) => parameter))]
  const places = parameterPlaces(stateful, record.parameters, skeleton, options, met)
  const slots = kept.flatMap(({ parameter, key, tensor }): readonly FlatSlot[] => {
    const place = places.get(parameter)
    if (place === undefined) return []
    const { leaf } = place
    const source = sourceOf({ ...tensor, name: `${parameter}.${key}` }, place.axes(tensor.shape.length), met)
    if (!factored) return [{ key, leaf, source }]
    const isMatrix = shapeAt(skeleton, leaf).length > 1
    // of a matrix the whole second moment is made anew from rows and columns, of a vector there are none of these
    if (key === 'velocity' ? isMatrix : !isMatrix) return []
    return key === 'velocity' ? [{ key, leaf, source }] : [factoredSource(key, 0, leaf, source, skeleton, met)]
  })
  const numbers = new Map(
    ordered.flatMap(({ name, tensor }) =>
      name === 'variable' ? [['variable', Number(valuesOf(tensor, met)?.[0])] as const] : [],
    ),
  )
  const steps = stepsOf(ordered, record.groups[0] ?? {}, met) // a record without groups tells nothing
  return {
    peer: `keras ${record.class}`,
    slots,
    steps: skeleton.paths.map(() => steps),
    numbers,
    groups: record.groups,
    groupOf: [],
  }
}

interface Numbered {
  readonly name: string
  readonly tensor: ForeignTensor
}

/** Keras names a slot `adam/dense_kernel_momentum` after the parameter `dense/kernel`, TensorFlow `dense/kernel/Adam`.
 *  The longest parameter that fits is the owner. */
const ownerOf = (name: string, parameters: readonly string[], tensor: ForeignTensor): Variable | null => {
  const fits = parameters.flatMap((parameter) => {
    const flat = `/${parameter.replaceAll('/', '_')}_`
    const at = name.indexOf(flat)
    if (at >= 0 && !name.slice(0, at).includes('/')) return [{ parameter, key: name.slice(at + flat.length), tensor }]
    return name.startsWith(`${parameter}/`) ? [{ parameter, key: name.slice(parameter.length + 1), tensor }] : []
  })
  return fits.toSorted((a, b) => b.parameter.length - a.parameter.length)[0] ?? null
}

/** Adafactor names rows and columns after their variable alone: its variables are told by their order. */
const threeEach = (ordered: readonly Numbered[], parameters: readonly string[]): readonly Variable[] =>
  ordered.flatMap(({ tensor }, i) => {
    const parameter = parameters[Math.floor(i / 3)]
    const key = ['row', 'column', 'velocity'][i % 3]
    return parameter === undefined || key === undefined ? [] : [{ parameter, key, tensor }]
  })

/** The steps taken: Keras counts them, TensorFlow 1 keeps the power of a decay that they make. */
const stepsOf = (ordered: readonly Numbered[], group: Readonly<Record<string, unknown>>, met: Met): number | null => {
  const named = (name: string) =>
    ordered.find((variable) => variable.name === name || variable.name.endsWith(`/${name}`))
  const iteration = named('iteration')
  if (iteration !== undefined) return countOf(iteration.tensor, met)
  const power = named('beta1_power')
  if (power === undefined) return null
  const beta = typeof group['beta_1'] === 'number' ? group['beta_1'] : 0.9
  const steps = Math.log(Number(valuesOf(power.tensor, met)?.[0])) / Math.log(beta) - 1
  const whole = Math.round(steps)
  if (Math.abs(steps - whole) < 1e-2 && whole >= 0) return whole
  met.problem(
    checkpointProblem('Mismatch', {
      path: 'beta1_power',
      expected: `a power of ${beta}`,
      found: 'another number, or one too small to count by',
      fix: 'put the right beta_1 into the groups of the metadata, or give the steps by name: count: 1000',
    }),
  )
  return null
}
