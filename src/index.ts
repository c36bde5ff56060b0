/**
 * Everything, with an executor for each backend of tfjs that has one: nothing else need be imported.
 *
 * It cannot be shaken below its executors: `linearSchedule` alone brings all three. Whoever counts bytes imports
 * `polyak/core` and the executor of the one backend in use.
 */
import { register } from './engine/backends.js'
import { cpuRow } from './engine/cpu/cpuRow.js'
import { wasmRow } from './engine/wasm/wasmRow.js'
import { webglRow } from './engine/webgl/webglRow.js'

export * from './core.js'

register(cpuRow)
register(wasmRow)
register(webglRow)
