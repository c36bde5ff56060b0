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
import type { Held } from './Held.js'
import { tensorOf } from './heldOf.js'
import { ownTensors } from './ownTensors.js'

/** One step on variables: the slots are written in place; the new parameters are assigned to the variables, which is an
 *  exchange of identity without a copy. `rest` narrows the program to the leaves of the call.
 *
 *  The step gets handles of its own on the parameters. A variable holds the same data, so that the new ones land in
 *  other memory, and what a user has read of a variable stays. */
export const advancedHeld = (
  anatomy: Anatomy,
  held: Held,
  gradients: readonly (tf.Tensor | null)[],
  rest: (program: Program) => Program,
): Held => {
  const { skeleton, placed, state } = held
  checkState(anatomy.shape, state)
  const handles = placed.map((member) => sharedTensor(tensorOf(member)))
  const occasion = { updates: buildTree(skeleton, gradients), params: buildTree(skeleton, handles), extra: undefined }
  try {
    const [params, next] = run(manner('step', true), rest(anatomy.plan(state, occasion)), occasion, state)
    const leaves = leavesOf<tf.Tensor>(skeleton, params, { where: 'params', nullable: false, alike: true })
    placed.forEach(({ variable }, i) => {
      const leaf = must(leaves[i] ?? undefined, 'parameter after a step')
      if (leaf === handles[i]) return
      variable?.assign(leaf)
      leaf.dispose()
    })
    return { ...held, state: ownTensors(next) }
  } finally {
    // Those that the step has replaced are gone already.
    for (const handle of handles) if (!handle.isDisposed) handle.dispose()
  }
}
