/** @internal */

import { renamedPaths } from '../migration/renamedPaths.js'
import type { PlanLine, PlanOptions } from '../migration/StatePlan.js'
import { leafName } from '../state/tensorNames.js'
import { dtypeAt, shapeAt, type Skeleton, spell } from '../tree/Skeleton.js'
import type { FileTensor } from './fileParts.js'

/** What becomes of the parameters of a file, and which are taken, by the names that they have now. */
export const planParams = (
  params: ReadonlyMap<string, FileTensor>,
  skeleton: Skeleton,
  { rename = [] }: PlanOptions,
): { readonly lines: readonly PlanLine[]; readonly taken: ReadonlyMap<string, FileTensor> } => {
  const now = renamedPaths(rename, [...params.keys()])
  const before = new Map([...params.values()].map((one) => [now.get(one.name) ?? one.name, one]))
  const taken = new Map<string, FileTensor>()
  const lines = skeleton.paths.map((path, i): PlanLine => {
    const to = leafName(path)
    const found = before.get(to)
    before.delete(to)
    if (found === undefined)
      return {
        kind: 'started',
        to,
        at: 'the parameter',
        why: 'the file has no such parameter: it begins as that of like',
      }
    const own = { shape: shapeAt(skeleton, i), dtype: dtypeAt(skeleton, i) }
    if (String(own.shape) !== String(found.shape))
      return { kind: 'shape', to, from: found.name, why: `${spell(found)} in the file, ${spell(own)} in like` }
    taken.set(to, found)
    if (own.dtype !== found.dtype) return { kind: 'cast', to, from: found.name, exact: false }
    return { kind: to === found.name ? 'same' : 'moved', to, from: found.name }
  })
  const dropped = [...before.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name }): PlanLine => ({
      kind: 'dropped',
      from: name,
      why: 'like has no such parameter',
    }))
  return { lines: [...lines, ...dropped], taken }
}
