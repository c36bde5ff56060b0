import type { Skeleton } from '../tree/Skeleton.js'
import type { Tree } from '../tree/Tree.js'
import { standIn } from './standIn.js'

/** The choices that were given, or those that a function makes of the parameters. What breaks in it says what it was called
 *  with: many expect a path there.
 *
 *  @internal */
export const chosenBy = <C>(where: string, given: C | ((params: Tree) => C), skeleton: Skeleton): C => {
  if (!isFunction(given)) return given
  try {
    return given(standIn(skeleton))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new TypeError(
      `${where}: ${error.message}. Its function is called once, with the tree of all parameters; ` +
        'byPath((path, leaf) => …) calls one for each leaf.',
      { cause: error },
    )
  }
}

const isFunction = <C>(given: C | ((params: Tree) => C)): given is (params: Tree) => C => typeof given === 'function'
