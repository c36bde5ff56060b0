/** Transformations pass over what they do not ask for, so `donate` among it would be lost without a word.
 *
 *  @internal */
export const refuseDonate = (door: 'step' | 'update' | 'flush', extra: unknown): void => {
  if (typeof extra !== 'object' || extra === null || !('donate' in extra) || extra.donate === undefined) return
  throw new TypeError(
    `${door}: donate stands beside what transformations are told, where nobody reads it. ${instead[door]}`,
  )
}

const instead = {
  step: 'Pass it with the optimizer: step(optimizer, { donate: true })(grads, state, params).',
  update:
    'Updates are new tensors beside the parameters, so nothing can be donated: step(optimizer, { donate: true })(grads, state, params) takes both as one.',
  flush: 'Pass it with the optimizer: flush(optimizer, { donate: true })(state, params).',
} as const
