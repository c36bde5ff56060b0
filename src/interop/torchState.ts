/** @internal */
import type { Skeleton } from '../tree/Skeleton.js'
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
    const [, index, key] = /^optimizer\.state\.(\d+)\.(.+)$/.exec(tensor.name) ?? [] // not a slot
    const parameter = record.parameters[Number(index)]
    return key === undefined || parameter === undefined ? [] : [{ name: `${parameter}.${key}`, parameter, key, tensor }]
  })
  const names = named.map(({ name }) => name)
  const isWanted = wanted(names, options)
  const kept = named.filter(({ name }) => isWanted(name))
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
      return [
        factoredSource(key, axes === null ? 0 : 1, place.leaf, sourceOf({ ...tensor, name }, null, met), skeleton, met),
      ]
    return [{ key, leaf: place.leaf, source: sourceOf({ ...tensor, name }, axes, met) }]
  })
  const { groups } = record
  const leafOf = (index: unknown): number | undefined => {
    const parameter = record.parameters[Number(index)]
    return parameter === undefined ? undefined : places.get(parameter)?.leaf
  }
  const groupOf = skeleton.paths.map((_, leaf) => {
    const found = groups.findIndex(({ params }) => Array.isArray(params) && params.some((i) => leafOf(i) === leaf))
    return found < 0 ? undefined : found
  })
  return { peer: `torch ${record.class}`, slots, steps, numbers, groups, groupOf }
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
