/**
 * Registers the executor for tfjs' wasm backend: `import 'polyak/wasm'`, once, beside `polyak/core`; `polyak` has it already.
 *
 * Steps taken before it is imported are tensor operations, later ones are fused.
 */
import { register } from './engine/backends.js'
import { wasmRow } from './engine/wasm/wasmRow.js'

register(wasmRow)
