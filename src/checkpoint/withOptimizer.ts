/** @internal */
import { anatomyOf } from '../transformation/anatomyOf.js'

/** The names of a request, checked, and its optimizer: a constructor that was not called is told so at the door, before
 *  anything reads it.
 *
 *  @throws `TypeError` as `knownOnly`, and for what is no transformation. */
export const withOptimizer =
  (where: string, known: <G extends object>(given: G) => G) =>
  <G extends { readonly optimizer: unknown }>(given: G): G => {
    const request = known(given)
    anatomyOf(`${where}: the optimizer`, request.optimizer)
    return request
  }
