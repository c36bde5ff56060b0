import { must } from '../scalars/must.js'
import { listed } from '../scalars/listed.js'
import { type Mask, remembered } from '../equation/Scope.js'
import { rememberedOne } from '../equation/Program.js'
import { type Skeleton, pathAt } from '../tree/Skeleton.js'
import type { Tree } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { type ChoiceTree, choicesOf } from './choiceTree.js'
import { chosenBy } from './chosenBy.js'

/** A label for each leaf, or for everything below; a record or array of such. */
export type LabelTree<L extends string> = ChoiceTree<L>

/** How leaves are labelled: a tree (a prefix is enough), or a function of the parameters such as `byPattern` and
 *  `byPath` make. */
export type LabelLike<L extends string> = LabelTree<L> | ((params: Tree) => LabelTree<L>)

/** The scope of each label. Proved once for each structure: every leaf has exactly one label, every label is known and
 *  has a leaf.
 *
 *  @internal */
export const labelScopes = <L extends string>(
  name: string,
  labels: readonly L[],
  given: LabelLike<L>,
): ReadonlyMap<L, Mask> => {
  const where = `the labels of ${name}`
  const labelled = rememberedOne((skeleton: Skeleton): readonly string[] => {
    const found = choicesOf(
      {
        where,
        is: (value) => typeof value === 'string',
        words: `one of the labels ${quoted(labels)}`,
        hint: 'Labels are a tree like the parameters (or a prefix of it), byPattern({ … }), or byPath((path) => …).',
      },
      skeleton,
      chosenBy(where, given, skeleton),
    )
    prove(where, skeleton, labels, found)
    return found
  })
  return new Map(labels.map((label) => [label, remembered((skeleton) => labelled(skeleton).map((l) => l === label))]))
}

const prove = (where: string, skeleton: Skeleton, labels: readonly string[], found: readonly string[]): void => {
  const unknown = found.flatMap((label, i) => (labels.includes(label) ? [] : [{ label, path: pathAt(skeleton, i) }]))
  if (unknown.length > 0)
    throw new TreeMismatch({
      where,
      path: must(unknown[0], 'unknown label').path,
      expected: `one of the labels ${quoted(labels)}`,
      found: unknown.map(({ label, path }) => `"${label}" at ${path || 'the root'}`).join(', '),
      hint: 'Give a transformation for each label, or mend the label.',
    })
  const unused = labels.filter((label) => !found.includes(label))
  if (unused.length > 0)
    throw new TreeMismatch({
      where,
      path: '',
      expected: `a leaf for each of ${quoted(labels)}`,
      found: `none for ${quoted(unused)}`,
      hint: `The leaves are ${listed(skeleton.paths.map((path, i) => `${path || 'the root'}: "${must(found[i], 'label of a leaf')}"`)) || 'none'}. Mend the labels, or leave the transformation out.`,
    })
}

/** Words in quotation marks, for errors.
 *
 *  @internal */
export const quoted = (words: readonly string[]): string => listed(words.map((word) => JSON.stringify(word)))
