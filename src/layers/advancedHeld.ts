/** @internal */
import type * as tf from '@tensorflow/tfjs-core'
import { run } from '../engine/run.js'
import type { Program } from '../equation/Program.js'
import { must } from '../scalars/must.js'
import { checkState } from '../state/checkState.js'
import { manner } from '../transformation/assemble.js'
import type { Anatomy } from '../transformation/Transformation.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { sharedTensor } from '../tensors/sharedTensor.js'
import type { Held, Member } from './Held.js'
import { tensorOf } from './heldOf.js'
import { lending } from './lending.js'
import { ownTensors } from './ownTensors.js'

/** One step on variables: slots and, where nobody else holds them, parameters are written in place; what is new is
 *  assigned to the variables, which is an exchange of identity without a copy. `rest` narrows the program to the leaves
 *  of the call. What a user has read of a variable stays. */
export const advancedHeld = (
  anatomy: Anatomy,
  held: Held,
  gradients: readonly (tf.Tensor | null)[],
  rest: (program: Program) => Program,
): Held => {
  const { skeleton, placed, state } = held
  checkState(anatomy.shape, state)
  const { handle, taken } = lending()
  const handles = placed.map((member) =>
    member.variable === null ? sharedTensor(tensorOf(member)) : handle(member.variable),
  )
  const back = (member: Member, tensor: tf.Tensor): void => {
    if (member.variable === null) tensor.dispose()
    else taken(member.variable, tensor)
  }
  const occasion = { updates: buildTree(skeleton, gradients), params: buildTree(skeleton, handles), extra: undefined }
  try {
    const [params, next] = run(manner('step', true), rest(anatomy.plan(state, occasion)), occasion, state)
    const leaves = leavesOf<tf.Tensor>(skeleton, params, { where: 'params', nullable: false, alike: true })
    placed.forEach((member, i) => {
      back(member, must(leaves[i] ?? undefined, 'parameter after a step'))
    })
    return { ...held, state: ownTensors(next) }
  } catch (error) {
    placed.forEach((member, i) => {
      const tensor = must(handles[i], 'handle of a member')
      // Those that the step has replaced are gone already.
      if (!tensor.isDisposed) back(member, tensor)
    })
    throw error
  }
}
