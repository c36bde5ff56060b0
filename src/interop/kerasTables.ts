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

/** The optimizers of Keras and TensorFlow, by class. */
export const kerasTables: Readonly<Record<string, PeerTable>> = {
  SGD: keptMomentum,
  Momentum: {
    slots: { Momentum: of('trace', 'trace') },
    checks: [check('decay', 'momentum', 'trace')],
    built: 'sgd({ learningRate, momentum })',
  },
  Adam: kerasAdam,
  AdamW: kerasAdam,
  RMSprop: rms,
  Adagrad: {
    slots: { accumulator: of('sumOfSquares', 'scaleByRss'), Adagrad: of('sumOfSquares', 'scaleByRss') },
    checks: [check('eps', 'epsilon', 'scaleByRss')],
    built: 'adagrad({ learningRate, eps: epsilon }), eps: 0 for TensorFlow 1',
  },
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
}
