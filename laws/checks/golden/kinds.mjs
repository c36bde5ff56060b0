/** Every kind of state that 0.1.0 could save, by constructors that it had; and what is trained before it is saved. */

const rate = { learningRate: 0.1 }

/** The optimizer of each file, made of a version of the library. */
export const kinds = (polyak) => {
  const { adam, chain, byPath, masked, partition, withMovingAverage } = polyak
  const isKernel = byPath((path) => path.endsWith('kernel'))
  const average = withMovingAverage({ decay: 0.5 })
  return {
    sgd: polyak.sgd(rate),
    momentum: polyak.sgd({ ...rate, momentum: 0.9, nesterov: true }),
    adam: adam(rate),
    adamw: polyak.adamw({ learningRate: (count) => 0.1 / (1 + count) }),
    amsgrad: polyak.amsgrad(rate),
    adamax: polyak.adamax(rate),
    lion: polyak.lion(rate),
    rmsprop: polyak.rmsprop({ ...rate, centered: true, momentum: 0.5 }),
    adagrad: polyak.adagrad(rate),
    adan: polyak.adan(rate),
    novograd: polyak.novograd(rate),
    sm3: polyak.sm3(rate),
    adafactor: polyak.adafactor(rate),
    lbfgs: chain(polyak.scaleByLbfgs({ memorySize: 2 }), polyak.scaleByLearningRate(rate)),
    ema: chain(polyak.ema({ decay: 0.5 }), polyak.scaleByLearningRate(rate)),
    applyEvery: chain(polyak.applyEvery({ k: 2 }), polyak.scaleByLearningRate(rate)),
    namedChain: polyak.namedChain({ clip: polyak.clipByGlobalNorm({ maxNorm: 1 }), adam: adam(rate) }),
    masked: masked({ mask: isKernel, otherwise: 'zero' })(adam(rate)),
    partition: partition({
      transforms: { slow: polyak.sgd(rate), fast: adam(rate) },
      paramLabels: byPath((path) => (path.endsWith('kernel') ? 'fast' : 'slow')),
    }),
    multiSteps: polyak.multiSteps({ everyKSchedule: 2 })(adam(rate)),
    lookahead: polyak.lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(adam(rate)),
    applyIfFinite: polyak.applyIfFinite({ maxConsecutiveErrors: 2 })(adam(rate)),
    conditionally: polyak.conditionallyTransform({ shouldTransformFn: (step) => step < 2 })(adam(rate)),
    injectHyperparams: polyak.injectHyperparams(adam)({ learningRate: 0.1, b1: 0.8 }),
    flatten: polyak.flatten(adam(rate)),
    average: average(adam(rate)),
    debiased: withMovingAverage({ decay: 0.5, debias: true })(adam(rate)),
    compensated: withMovingAverage({ decay: 0.5, precision: 'compensated' })(adam(rate)),
    twoAverages: withMovingAverage({ decay: 0.9, name: 'Slow' })(average(adam(rate))),
    averageInside: polyak.multiSteps({ everyKSchedule: 2 })(average(adam(rate))),
    swapped: average(adam(rate)),
  }
}

/** Parameters to begin with: a leaf of each rank, an integer, an empty place, a list. */
export const start = (tf) => ({
  dense: { kernel: tf.tensor([1, -2, 3, 0.5, -0.25, 8], [3, 2]), bias: tf.tensor([0.25, -1], [2]) },
  none: null,
  list: [tf.scalar(0.75)],
})

/** The gradients of a step. */
export const gradsOf = (tf, i) => ({
  dense: {
    kernel: tf.tensor([0.5, -1, 0.25, i, 0.125, -0.5], [3, 2]),
    bias: tf.tensor([1, -0.25 * i], [2]),
  },
  none: null,
  list: [tf.scalar(0.5 - i)],
})

/** Steps before a file is saved: in the middle of what goes by twos. */
export const steps = 3

/** The record in every file. */
export const record = { epoch: 3, name: 'a', best: 0.5 }
