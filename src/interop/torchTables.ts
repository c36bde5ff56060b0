/** @internal */
import { check, type HyperparamCheck, of, type PeerTable } from './PeerTable.js'

const beta =
  (i: number): HyperparamCheck['of'] =>
  ({ betas }) =>
    Array.isArray(betas) ? (betas[i] as unknown) : undefined // compared with a number later

const betas = (...equations: readonly string[]): readonly HyperparamCheck[] => [
  check('b1', beta(0), ...equations),
  check('b2', beta(1), ...equations),
  check('eps', 'eps', ...equations),
]

const adams = ['scaleByAdam', 'scaleByTorchAmsgrad']

const torchAdam = (coupled: boolean, built: string): PeerTable => ({
  slots: {
    exp_avg: of('mu', ...adams),
    exp_avg_sq: of('nu', ...adams),
    max_exp_avg_sq: of('nuMax', 'scaleByTorchAmsgrad'),
  },
  checks: [...betas(...adams), check('weightDecay', 'weight_decay', 'addDecayedWeights')],
  decays: (group) => (coupled && group['decoupled_weight_decay'] !== true ? 'before' : 'after'),
  built,
})

const decay = check('weightDecay', 'weight_decay', 'addDecayedWeights')

/** PyTorch's own optimizers, by class. */
export const torchTables: Readonly<Record<string, PeerTable>> = {
  SGD: {
    slots: { momentum_buffer: of('trace', 'trace') },
    checks: [
      check('decay', 'momentum', 'trace'),
      check('nesterov', 'nesterov', 'trace'),
      check('stepSize', ({ dampening }) => (dampening === 0 ? undefined : 1 - Number(dampening)), 'scale'),
      decay,
    ],
    built: 'sgd({ learningRate, momentum }), with scale({ stepSize: 1 - dampening }) before trace where it is dampened',
  },
  Adam: torchAdam(true, 'adam, with addDecayedWeights before it; scaleByTorchAmsgrad of polyak/interop for amsgrad'),
  AdamW: torchAdam(false, 'adamw; scaleByTorchAmsgrad of polyak/interop for amsgrad'),
  NAdam: {
    slots: { exp_avg: of('mu', 'scaleByWarmedNadam'), exp_avg_sq: of('nu', 'scaleByWarmedNadam') },
    numbers: { mu_product: of('product', 'scaleByWarmedNadam') },
    checks: [...betas('scaleByWarmedNadam'), check('momentumDecay', 'momentum_decay', 'scaleByWarmedNadam'), decay],
    built: 'scaleByWarmedNadam of polyak/interop: nadam follows optax, whose momentum does not warm up',
  },
  RAdam: {
    slots: { exp_avg: of('mu', 'scaleByTorchRadam'), exp_avg_sq: of('nu', 'scaleByTorchRadam') },
    checks: [...betas('scaleByTorchRadam'), decay],
    built: 'scaleByTorchRadam of polyak/interop: radam follows optax, where ε stands elsewhere',
  },
  Adamax: {
    slots: { exp_avg: of('mu', 'scaleByAdamax'), exp_inf: of('nu', 'scaleByAdamax') },
    checks: [...betas('scaleByAdamax'), decay],
    built: 'adamax',
  },
  RMSprop: {
    slots: {
      square_avg: of('nu', 'scaleByRms', 'scaleByStddev'),
      grad_avg: of('mu', 'scaleByStddev'),
      momentum_buffer: of('trace', 'trace'),
    },
    checks: [
      check('decay', 'alpha', 'scaleByRms', 'scaleByStddev'),
      check('eps', 'eps', 'scaleByRms', 'scaleByStddev'),
      check('epsInSqrt', () => false, 'scaleByRms', 'scaleByStddev'),
      check('decay', 'momentum', 'trace'),
      decay,
    ],
    built:
      'rmsprop({ learningRate, decay: alpha, epsInSqrt: false }), or with momentum chain(scaleByRms, trace, scaleByLearningRate)',
  },
  Adagrad: {
    slots: { sum: of('sumOfSquares', 'scaleByTorchAdagrad') },
    checks: [check('eps', 'eps', 'scaleByTorchAdagrad'), decay],
    built: 'scaleByTorchAdagrad of polyak/interop: adagrad follows optax, where ε stands elsewhere',
  },
  Adadelta: {
    slots: { square_avg: of('eG', 'scaleByAdadelta'), acc_delta: of('eX', 'scaleByAdadelta') },
    checks: [check('rho', 'rho', 'scaleByAdadelta'), check('eps', 'eps', 'scaleByAdadelta'), decay],
    built: 'adadelta({ learningRate })',
  },
  Adafactor: {
    slots: {
      row: of('vRow', 'scaleByFactoredRms'),
      column: of('vCol', 'scaleByFactoredRms'),
      variance: of('v', 'scaleByFactoredRms'),
    },
    checks: [
      check('decayRate', ({ beta2_decay }) => -Number(beta2_decay), 'scaleByFactoredRms'),
      check('threshold', 'd', 'clipByBlockRms'),
      decay,
    ],
    built: 'adafactor({ learningRate: (count) => Math.min(lr, (count + 1) ** -0.5), minDimSizeToFactor: 1 })',
  },
}
