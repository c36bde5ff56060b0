/**
 * Everything but executors: with none registered, steps are tensor operations, and `chooseExecutor().why` says what to
 * import. `polyak/wasm`, `polyak/cpu` and `polyak/webgl` register one each, at any time.
 */
export { Decay, type Kind, LearningRate, type OptionsOf, type Schedule } from './scalars/index.js'
export * from './tree/index.js'
export * from './numerics/index.js'
export * from './assignment/index.js'
export * from './perturbations/index.js'
export * from './projections/index.js'
export * from './losses/index.js'
export * from './schedules/index.js'
export * from './equation/index.js'
export * from './state/index.js'
export * from './engine/index.js'
export * from './transformation/index.js'
export * from './combinators/index.js'
export * from './transforms/index.js'
export * from './optimizers/index.js'
export * from './averaging/index.js'
export * from './migration/index.js'
export * from './checkpoint/index.js'
export * from './training/index.js'
export * from './microbatching/index.js'
