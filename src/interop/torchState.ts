/** @internal */
import { either as E } from 'fp-ts'
import { shapeAt, type Skeleton } from '../tree/Skeleton.js'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import { countOf, type Met, valuesOf } from './decodeForeign.js'
import type { FlatSlot, FlatState } from './FlatState.js'
import type { ForeignOptions } from './ForeignOptions.js'
import { chosen } from './nameRules.js'
import { parameterPlaces } from './parameterNames.js'
import type { ForeignContents, ForeignTensor } from './readForeign.js'
import { sourceOf } from './sourceOf.js'
import type { StateSource } from './StateSource.js'

/** What the metadata of a state says of its optimizer, in the JSON under `optimizer`. */
export interface TorchRecord {
  /** The class, `AdamW`. */
  readonly class: string
  /** The names of the parameters, in the order of their numbers. */
  readonly parameters: readonly string[]
  /** `param_groups` of the state dict. */
  readonly groups: readonly Readonly<Record<string, unknown>>[]
}

/** The record of an optimizer in a file's metadata; null, and a problem, where there is none. */
export const optimizerRecord = (metadata: Readonly<Record<string, string>>, { problem }: Met): TorchRecord | null => {
  const json = E.tryCatch((): unknown => JSON.parse(metadata['optimizer'] ?? 'null'), String)
  const found: Partial<TorchRecord> = E.isRight(json) ? Object(json.right) : {} // checked field by field
  const { class: name, parameters, groups } = found
  if (
    typeof name === 'string' &&
    Array.isArray(parameters) &&
    parameters.every((parameter) => typeof parameter === 'string') &&
    Array.isArray(groups)
  )
    return { class: name, parameters, groups: groups.map((group) => Object(group)) }
  problem(
    checkpointProblem('Missing', {
      path: '__metadata__.optimizer',
      expected: 'JSON { class, parameters, groups }',
      found: metadata['optimizer'] === undefined ? 'nothing' : 'something else',
      fix: 'write the file with the function of the guide',
    }),
  )
  return null
}

/** The state of an optimizer of PyTorch, from the file that the guide's function writes. */
export const torchState = (
  { tensors, metadata }: ForeignContents,
  skeleton: Skeleton,
  options: ForeignOptions,
  met: Met,
): FlatState | null => {
  const record = optimizerRecord(metadata, met)
  if (record === null) return null
  const named = tensors.flatMap((tensor) => {
    const [, index, key] = /^optimizer\.state\.(\d+)\.(.+)$/.exec(tensor.name) ?? []
    const parameter = record.parameters[Number(index)]
    return key === undefined || parameter === undefined ? [] : [{ name: `${parameter}.${key}`, parameter, key, tensor }]
  })
  const names = named.map(({ name }) => name)
  const ignored = chosen(names, options.ignore).names
  const only = options.only === undefined ? null : chosen(names, options.only).names
  const kept = named.filter(({ name }) => !ignored.has(name) && only?.has(name) !== false)
  const stateful = [...new Set(kept.map(({ parameter }) => parameter))]
  const places = parameterPlaces(stateful, record.parameters, skeleton, options, met)
  const steps: (number | null)[] = skeleton.paths.map(() => null)
  const numbers = new Map<string, number>()
  const slots = kept.flatMap(({ name, parameter, key, tensor }): readonly FlatSlot[] => {
    const place = places.get(parameter)
    if (place === undefined) return []
    if (key === 'step') {
      steps[place.leaf] = countOf({ ...tensor, name }, met)
      return []
    }
    if (key === 'mu_product') {
      agree(numbers, key, name, tensor, met)
      return []
    }
    const axes = place.axes(tensor.shape.length)
    if (key === 'row_var' || key === 'col_var')
      return [factoredSlot(key, place.leaf, sourceOf({ ...tensor, name }, null, met), axes !== null, skeleton, met)]
    return [{ key, leaf: place.leaf, source: sourceOf({ ...tensor, name }, axes, met) }]
  })
  return { peer: `torch ${record.class}`, slots, steps, numbers, groups: record.groups }
}

/** A number that PyTorch keeps for each parameter, and that is one here. */
const agree = (numbers: Map<string, number>, key: string, name: string, tensor: ForeignTensor, met: Met): void => {
  const value = Number(valuesOf(tensor, met)?.[0])
  const other = numbers.get(key)
  if (other === undefined || other === value) numbers.set(key, value)
  else
    met.problem(
      checkpointProblem('Mismatch', {
        path: name,
        expected: `${other}, as of other parameters: there is one such number here`,
        found: `${value}`,
        fix: `let it pass with what belongs to it: ignore: ['${name}']`,
      }),
    )
}

/** PyTorch's rows are its first axis but one; here the row is the shorter axis, or the first of two alike. For matrices
 *  both are the same pair of vectors, and one rule takes either. */
const factoredSlot = (
  key: 'row_var' | 'col_var',
  leaf: number,
  source: StateSource,
  turned: boolean,
  skeleton: Skeleton,
  { problem }: Met,
): FlatSlot => {
  const shape = shapeAt(skeleton, leaf)
  const [first = 1, second = 1] = shape
  if (shape.length !== 2)
    problem(
      checkpointProblem('Unsupported', {
        path: source.name,
        expected: 'rows and columns of a matrix',
        found: `those of a leaf of shape [${shape.join(', ')}], which PyTorch factors along other axes`,
        fix: `begin its second moment anew: ignore: ['${source.name}'], with fresh`,
      }),
    )
  const kept = (key === 'row_var') === turned ? 1 : 0
  const keptByRow = first <= second ? 0 : 1
  return {
    key: kept === keptByRow ? 'row_var' : 'col_var',
    leaf,
    source: { ...source, shape: [kept === 0 ? first : second] },
  }
}
