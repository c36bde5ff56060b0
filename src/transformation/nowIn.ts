/** @internal */
import { spell } from '../tree/Skeleton.js'

/** Parameters and a state together. Throws `TypeError` for anything else, as JavaScript may pass it. */
export const nowIn = <N extends object>(where: string, now: N): N => {
  const given: unknown = now
  if (typeof given === 'object' && given !== null && 'params' in given && 'state' in given) return now
  throw new TypeError(
    `${where}: expected { params, state }, found ${spell(given)}. ` +
      'Pass e.g. { params, state: optimizer.init(params) }, or what the last step returned.',
  )
}
