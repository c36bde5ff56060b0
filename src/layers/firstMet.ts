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
import { stem } from './paired.js'

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
  const { skeleton } = heldOf(members, null)
  const moved = movedNames(skeleton.paths, pathsIn(shape, given.state))
  const held = heldOf(
    called.map((variable) => memberOf(variable, moved.get(variable.name))),
    given.state,
  )
  visitState(shape, held.skeleton, held.state)
  return held
}

/** The names of a state for those that the variables have now, where names have moved: those that differ in no more than
 *  what tfjs adds, where that tells all, else by position. */
const movedNames = (now: readonly string[], then: readonly string[]): ReadonlyMap<string, string> => {
  if (now.length !== then.length || then.every((path) => now.includes(path))) return new Map()
  const stems = then.map(stem)
  const found = now.map((path) => then[stems.indexOf(stem(path))])
  const told = new Set(found).size === now.length && !found.includes(undefined)
  return new Map(now.map((path, i) => [path, (told ? found : then)[i] ?? path]))
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
