/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import { must } from '../scalars/must.js'
import { skeletonOf } from '../tree/Skeleton.js'
import { fromNamed } from './fromNamed.js'
import type { Held, Member } from './Held.js'
import type { Named } from './Named.js'

/** The tensor of a member: its variable, or what stands in its place. */
export const tensorOf = ({ variable, standIn }: Member): Tensor =>
  must(variable ?? standIn ?? undefined, 'tensor of a member')

/** The tree of members. */
export const treeOf = (members: readonly Member[]): Named =>
  fromNamed(members.map((member) => ({ name: member.path, tensor: tensorOf(member) })))

/** Members and the state that belongs to their tree. */
export const heldOf = (members: readonly Member[], state: unknown): Held => {
  const skeleton = skeletonOf(treeOf(members), 'params')
  const byPath = new Map(members.map((member) => [member.path, member]))
  return { members, skeleton, placed: skeleton.paths.map((path) => must(byPath.get(path), 'member of a path')), state }
}
