/** @internal */
import { isPlain, spell } from '../tree/Skeleton.js'

/** Who takes what transformations are told. */
type Door = 'step' | 'update' | 'flush'

/** Transformations read what they are told by its names, and pass over what they do not ask for: a value that is handed
 *  in bare, or `donate` among it, would be lost without a word. */
export const checkTold = (door: Door, extra: unknown): void => {
  if (extra === undefined || extra === null) return
  if (typeof extra !== 'object' || !isPlain(extra))
    throw new TypeError(
      `${door}: what transformations are told must be one record, found ${spell(extra)}. Pass e.g. { value: loss }.`,
    )
  if ('donate' in extra && extra.donate !== undefined)
    throw new TypeError(
      `${door}: donate stands beside what transformations are told, where nobody reads it. Pass it with the optimizer: ${instead[door]}.`,
    )
}

const stepping = 'step(optimizer, { donate: true })(grads, state, params)'

const instead = {
  step: stepping,
  update: `${stepping}, as updates are new tensors`,
  flush: 'flush(optimizer, { donate: true })(state, params)',
} as const
