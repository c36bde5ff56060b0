/**
 * Registers the executor for tfjs' cpu backend: `import 'polyak/cpu'`, once, beside `polyak/core`; `polyak` has it already.
 *
 * Steps taken before it is imported are tensor operations, later ones are fused.
 */
import { register } from './engine/backends.js'
import { cpuRow } from './engine/cpu/cpuRow.js'

register(cpuRow)
