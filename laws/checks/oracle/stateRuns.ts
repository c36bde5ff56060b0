import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { arrayLeaf, type ArrayLeaf } from '../../../src/equation/reference.js'
import { importedState, importState, type NamedWeight, type UntypedRequest } from '../../../src/interop/importState.js'
import type { StateSource } from '../../../src/interop/StateSource.js'
import { reference } from '../../../src/transformation/reference.js'
import { step } from '../../../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { skeletonOf } from '../../../src/tree/Skeleton.js'
import { isLeaf, type Tree } from '../../../src/tree/Tree.js'
import { flatNumbers, mapNumbers, ofScale, shapeOf, type Nested, type Numbers } from './optaxCases.js'

/** A run of somebody else's optimizer that goes on here: its state after some steps, and what comes next. */
export interface StateRun {
  readonly title: string
  readonly tx: () => AnyTransformation
  readonly request: UntypedRequest
  /** The parameters that belong to the state. */
  readonly params: Numbers
  readonly grads: readonly Numbers[]
  readonly trajectory: readonly Numbers[]
  /** The largest error of scale by the float64 reference; `null` where a part computes with tensors only. */
  readonly exact: number | null
  /** The largest error of scale in float32. */
  readonly rounded: number
}

type Leaves = readonly (readonly [path: string, numbers: readonly number[]])[]

const byName = (tree: unknown, valuesOf: (leaf: unknown) => readonly number[], path = ''): Leaves =>
  isLeaf(tree) || typeof tree === 'number' || Array.isArray(tree)
    ? [[path, valuesOf(tree)]]
    : Object.entries(Object(tree))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([key, child]) => byName(child, valuesOf, `${path}/${key}`))

const errorOf = (found: Leaves, wanted: Numbers): number => {
  const theirs = byName(wanted, (leaf) => flatNumbers(leaf as Nested)) // an array of numbers
  if (found.map(([path]) => path).join() !== theirs.map(([path]) => path).join()) return Number.NaN
  return ofScale(
    found.flatMap(([, numbers]) => numbers),
    theirs.flatMap(([, numbers]) => numbers),
  )
}

// the reference's leaves stand for tensors
const arrays = mapNumbers((values: Nested) => arrayLeaf(flatNumbers(values), shapeOf(values))) as (
  numbers: Numbers,
) => Tree
const tensors = mapNumbers((values: Nested) =>
  tf.tensor([...flatNumbers(values)], [...shapeOf(values)], 'float32'),
) as (numbers: Numbers) => Tree

/** The error of each next step by the float64 reference. */
export const exactContinuation = ({ tx, request, params: given, grads, trajectory }: StateRun): readonly number[] => {
  const exact = reference(tx(), 'float64')
  const params: unknown = arrays(given)
  const { anatomy } = tx()
  const state = importedState<ArrayLeaf>(request, anatomy, skeletonOf(params, 'params'), exact.init(params), arrayLeaf)
  if (E.isLeft(state)) throw new Error(state.left.map(({ message }) => message).join('\n'))
  let now = { params, state: state.right }
  return trajectory.map((wanted, i) => {
    now = { ...exact.step(arrays(grads[i] ?? {}), now.state, now.params) }
    // array leaves
    return errorOf(
      byName(now.params, (leaf) => [...(leaf as ArrayLeaf).values]),
      wanted,
    )
  })
}

const weightOf = ({ name, shape, values }: StateSource): NamedWeight => ({
  name,
  tensor: tf.tensor(Float32Array.from(values()), [...shape]),
})

/** The error of each watched next step on the backend that is set. Everything that was made is disposed. */
export const roundedContinuation = async (
  { tx, request, params: given, grads, trajectory }: StateRun,
  watched: (step: number) => boolean,
): Promise<readonly number[]> => {
  const optimizer = tx() as Transformation<Opaque> // what it needs is handed to it
  const params = tensors(given)
  const weights = request.source instanceof Uint8Array ? [] : request.source.map(weightOf)
  const source = request.source instanceof Uint8Array ? request.source : weights
  let now = { params, state: await importState({ ...request, source, optimizer, params }) }
  for (const { tensor } of weights) tensor.dispose()
  const errors = trajectory.flatMap((wanted, i) => {
    const update = tensors(grads[i] ?? {})
    const next = step(optimizer)(update, now.state, now.params)
    disposeExcept([now, update], next)
    now = next
    return watched(i)
      ? [
          errorOf(
            byName(now.params, (leaf) => [...(leaf as tf.Tensor).dataSync()]),
            wanted,
          ),
        ]
      : [] // tensors
  })
  disposeExcept(now, null)
  return errors
}
