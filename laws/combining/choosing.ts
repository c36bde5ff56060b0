import { pathsOf } from '../../src/tree/pathsOf.js'
import { mapNumbers, numbersIn, tensorsFrom, tidily, type TreeSpec } from '../Numbers.js'

/** Of two trees like the parameters, the leaves of the first where a path is shown, and of the second elsewhere. */
export const choosing = (
  params: TreeSpec,
  shows: (path: string) => boolean,
): ((first: TreeSpec, second: TreeSpec) => TreeSpec) => {
  const shown = tidily(() => pathsOf(tensorsFrom(params))).map(shows)
  return (first, second) => {
    const [a, b] = [numbersIn(first), numbersIn(second)]
    let next = 0
    return mapNumbers((leaf) => {
      const i = next++
      return (shown[i] === true ? a[i] : b[i]) ?? leaf
    })(params)
  }
}
