/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F } from 'fp-ts'
import * as t from 'io-ts'
import { tensorMaker } from '../engine/tensorMaker.js'
import { exactNumber } from '../scalars/exactNumber.js'
import { must } from '../scalars/must.js'
import { initialState } from '../state/initialState.js'
import { stateCodec } from '../state/stateCodec.js'
import type { StateShape } from '../state/StateShape.js'
import { mapTensors } from '../training/mapTensors.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Held, Member } from './Held.js'
import { heldOf, treeOf } from './heldOf.js'
import type { NamedTensor } from './Named.js'
import { ownTensors } from './ownTensors.js'
import { names } from './Writing.js'

/** What a loaded state is: the number of steps, and what is held once its variables are met. */
export interface Read {
  readonly iterations: number
  readonly held: Held | null
  readonly statistics: readonly Member[]
}

/** The state of an optimizer from its saved weights, which stay the caller's.
 *
 *  @throws `TypeError` where they are not the state of this chain, with all that is missing, surplus or different. */
export const readWeights = async (shape: StateShape, weights: readonly NamedTensor[]): Promise<Read> => {
  const count = found(weights, names.iterations)
  if (count === undefined) throw wrong([`there is no ${names.iterations}`])
  const [iterations = 0] = await count.data()
  const written = found(weights, names.header)
  if (written === undefined) {
    if (weights.length > 1) throw wrong(['they are those of an optimizer of tfjs, not of this library'])
    return { iterations, held: null, statistics: [] }
  }
  const header = F.pipe(
    headerCodec.decode(JSON.parse(new TextDecoder().decode(Uint8Array.from(await written.data())))),
    E.getOrElseW(() => {
      throw wrong([`what ${names.header} says cannot be read: it was written by another version of polyak`])
    }),
  )
  const doubles = await doublesOf(found(weights, names.numbers))
  if (doubles.length !== header.numbers.length)
    throw wrong([`there are ${doubles.length} numbers where ${header.numbers.length} are told of`])
  const numbers = Object.fromEntries(
    header.numbers.map((path, i) => [path, exactNumber.encode(must(doubles[i], 'number of a state'))]),
  )
  const tensors = Object.fromEntries(
    weights.flatMap(({ name, tensor }) =>
      name.startsWith(names.slot) && name !== names.numbers ? [[name.slice(names.slot.length), tensor] as const] : [],
    ),
  )
  const members = header.variables.map(({ path, shape: like, dtype }): Member => ({
    path,
    variable: null,
    standIn: tf.keep(tensorMaker.filled(like, 0, dtype)),
  }))
  const params = treeOf(members)
  const skeleton = skeletonOf(params, 'params')
  const like = initialState(tensorMaker)(shape, skeleton, params)
  const state = stateCodec<tf.Tensor>(shape, skeleton, like).decode({ numbers, tensors })
  disposeExcept(like, [])
  if (E.isLeft(state)) {
    disposeExcept(params, [])
    // the root has no key
    throw wrong(state.left.map(({ context, message }) => `${context.at(-1)?.key ?? ''}: ${message ?? 'another value'}`))
  }
  const statistics = header.statistics.flatMap((path) => {
    const average = found(weights, `${names.statistic}${path}`)
    return average === undefined ? [] : [{ path, variable: null, standIn: tf.keep(tf.clone(average)) }]
  })
  return {
    iterations,
    statistics,
    held: heldOf(members, ownTensors(mapTensors(state.right, (tensor) => tf.clone(tensor)))),
  }
}

const found = (weights: readonly NamedTensor[], wanted: string): tf.Tensor | undefined =>
  weights.find(({ name }) => name === wanted)?.tensor

const doublesOf = async (tensor: tf.Tensor | undefined): Promise<Float64Array> => {
  if (tensor === undefined) return new Float64Array(0)
  return new Float64Array(Int32Array.from(await tensor.data()).buffer)
}

const headerCodec = t.type({
  format: t.literal(1),
  variables: t.array(t.type({ path: t.string, shape: t.array(t.number), dtype: t.string })),
  statistics: t.array(t.string),
  numbers: t.array(t.string),
})

const wrong = (problems: readonly string[]): TypeError =>
  new TypeError(
    `layersOptimizer: the weights are no state of this chain: ${problems.slice(0, 5).join('; ')}` +
      `${problems.length > 5 ? `; and ${problems.length - 5} more` : ''}. Load it with the chain that trained it.`,
  )
