/** @internal */
import type { StatePath } from '../equation/Stage.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { type Skeleton, pathAt } from '../tree/Skeleton.js'
import { isLeaf, type Leaf } from '../tree/Tree.js'
import type { StateShape } from './StateShape.js'
import { slotTensorName, treeTensorName } from './tensorNames.js'
import { child, opaqueTensorName, type FlatState } from './visitState.js'

/** A state like another one, with the numbers and tensors of a flat one. Every name must be there: check before. */
export const rebuildState = <L extends Leaf>(
  shape: StateShape,
  skeleton: Skeleton,
  like: unknown,
  { numbers, tensors }: FlatState<L>,
): unknown => {
  const tensor = (name: string): L => {
    const found = tensors.get(name)
    if (found === undefined) throw new TypeError(`state: there is no tensor named ${name}.`)
    return found
  }
  const build = (node: StateShape, value: unknown, at: StatePath): unknown => {
    switch (node.kind) {
      case 'tuple':
        return Object.freeze(node.parts.map((part, i) => build(part, child(value, i), [...at, i])))
      case 'hidden':
        return build(node.part, value, at)
      case 'opaque':
        return buildOpaque(value, at, [])
      case 'record': {
        const record: Record<string, unknown> = {}
        for (const [key, part] of Object.entries(node.parts)) record[key] = build(part, child(value, key), [...at, key])
        for (const [key, { per }] of Object.entries(node.slots)) {
          const average = key === 'average' ? node.average : undefined
          record[key] =
            per === 'tree'
              ? tensor(treeTensorName(at, key))
              : buildTree(
                  skeleton,
                  leavesOf(skeleton, child(value, key), {
                    where: `like.${[...at, key].join('.')}`,
                    nullable: true,
                    alike: per === 'element',
                  }).map((leaf, i) =>
                    leaf === null ? null : tensor(slotTensorName(pathAt(skeleton, i), at, key, average)),
                  ),
                )
        }
        for (const key of Object.keys(node.host)) record[key] = numbers.get([...at, key].join('.'))
        return Object.freeze(record)
      }
    }
  }
  const buildOpaque = (value: unknown, at: StatePath, keys: StatePath): unknown =>
    typeof value === 'number'
      ? numbers.get([...at, ...keys].join('.'))
      : isLeaf(value)
        ? tensor(opaqueTensorName(skeleton, at, keys))
        : Array.isArray(value)
          ? Object.freeze(value.map((item: unknown, i) => buildOpaque(item, at, [...keys, String(i)])))
          : typeof value === 'object' && value !== null
            ? Object.freeze(
                Object.fromEntries(
                  Object.entries(value).map(([key, item]) => [key, buildOpaque(item, at, [...keys, key])]),
                ),
              )
            : value
  return build(shape, like, [])
}
