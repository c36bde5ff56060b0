/** @internal */
import { shown } from '../scalars/shown.js'

/** Refuses what is no scheme, as JavaScript may pass it: a constructor that was not called, above all. */
export const checkScheme = (owner: string, scheme: unknown): void => {
  if (typeof scheme === 'object' && scheme !== null && 'coefficient' in scheme && 'next' in scheme && 'init' in scheme)
    return
  const found =
    typeof scheme === 'function'
      ? `is a function, call it: ${owner}(${scheme.name}())`
      : `must be an averaging scheme, found ${shown(scheme)}. Pass e.g. ${owner}(warmup({ decay: 0.999 }))`
  throw new TypeError(`${owner}: what it is given ${found}.`)
}
