/** @internal */
import { check, type HyperparamCheck, of, type PeerTable } from './PeerTable.js'

const kerasAdams = ['scaleByKerasAdam', 'scaleByKerasAmsgrad']

const kerasBetas = (...equations: readonly string[]): readonly HyperparamCheck[] => [
  check('b1', 'beta_1', ...equations),
  check('b2', 'beta_2', ...equations),
  check('eps', 'epsilon', ...equations),
]

const kerasAdam: PeerTable = {
  slots: {
    momentum: of('mu', ...kerasAdams),
    velocity: of('nu', ...kerasAdams),
    velocity_hat: of('nuMax', 'scaleByKerasAmsgrad'),
    // of TensorFlow 1
    Adam: of('mu', 'scaleByKerasAdam'),
    Adam_1: of('nu', 'scaleByKerasAdam'),
  },
  checks: kerasBetas(...kerasAdams),
  built: 'scaleByKerasAdam or scaleByKerasAmsgrad of polyak/interop: adam follows optax, where ε stands elsewhere',
}

const rms: PeerTable = {
  slots: {
    velocity: of('nu', 'scaleByRms', 'scaleByStddev'),
    average_gradient: of('mu', 'scaleByStddev'),
    momentum: of('trace', 'trace'),
    RMSProp: of('nu', 'scaleByRms'),
    RMSProp_1: of('trace', 'trace'),
  },
  // there steps downhill are kept with their sign turned
  times: { 'trace.trace': () => -1 },
  checks: [
    check('decay', 'rho', 'scaleByRms', 'scaleByStddev'),
    check('eps', 'epsilon', 'scaleByRms', 'scaleByStddev'),
    check('epsInSqrt', () => true, 'scaleByRms', 'scaleByStddev'),
    check('decay', 'momentum', 'trace'),
  ],
  built: 'rmsprop({ learningRate, decay: rho, momentum })',
}

const keptMomentum: PeerTable = {
  slots: { momentum: of('trace', 'trace') },
  checks: [check('decay', 'momentum', 'trace'), check('nesterov', 'nesterov', 'trace')],
  built: 'chain(scaleByLearningRate({ learningRate }), trace({ decay: momentum })): the rate goes into the momentum',
}

const momentumOptimizer: PeerTable = {
  slots: { Momentum: of('trace', 'trace') },
  checks: [check('decay', 'momentum', 'trace')],
  built: 'sgd({ learningRate, momentum })',
}

const adagradOf: PeerTable = {
  slots: { accumulator: of('sumOfSquares', 'scaleByRss'), Adagrad: of('sumOfSquares', 'scaleByRss') },
  checks: [check('eps', 'epsilon', 'scaleByRss')],
  built: 'adagrad({ learningRate, eps: epsilon }), eps: 0 for TensorFlow 1',
}

/** The optimizers of Keras and TensorFlow, by class. */
export const kerasTables: Readonly<Record<string, PeerTable>> = {
  SGD: keptMomentum,
  Adam: kerasAdam,
  AdamW: kerasAdam,
  RMSprop: rms,
  Adagrad: adagradOf,
  Nadam: {
    slots: { momentum: of('mu', 'scaleByWarmedNadam'), velocity: of('nu', 'scaleByWarmedNadam') },
    numbers: { variable: of('product', 'scaleByWarmedNadam') },
    checks: [...kerasBetas('scaleByWarmedNadam'), check('momentumDecay', () => 1, 'scaleByWarmedNadam')],
    built: 'scaleByWarmedNadam({ momentumDecay: 1, eps: 1e-7 }) of polyak/interop',
  },
  Adamax: {
    slots: { momentum: of('mu', 'scaleByKerasAdamax'), norm: of('nu', 'scaleByKerasAdamax') },
    checks: kerasBetas('scaleByKerasAdamax'),
    built: 'scaleByKerasAdamax of polyak/interop: adamax follows optax, where ε stands elsewhere',
  },
  Adadelta: {
    slots: { accumulated_grad: of('eG', 'scaleByAdadelta'), accumulated_delta_var: of('eX', 'scaleByAdadelta') },
    checks: [check('rho', 'rho', 'scaleByAdadelta'), check('eps', 'epsilon', 'scaleByAdadelta')],
    built: 'adadelta({ learningRate, rho, eps: epsilon })',
  },
  Lion: {
    slots: { momentum: of('mu', 'scaleByLion') },
    checks: [check('b1', 'beta_1', 'scaleByLion'), check('b2', 'beta_2', 'scaleByLion')],
    built: 'lion({ learningRate, weightDecay: 0 })',
  },
  Adafactor: {
    slots: {
      row: of('vRow', 'scaleByFactoredRms'),
      column: of('vCol', 'scaleByFactoredRms'),
      velocity: of('v', 'scaleByFactoredRms'),
    },
    checks: [
      check(
        'decayRate',
        ({ beta_2_decay }) => (typeof beta_2_decay === 'number' ? -beta_2_decay : undefined),
        'scaleByFactoredRms',
      ),
      check('threshold', 'clip_threshold', 'clipByBlockRms'),
    ],
    built: 'adafactor({ learningRate: (count) => Math.min(rate, (count + 1) ** -0.5), minDimSizeToFactor: 1 })',
  },
  Muon: {
    slots: {
      momentum: of('mu', 'scaleByMuon', 'scaleByKerasAdam'),
      velocity: of('nu', 'scaleByKerasAdam'),
    },
    // there gradients are summed, here they are averaged
    times: { 'scaleByMuon.mu': ({ beta }) => 1 - Number(beta) },
    checks: [
      check('b1', 'adam_beta_1', 'scaleByKerasAdam'),
      check('b2', 'adam_beta_2', 'scaleByKerasAdam'),
      check('beta', 'momentum', 'scaleByMuon'),
      check('nesterov', 'nesterov', 'scaleByMuon'),
      check('debias', () => false, 'scaleByMuon'),
    ],
    built:
      'partition of scaleByMuon({ debias: false, scaling: rms_rate }) for matrices and scaleByKerasAdam for all else, with addDecayedWeights',
  },
  GradientDescentOptimizer: { slots: {}, built: 'sgd({ learningRate })' },
  MomentumOptimizer: momentumOptimizer,
  AdamOptimizer: kerasAdam,
  RMSPropOptimizer: rms,
  AdagradOptimizer: adagradOf,
}
