/** @internal */
import { of, type PeerTable } from './PeerTable.js'

/** tfjs' own optimizers, by the slots that they keep. */
export const tfjsTable: PeerTable = {
  slots: {
    m: of('mu', 'scaleByAdam'),
    v: of('nu', 'scaleByAdam'),
    accumulator: of('sumOfSquares', 'scaleByRss'),
    rms: of('nu', 'scaleByRms'),
    momentum: of('trace', 'trace'),
  },
  built: 'adam, sgd, adagrad or rmsprop with the epsilon of tfjs, 1e-7',
}
