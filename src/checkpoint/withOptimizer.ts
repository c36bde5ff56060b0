/** @internal */
import { knownOnly } from '../scalars/knownOnly.js'
import { anatomyOf } from '../transformation/anatomyOf.js'

/** The names of a request, checked by `knownOnly`, and its optimizer: a constructor that was not called is told so at the
 *  door, before anything reads it.
 *
 *  @throws `TypeError` as `knownOnly`, and for what is no transformation. */
export const withOptimizer = <R extends object>(
  where: string,
  names: Parameters<typeof knownOnly<R>>[1],
  beside?: readonly string[],
): (<G extends { readonly optimizer: unknown }>(given: G) => G) => {
  const known = knownOnly<R>(where, names, beside)
  return (given) => {
    const request = known(given)
    anatomyOf(`${where}: the optimizer`, request.optimizer)
    return request
  }
}
