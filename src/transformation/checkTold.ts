/** @internal */
import { isPlain, spell } from '../tree/Skeleton.js'

/** Transformations read what they are told by its names, and pass over what they do not ask for: a value that is handed
 *  in bare, or `donate` among it, would be lost without a word. `door` takes it; `way` is where one donates. */
export const checkTold = (
  door: 'step' | 'update' | 'flush',
  extra: unknown,
  way = 'step(optimizer, { donate: true })(grads, state, params)',
): void => {
  if (extra === undefined || extra === null) return
  if (typeof extra !== 'object' || !isPlain(extra))
    throw new TypeError(
      `${door}: what transformations are told must be one record, found ${spell(extra)}. Pass e.g. { value: loss }.`,
    )
  if ('donate' in extra && extra.donate !== undefined)
    throw new TypeError(
      `${door}: donate stands beside what transformations are told, where nobody reads it. Pass it with the optimizer: ${way}.`,
    )
}
