/**
 * Models of tfjs-layers and `tf.Variable`s, trained by chains of this library.
 */
export { fromNamed, type WithNames } from './fromNamed.js'
export { type LayersOptimizer, layersOptimizer, type LayersOptimizerOptions } from './layersOptimizer.js'
export { type Named, type NamedTensor } from './Named.js'
export { registerLayersOptimizer, type Serialization } from './registerLayersOptimizer.js'
export { toNamed } from './toNamed.js'
export { averagesCallback, type AveragesCallbackOptions, type KeepBest } from './averagesCallback.js'
export { type AveragesOptions, withAverages } from './withAverages.js'
