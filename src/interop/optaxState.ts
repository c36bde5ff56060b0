/** @internal */
import { slotTensorName, treeTensorName } from '../state/tensorNames.js'
import type { Anatomy } from '../transformation/Transformation.js'
import { type Skeleton, pathAt, shapeAt } from '../tree/Skeleton.js'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import { countOf, type Met, valuesOf } from './decodeForeign.js'
import { foreignDtypes } from './foreignDtypes.js'
import type { ForeignOptions } from './ForeignOptions.js'
import { ignoreFor } from './ignoreFor.js'
import { wanted } from './nameRules.js'
import { type OptaxPlace, optaxPlaces } from './optaxPlaces.js'
import { type ParameterPlace, parameterPlaces } from './parameterNames.js'
import type { ForeignContents, ForeignTensor } from './readForeign.js'
import { sourceOf } from './sourceOf.js'
import { type FoundState, oneNumber, type StateSource } from './StateSource.js'

/** The state of a chain of optax, from the file that the guide's function writes. Its tree mirrors the chain, so that
 *  each slot and number here has one name there; a part without anything in the file begins as it does there. */
export const optaxState = (
  { tensors: all }: ForeignContents,
  anatomy: Anatomy,
  skeleton: Skeleton,
  like: unknown,
  options: ForeignOptions,
  met: Met,
): FoundState => {
  const names = all.map(({ name }) => name)
  const isWanted = wanted(names, options)
  const state = all.filter(({ name }) => isOfState(name) && isWanted(name))
  const byName = new Map(state.map((tensor) => [tensor.name, tensor]))
  const places = optaxPlaces(anatomy, like)
  const slots = places.flatMap((place) => (place.kind === 'slot' ? [place] : []))
  const ownersOf = (among: readonly string[]) => [...new Set(slots.flatMap(({ prefix }) => ownersUnder(prefix, among)))]
  const owners = ownersOf(names.filter(isWanted))
  const parameters = parameterPlaces(owners, everyParameter(ownersOf(names), names), skeleton, options, met, '')
  const numbers = new Map<string, number>()
  const tensors = new Map<string, StateSource>()
  const used = new Set<string>()
  const take = (name: string): ForeignTensor | undefined => {
    used.add(name)
    return byName.get(name)
  }
  let steps: number | null = null
  for (const place of places) {
    if (place.kind === 'unknown') met.problem(unlike(place))
    if (place.kind !== 'number') continue
    const tensor = take(place.name)
    const value = tensor === undefined ? null : numberOf(tensor, met)
    if (value === null) continue
    numbers.set(place.path, value - place.more)
    // the first that tells
    if (place.path.endsWith('count')) steps = Math.max(steps ?? 0, value - place.more)
    if (place.path.endsWith('miniStep'))
      for (const path of skeleton.paths)
        numbers.set(`${place.path.slice(0, -'miniStep'.length)}given.${path}`, value > 0 ? 1 : 0)
  }
  for (const place of slots) fromSlot(place, parameters, skeleton, numbers, take, tensors, met)
  const surplus = names.filter((name) => byName.has(name) && !used.has(name))
  for (const name of surplus)
    met.problem(
      checkpointProblem('Unexpected', {
        path: name,
        expected: 'a place in this optimizer',
        found: 'none',
        fix: `build the chain that was trained with there, or let it pass: ${ignoreFor([name], [])}`,
      }),
    )
  return { numbers, tensors, steps }
}

const isOfState = (name: string): boolean => name.startsWith('opt_state/')

/** The parameters of a file, those of the model within. */
const everyParameter = (owners: readonly string[], names: readonly string[]): readonly string[] => [
  ...new Set([...owners, ...ownersUnder('params', names)]),
]

/** The parameters that a slot has something for. */
const ownersUnder = (prefix: string, names: readonly string[]): readonly string[] =>
  names.flatMap((name) => (name.startsWith(`${prefix}/`) ? [name.slice(prefix.length + 1)] : []))

const unlike = ({ name, at }: OptaxPlace & { readonly kind: 'unknown' }) =>
  checkpointProblem('Unsupported', {
    path: at.join('.'),
    expected: 'a part whose state optax keeps too',
    found: name,
    fix: 'take over the state of what it wraps, and wrap it then',
  })

/** The one number of a tensor: a count where it is whole, exact to 2⁵³. */
const numberOf = (tensor: ForeignTensor, met: Met): number | null =>
  foreignDtypes[tensor.dtype]?.becomes === 'int32' ? countOf(tensor, met) : Number(valuesOf(tensor, met)?.[0])

const fromSlot = (
  { at, slot, per, prefix, padded, beta }: OptaxPlace & { readonly kind: 'slot' },
  parameters: ReadonlyMap<string, ParameterPlace>,
  skeleton: Skeleton,
  numbers: ReadonlyMap<string, number>,
  take: (name: string) => ForeignTensor | undefined,
  tensors: Map<string, StateSource>,
  met: Met,
): void => {
  const put = (name: string, tensor: ForeignTensor, place: ParameterPlace | null): void => {
    const isPadding = padded && tensor.shape.join() === '1'
    const source = sourceOf(tensor, place?.axes(tensor.shape.length) ?? null, met)
    if (!isPadding) tensors.set(name, source)
    else if (place !== null && shapeAt(skeleton, place.leaf).join() === '1') tensors.set(name, source)
  }
  if (beta !== undefined) {
    const count = numbers.get([...at, 'count'].join('.'))
    if (count !== undefined)
      for (const path of skeleton.paths) tensors.set(slotTensorName(path, at, slot), oneNumber(slot, 1 - beta ** count))
    return
  }
  const lone = take(prefix)
  if (lone !== undefined && per === 'tree') put(treeTensorName(at, slot), lone, null)
  else if (lone !== undefined) put(slotTensorName('', at, slot), lone, { leaf: 0, axes: () => null })
  for (const [parameter, place] of parameters) {
    const tensor = take(`${prefix}/${parameter}`)
    if (tensor !== undefined) put(slotTensorName(pathAt(skeleton, place.leaf), at, slot), tensor, place)
  }
}
