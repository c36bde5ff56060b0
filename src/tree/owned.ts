/** @internal */
import { isLeaf, type Leaf } from './Tree.js'

/** The same value with a copy in the place of every leaf that is taken, or that has come before: each of its leaves can
 *  be disposed without the others, and without those that are taken. What needs no copy is the same object. `where` names
 *  the value in errors.
 *
 *  @throws `TypeError` for one that holds itself: nobody could walk it to its end. */
export const owned = <L extends Leaf>(
  where: string,
  copied: (leaf: L) => L,
  taken: Iterable<L | null>,
  value: unknown,
): unknown => {
  const seen = new Set<Leaf | null>(taken)
  const above: object[] = []
  const visit = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null || ArrayBuffer.isView(node)) return node
    if (isLeaf(node)) {
      const own = seen.has(node) ? copied(node as L) : node // the caller names the leaf type of the value
      seen.add(own)
      return own
    }
    if (above.includes(node)) throw endless(where, above, node)
    above.push(node)
    const entries = Object.entries(node).map(([key, child]) => [key, child, visit(child)] as const)
    above.pop()
    if (entries.every(([, before, after]) => before === after)) return node
    return Object.freeze(
      Array.isArray(node)
        ? entries.map(([, , after]) => after)
        : Object.fromEntries(entries.map(([key, , after]) => [key, after])),
    )
  }
  return visit(value)
}

const endless = (where: string, above: readonly object[], node: object): TypeError => {
  const keys = above.map((one, i) => Object.keys(one).find((key) => Reflect.get(one, key) === (above[i + 1] ?? node)))
  const place = keys.slice(0, above.indexOf(node)).join('/') || 'the root'
  return new TypeError(
    `${where}: at ${keys.join('/')}, found the very object that lies at ${place}, which so holds itself. Leave it out.`,
  )
}
