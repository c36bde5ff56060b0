/** @internal */
import { isLeaf, type Leaf } from './Tree.js'

/** The same value with a copy in the place of every leaf that is taken, or that has come before: each of its leaves can
 *  be disposed without the others, and without those that are taken. What needs no copy is the same object. */
export const owned = <L extends Leaf>(copied: (leaf: L) => L, taken: Iterable<L | null>, value: unknown): unknown => {
  const seen = new Set<Leaf | null>(taken)
  const visit = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null || ArrayBuffer.isView(node)) return node
    if (isLeaf(node)) {
      const own = seen.has(node) ? copied(node as L) : node // the caller names the leaf type of the value
      seen.add(own)
      return own
    }
    const entries = Object.entries(node).map(([key, child]) => [key, child, visit(child)] as const)
    if (entries.every(([, before, after]) => before === after)) return node
    return Object.freeze(
      Array.isArray(node)
        ? entries.map(([, , after]) => after)
        : Object.fromEntries(entries.map(([key, , after]) => [key, after])),
    )
  }
  return visit(value)
}
