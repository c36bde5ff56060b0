export { type Accumulation, type Accumulations, type Accumulator } from './Accumulator.js'
export { microbatch, type MicrobatchOptions } from './microbatch.js'
export { type MicroGrad, microGrad, type MicroGradOptions } from './microGrad.js'
export { microVmap, type MicroVmapOptions } from './microVmap.js'
export { reshapeBatchAxis, type ReshapeBatchAxisOptions } from './reshapeBatchAxis.js'
export { addMeanVarianceToOpt } from './addMeanVarianceToOpt.js'
export { averagePerElementUpdates, type AveragePerElementUpdatesOptions } from './averagePerElementUpdates.js'
export { getUnbiasedMeanAndVarianceEma } from './getUnbiasedMeanAndVarianceEma.js'
export {
  type MeanAndVariance,
  type MeanAndVarianceOptions,
  type MeanAndVarianceState,
  trackPerElementMeanAndVarianceWithEma,
} from './trackPerElementMeanAndVarianceWithEma.js'
export { type ExampleAxes } from '../transforms/examplewise.js'
