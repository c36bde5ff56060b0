import { remembered, type Mask } from '../equation/Scope.js'
import type { Tree } from '../tree/Tree.js'
import { type ChoiceTree, choicesOf } from './choiceTree.js'
import { chosenBy } from './chosenBy.js'

/** A choice of leaves: `true` for a leaf or for everything below, or a record or array of choices. */
export type MaskTree = ChoiceTree<boolean>

/** How leaves are chosen: a tree of booleans (a prefix is enough), a function from the parameters to one, or a
 *  predicate on paths made by `byPath`. */
export type MaskLike = MaskTree | ((params: Tree) => MaskTree)

/** The scope of a mask. Computed once for each structure: a mask cannot change during training. `option` is what its
 *  user calls it.
 *
 *  @internal */
export const maskScope = (name: string, mask: MaskLike, option = 'mask'): Mask =>
  remembered((skeleton) =>
    choicesOf(
      {
        where: `the ${option} of ${name}`,
        is: (value) => typeof value === 'boolean',
        words: 'true or false',
        hint: 'A mask is a tree of booleans like the parameters (or a prefix of them), or byPath((path) => …).',
      },
      skeleton,
      chosenBy(`the ${option} of ${name}`, mask, skeleton),
    ),
  )

/** The leaves that a mask leaves out.
 *
 *  @internal */
export const complement = (scope: Mask): Mask => remembered((skeleton) => scope.includes(skeleton).map((x) => !x))
