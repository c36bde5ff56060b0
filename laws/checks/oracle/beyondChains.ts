import { cautious } from '../../../src/combinators/cautious.js'
import { chain } from '../../../src/combinators/chain.js'
import { adadelta } from '../../../src/optimizers/adadelta.js'
import { adagrad } from '../../../src/optimizers/adagrad.js'
import { adamax } from '../../../src/optimizers/adamax.js'
import { adamp } from '../../../src/optimizers/adamp.js'
import { adan } from '../../../src/optimizers/adan.js'
import { amsgrad } from '../../../src/optimizers/amsgrad.js'
import { lars } from '../../../src/optimizers/lars.js'
import { lion } from '../../../src/optimizers/lion.js'
import { madgrad } from '../../../src/optimizers/madgrad.js'
import { novograd } from '../../../src/optimizers/novograd.js'
import { rmsprop } from '../../../src/optimizers/rmsprop.js'
import { rprop } from '../../../src/optimizers/rprop.js'
import { sgdp } from '../../../src/optimizers/sgdp.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { addDecayedWeights } from '../../../src/transforms/addDecayedWeights.js'
import { clipByBlockRms } from '../../../src/transforms/clipByBlockRms.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import { ema } from '../../../src/transforms/ema.js'
import { scaleByAdam } from '../../../src/transforms/scaleByAdam.js'
import { scaleByAdamp } from '../../../src/transforms/scaleByAdamp.js'
import { scaleByAdopt } from '../../../src/transforms/scaleByAdopt.js'
import { scaleByFactoredRms } from '../../../src/transforms/scaleByFactoredRms.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import { scaleByParamBlockRms } from '../../../src/transforms/scaleByParamBlockRms.js'
import { scaleByRadam } from '../../../src/transforms/scaleByRadam.js'
import { scaleBySchedule } from '../../../src/transforms/scaleBySchedule.js'
import { scaleByStddev } from '../../../src/transforms/scaleByStddev.js'
import { scaleByTrustRatio } from '../../../src/transforms/scaleByTrustRatio.js'
import { trace } from '../../../src/transforms/trace.js'
import type { Given, Subject } from './BeyondSubject.js'

const rated = ({ lr, weightDecay = 0 }: Given, ...parts: readonly AnyTransformation[]): AnyTransformation =>
  chain(...parts, addDecayedWeights({ weightDecay }), scaleByLearningRate({ learningRate: lr }))

const moments = ({ betas: [b1, b2] = [0.9, 0.999] }: Given) => ({ b1, b2 })

/** Nesterov's Adam with one bias correction for both, as timm has it: AdamP that projects nothing. */
const nadam = scaleByAdamp({ nesterov: true, delta: 0 })

