/** @internal */
import { of, type PeerTable } from './PeerTable.js'

/** tfjs' own optimizers, which do not say their class: by the slots that they keep. */
export const tfjsTables: Readonly<Record<string, PeerTable>> = {
  optimizer: {
    slots: {
      m: of('mu', 'scaleByAdam'),
      v: of('nu', 'scaleByAdam'),
      accumulator: of('sumOfSquares', 'scaleByRss'),
      rms: of('nu', 'scaleByRms'),
      momentum: of('trace', 'trace'),
    },
    built: 'adam, sgd or adagrad with the epsilon of tfjs, 1e-7',
  },
  rmsprop: {
    slots: { rms: of('nu', 'scaleByRms'), momentum: of('trace', 'trace') },
    // there steps downhill are kept with their sign turned
    times: { 'trace.trace': () => -1 },
    built: 'rmsprop({ learningRate, decay, momentum, eps: 1e-7 }), with momentum: 0 where there is none',
  },
}
