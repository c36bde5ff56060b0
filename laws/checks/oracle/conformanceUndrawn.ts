const among = (names: string, reason: string): Readonly<Record<string, string>> =>
  Object.fromEntries(names.split(' ').map((name) => [name, reason]))

/** Functions that stand for one of optax and are not drawn at random against it: where they are compared, or why not. */
export const undrawn: Readonly<Record<string, string>> = {
  ...among('galore scaleByGalore', 'contrib.json, with the signs that LAPACK gives singular vectors'),
  ...among('sophia scaleBySophia hutchinsonDiagHessian', 'contrib.json, with the signs that optax drew'),
  ...among('dpsgd differentiallyPrivateAggregate', 'contrib.json without noise: keys differ'),
  ...among('scaleByMuon', 'contrib.json; in `muon`'),
  ...among('plain', 'it takes functions: microbatching.json, by those that aggregate'),
  ...among('scaleByDog scaleByDowg scaleByMadgrad', 'in the optimizer of the name'),
  ...among(
    'lbfgs scaleByLbfgs scaleByZoomLinesearch scaleByBacktrackingLinesearch',
    'lbfgsRuns.json and lineSearches.json: they need a loss',
  ),
  ...among('ctcLossWithForwardProbs makeFenchelYoungLoss', 'losses.json'),
  ...among('matrixInversePthRoot multiNormal powerIteration safeIncrement scaleGradient', 'numerics.json'),
  ...among('makePerturbedFun gumbelNoise normalNoise', 'perturbations.json: its distribution, for keys differ'),
  ...among(
    'addMeanVarianceToOpt averagePerElementUpdates getUnbiasedMeanAndVarianceEma trackPerElementMeanAndVarianceWithEma',
    'microbatching.json: gradients have axes of examples',
  ),
  ...among('microGrad microVmap microbatch reshapeBatchAxis', 'microbatching.json: they take functions'),
  ...among('scheduleFreeEvalParams', 'contrib.json, with the optimizers'),
  ...among('skipLargeUpdates skipNotFinite', 'no state and no update of their own; inside `multiSteps`'),
  ...among('measureWithEma monitor snapshot', 'they observe: no update is changed'),
  ...among('stateless statelessWithTreeMap treeMapParams', 'the function is the user’s'),
  ...among(
    'perExampleGlobalNormClip perExampleLayerNormClip unitwiseClip unitwiseNorm',
    'functions of norms, compared by hand in src/transforms; unit-wise ones in `adaptiveGradClip`',
  ),
  ...among('applyUpdates incrementalUpdate periodicUpdate', 'in every case; one line each'),
  ...among(
    'treeAdd treeAddScale treeAllclose treeClip treeDiv treeFullLike treeGet treeGetAllWithPath treeMax treeMin treeMul ' +
      'treeNorm treeOnesLike treeScale treeSet treeSize treeSub treeSum treeVdot treeWhere treeZerosLike',
    'one operation of TensorFlow.js for each leaf',
  ),
}
