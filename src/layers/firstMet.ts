/** @internal */
import type { Variable } from '@tensorflow/tfjs-core'
import { at } from '../state/paths.js'
import { slotsOf } from '../state/slots.js'
import type { StateShape } from '../state/StateShape.js'
import { visitState } from '../state/visitState.js'
import type { AnyTransformation, StateLambda, Transformation } from '../transformation/Transformation.js'
import { join } from '../tree/Skeleton.js'
import { isLeaf } from '../tree/Tree.js'
import { heldOf, treeOf } from './heldOf.js'
import type { Held } from './Held.js'
import { memberOf } from './met.js'
import { ownTensors } from './ownTensors.js'

/** What is held once the first variables are met: the first state of the chain, or one that was handed in before.
 *
 *  @throws `TreeMismatch` where that is the state of other parameters. */
export const firstMet = (
  chain: AnyTransformation,
  called: readonly Variable[],
  given: { readonly state: unknown } | null,
): Held => {
  const members = called.map((variable) => memberOf(variable))
  const { shape } = chain.anatomy
  if (given === null) {
    const { init } = chain as Transformation<StateLambda> // any chain: its states are unknown here
    return heldOf(members, ownTensors(init(treeOf(members))))
  }
  const { placed, skeleton } = heldOf(members, null)
  const paths = pathsIn(shape, given.state)
  const moved =
    paths.length === members.length && paths.some((path) => !skeleton.paths.includes(path))
      ? new Map(placed.map((member, i) => [member.path, paths[i] ?? member.path]))
      : new Map<string, string>()
  const held = heldOf(
    called.map((variable) => memberOf(variable, moved.get(variable.name))),
    given.state,
  )
  visitState(shape, held.skeleton, held.state)
  return held
}

/** The paths of the parameters that a state belongs to, as its slots tell them; none where it has no slots. */
const pathsIn = (shape: StateShape, state: unknown): readonly string[] => {
  const slot = slotsOf(shape).find(({ per }) => per !== 'tree')
  return slot === undefined ? [] : leafPaths(at(state, [...slot.at, slot.name]), '')
}

const leafPaths = (node: unknown, path: string): readonly string[] =>
  node === null || isLeaf(node)
    ? [path]
    : typeof node === 'object' && node !== null
      ? Object.entries(node).flatMap(([key, child]) => leafPaths(child, join(path, key)))
      : []
