/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import { refined } from '../scalars/decoder.js'
import type { Kind } from '../scalars/Kind.js'

type Statistics = 'kept' | 'averaged' | AsyncIterable<Tensor | readonly Tensor[]>

const isStatistics = (u: unknown): u is Statistics =>
  u === 'kept' || u === 'averaged' || (typeof u === 'object' && u !== null && Symbol.asyncIterator in u)

/** What becomes of the statistics of batch normalisation while averages are in place. */
export const statisticsOption: Kind<Statistics> = {
  codec: refined('statistics', isStatistics),
  range: "'kept', 'averaged', or an async iterable of batches of inputs",
  example: "'kept'",
  sorts: ['string', 'object'],
}
