/** @internal */
import { must } from '../scalars/must.js'
import { argsOf, type Node } from './Node.js'

/** What some nodes compute, as a text made of operations and of the places of their arguments, and never of names that
 *  depend on how they came about: equal texts are equal programs. `nodes` come each after its arguments; `head` says of
 *  one what its arguments do not, and `ends` that those are not looked at. */
export const textOfNodes = (
  nodes: readonly Node[],
  results: readonly Node[],
  head: (node: Node) => string,
  ends: (node: Node) => boolean = () => false,
): string => {
  const places = new Map<Node, number>()
  const placeOf = (node: Node): number => must(places.get(node), 'place')
  let text = ''
  for (const node of nodes) {
    text += `${head(node)}(`
    if (!ends(node)) for (const arg of argsOf(node)) text += `${placeOf(arg)} `
    text += ') '
    places.set(node, places.size)
  }
  return `${text}> ${results.map(placeOf).join()}`
}
