export {
  checkSecondDerivatives,
  type SecondDerivatives,
  type SecondDerivativesOptions,
} from './checkSecondDerivatives.js'
export { type InversePthRoot, matrixInversePthRoot, type MatrixInversePthRootOptions } from './matrixInversePthRoot.js'
export { type MultiNormal, multiNormal } from './multiNormal.js'
export { nnls, type NnlsOptions } from './nnls.js'
export { type Eigenpair, powerIteration, powerIterationOf, type PowerIterationOptions } from './powerIteration.js'
export { safeIncrement } from './safeIncrement.js'
export { safeNorm, type SafeNormOptions } from './safeNorm.js'
export { safeRootMeanSquares, type SafeRootMeanSquaresOptions } from './safeRootMeanSquares.js'
export { scaleGradient } from './scaleGradient.js'
