import { isNamed } from '../scalars/isNamed.js'
import { cutKeys, hasPaths } from '../tree/cutKeys.js'
import { type Frame, isList } from '../tree/Frame.js'
import { join, type Skeleton, spell } from '../tree/Skeleton.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'

/** A value for each leaf, or for everything below: a value, or a record or array of choices. A prefix of the
 *  parameters' tree is enough. */
export type ChoiceTree<A> = A | readonly ChoiceTree<A>[] | { readonly [key: string]: ChoiceTree<A> }

/** What is chosen, in words for errors. */
export interface TreeChoice<A> {
  /** Which tree this is, such as `the mask of masked`. */
  readonly where: string
  readonly is: (value: unknown) => value is A
  /** What a leaf may be, such as `true or false`. */
  readonly words: string
  readonly hint: string
}

/** The choice for each leaf of a skeleton. Throws `TreeMismatch` where the choices do not fit it.
 *
 *  @internal */
export const choicesOf = <A>(choice: TreeChoice<A>, skeleton: Skeleton, tree: unknown): readonly A[] => {
  const chosen: A[] = []
  spread(choice, skeleton.frame, tree, '', chosen)
  return chosen
}

const spread = <A>(choice: TreeChoice<A>, frame: Frame, node: unknown, path: string, chosen: A[]): void => {
  const { where, words, hint } = choice
  const wrong = (found: unknown) =>
    new TreeMismatch({
      where,
      path,
      expected: typeof frame === 'number' ? words : `${words}, or the structure of the parameters`,
      found: spell(found),
      hint,
    })
  if (frame === null) return
  if (typeof frame === 'number') {
    if (!choice.is(node)) throw wrong(node)
    chosen[frame] = node
    return
  }
  if (choice.is(node)) {
    for (const [key, item] of Object.entries(frame)) spread(choice, item, node, join(path, key), chosen)
    return
  }
  if (isList(frame) ? !Array.isArray(node) : !isNamed(node)) throw wrong(node)
  const children = node as Readonly<Record<string, unknown>> // an object, read by own keys only
  const keys = Object.keys(frame)
  const surplus = Object.keys(children).find((key) => !keys.includes(key))
  const differ = surplus !== undefined || keys.some((key) => !Object.hasOwn(children, key))
  if (differ && !isList(frame) && hasPaths([...keys, ...Object.keys(children)])) {
    const place = { where, path }
    spread(choice, cutKeys(frame, place), cutKeys(children, place), path, chosen)
    return
  }
  if (surplus !== undefined) throw wrong({ [surplus]: children[surplus] })
  for (const [key, item] of Object.entries(frame)) {
    if (!Object.hasOwn(children, key) && item !== null)
      throw new TreeMismatch({ where, path: join(path, key), expected: words, found: 'nothing', hint })
    spread(choice, item, children[key], join(path, key), chosen)
  }
}