/** Optimizers that are chains of what optax has. */
export const chainSubjects: Readonly<Record<string, Subject>> = {
  'timm NAdamW': { make: (given) => rated(given, nadam) },
  'timm cautious NAdamW': { make: (given) => rated({ weightDecay: 0.01, ...given }, cautious()(nadam)) },
  'timm Adafactor (big vision)': {
    make: ({ lr, weightDecay = 0, momentum = 0.9, minDimSizeToFactor = 16 }) =>
      rated({ lr, weightDecay }, scaleByFactoredRms({ minDimSizeToFactor }), ema({ decay: momentum, debias: false })),
  },
  'timm AdamP': {
    turned: true,
    make: ({ lr, weightDecay = 0, nesterov = false, delta = 0.1, wdRatio = 0.1 }) =>
      adamp({ learningRate: lr, weightDecay, nesterov, delta, wdRatio }),
  },
  'timm SGDP': {
    turned: true,
    make: ({ lr, momentum = 0, weightDecay = 0, nesterov = false, delta = 0.1, wdRatio = 0.1 }) =>
      sgdp({ learningRate: lr, momentum, weightDecay, nesterov, delta, wdRatio }),
  },
  'timm ADOPT': {
    make: ({ lr, weightDecay = 0, caution = false }) => {
      const direction = scaleByAdopt({ clipValueFn: (count) => count ** 0.333 })
      return chain(
        caution ? cautious()(direction) : direction,
        // the step that does not move does not decay
        addDecayedWeights({ weightDecay: (count) => (count === 0 ? 0 : weightDecay) }),
        scaleByLearningRate({ learningRate: lr }),
      )
    },
  },
  'timm LAMB': {
    make: ({ weightDecay = 0.01, ...given }) =>
      chain(
        ...(given.alwaysAdapt === true ? [] : [clipByGlobalNorm({ maxNorm: 1 })]),
        scaleByAdam({ eps: 1e-6 }),
        addDecayedWeights({ weightDecay }),
        scaleByTrustRatio(),
        scaleByLearningRate({ learningRate: given.lr }),
      ),
  },
  'timm MADGRAD': {
    make: ({ lr, momentum = 0.9, weightDecay = 0 }) => madgrad({ learningRate: lr, momentum, weightDecay }),
  },
  'timm LARS': {
    make: ({ lr, momentum = 0, weightDecay = 0, nesterov = false }) =>
      weightDecay === 0
        ? chain(trace({ decay: momentum, nesterov }), scaleByLearningRate({ learningRate: lr }))
        : lars({ learningRate: lr, momentum, weightDecay, nesterov, eps: 1e-8 }),
  },
  'timm Adan': {
    make: ({ lr, weightDecay = 0 }) => adan({ learningRate: lr, weightDecay, epsRoot: 0, lookAhead: 'authors' }),
  },
  'optimi Adan': {
    make: ({ lr, weightDecay = 0 }) =>
      adan({ learningRate: lr, weightDecay, eps: 1e-6, epsRoot: 0, lookAhead: 'authors' }),
  },
  'timm RMSProp (TensorFlow style)': {
    make: ({ lr, momentum, centered = false, eps = 1e-10 }) => {
      const options = { learningRate: lr, decay: 0.9, eps, epsInSqrt: true, initialScale: 1, centered }
      return momentum === undefined ? rmsprop(options) : rmsprop({ ...options, momentum })
    },
  },
  'timm RAdam with decoupled decay': { make: (given) => rated(given, scaleByRadam(moments(given))) },
  'timm NvNovoGrad': {
    make: ({ lr, weightDecay = 0, gradAveraging = false }) =>
      novograd({ learningRate: gradAveraging ? lr * (1 - 0.95) : lr, b1: 0.95, b2: 0.98, eps: 1e-8, weightDecay }),
  },
  'torch RAdam': { make: (given) => rated(given, scaleByRadam(moments(given))) },
  'torch ASGD': {
    make: ({ lr, lambd = 1e-4, alpha = 0.75 }) =>
      chain(
        addDecayedWeights({ weightDecay: lambd }),
        scaleByLearningRate({ learningRate: (count) => lr / (1 + lambd * lr * count) ** alpha }),
      ),
  },
  'torch Adafactor': {
    make: ({ lr, weightDecay = 0, d = 1 }) =>
      chain(
        scaleByFactoredRms({ minDimSizeToFactor: 1, epsilon: 0 }),
        clipByBlockRms({ threshold: d }),
        scaleByParamBlockRms({ minScale: 1e-3 }),
        scaleBySchedule({ stepSizeFn: (count) => Math.min(lr, 1 / Math.sqrt(count + 1)) }),
        addDecayedWeights({ weightDecay: lr * weightDecay }),
        scaleByLearningRate({ learningRate: 1 }),
      ),
  },
  'torch RMSprop': {
    make: ({ lr, momentum, centered = false, weightDecay = 0 }) =>
      centered
        ? chain(
            addDecayedWeights({ weightDecay }),
            scaleByStddev({ decay: 0.99, eps: 1e-8, epsInSqrt: false }),
            trace({ decay: momentum ?? 0 }),
            scaleByLearningRate({ learningRate: lr }),
          )
        : rmsprop({ learningRate: lr, decay: 0.99, eps: 1e-8, epsInSqrt: false }),
  },
  'torch Rprop': { make: ({ lr }) => rprop({ learningRate: lr, lag: false }) },
  'torch Adam amsgrad': {
    make: ({ lr, weightDecay = 0, amsgrad: largest = false }) =>
      largest
        ? // the largest of v without bias correction, which comes after it
          amsgrad({ learningRate: (count) => lr * Math.sqrt(1 - 0.999 ** (count + 1)), biasCorrectionNu: false })
        : chain(addDecayedWeights({ weightDecay }), scaleByAdam(), scaleByLearningRate({ learningRate: lr })),
  },
  'torch SGD dampening': {
    make: ({ lr, weightDecay = 0 }) =>
      chain(
        addDecayedWeights({ weightDecay }),
        scaleBySchedule({ stepSizeFn: (count) => (count === 0 ? 1 : 0.5) }),
        trace({ decay: 0.9 }),
        scaleByLearningRate({ learningRate: lr }),
      ),
  },
  'torch Adagrad': {
    make: ({ lr, lrDecay = 0, initialAccumulatorValue = 0 }) =>
      adagrad({ learningRate: (count) => lr / (1 + count * lrDecay), initialAccumulatorValue, eps: 0 }),
  },
  'torch Adadelta': { make: ({ lr }) => adadelta({ learningRate: lr }) },
  'torch Adamax': { make: ({ lr }) => adamax({ learningRate: lr }) },
  'optimi Lion': { make: ({ lr, weightDecay = 0 }) => lion({ learningRate: lr, weightDecay, b2: 0.99 }) },
}
