/** @internal */
import { isPlain, join, spell } from '../tree/Skeleton.js'
import { isLeaf } from '../tree/Tree.js'

/** Refuses in the state of a plain transformation what no file keeps: restored, it would be as it was at the start. `of`
 *  names the transformation. */
export const refuseUnkept = (of: string, value: unknown, path = ''): void => {
  if (typeof value === 'number' || value === null || value === undefined || isLeaf(value)) return
  if (typeof value !== 'object' || !isContainer(value))
    throw new TypeError(
      `the state of ${of}: at ${path === '' ? 'the root' : path}, expected a number, a tensor, null, a record or an array, ` +
        `found ${spell(value)}. Only these are saved and restored: a condition is 0 or 1.`,
    )
  for (const [key, child] of Object.entries(value)) refuseUnkept(of, child, join(path, key))
}

const isContainer = (value: object): boolean => Array.isArray(value) || isPlain(value)
