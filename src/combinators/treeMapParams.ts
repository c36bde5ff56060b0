import type { Tensor } from '@tensorflow/tfjs-core'
import { at, put } from '../state/paths.js'
import { slotsOf } from '../state/slots.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorFrom } from '../tensors/tensorFrom.js'
import type { Tree } from '../tree/Tree.js'

/** Applies a function to every tensor in a state that stands for a parameter: moments, accumulators, averages.
 *
 *  @shapes those that the function gives; numbers, and tensors of one number for a leaf or the tree, stay the same
 *    objects.
 *  @throws `TreeMismatch` for the state of another transformation; `TypeError` where `f` returns no tensor.
 *  @laws the identity changes nothing; composes as the functions do.
 *  @departs what stands for a parameter is declared by the equations, not found by a trial `init`; the state of a part
 *    that is no equation declares nothing, and stays.
 *  @reference optax.tree_map_params
 *  @example treeMapParams(adam({ learningRate: 1e-3 }), (slot) => tf.zerosLike(slot))(adam({ learningRate: 1e-3 }).init(params)) */
export const treeMapParams = (tx: AnyTransformation, f: (slot: Tensor, path: string) => Tensor) => {
  const { shape } = anatomyOf('treeMapParams: the optimizer', tx)
  return <S>(state: S): S =>
    slotsOf(shape)
      .filter(({ per }) => per === 'element')
      .reduce<unknown>((now, { at: path, name }) => {
        const slot = [...path, name]
        // a slot of one tensor for each leaf is a tree like the parameters
        return put(
          now,
          slot,
          mapTree((leaf, where) => tensorFrom(`treeMapParams: f(…, '${where}')`, f(leaf, where)))(
            at(now, slot) as Tree,
          ),
        )
      }, state) as S // the same state with other tensors
}
