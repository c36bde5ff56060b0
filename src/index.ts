/**
 * Everything, with an executor for each backend of tfjs that has one: nothing else need be imported.
 *
 * It cannot be shaken below its executors: `linearSchedule` alone brings all three. Whoever counts bytes imports
 * `polyak/core` and the executor of the one backend in use.
 */
import './cpu.js'
import './wasm.js'
import './webgl.js'

export * from './core.js'
