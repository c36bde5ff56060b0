/**
 * Registers the executor for tfjs' WebGL backend: `import 'polyak/webgl'`, once, beside `polyak/core`; `polyak` has it already.
 *
 * Steps taken before it is imported are tensor operations, later ones are fused.
 */
import { register } from './engine/backends.js'
import { webglRow } from './engine/webgl/webglRow.js'

register(webglRow)
