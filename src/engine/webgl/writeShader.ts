/** @internal */
import type { DrawPass } from './DrawPass.js'
import type { Inputs } from './Inputs.js'
import { passShader } from './passShader.js'

/** The program that writes the wanted nodes of a pass, one render target each. Padding lanes are written as 0: tfjs'
 *  matrix products read them. */
export const writeShader = (pass: DrawPass, inputs: Inputs): string =>
  passShader(pass, [inputs], pass.wanted.length, ({ once, each, valueOf }) => [
    'const int leaf = 0;',
    'const int base = 0;',
    'ivec2 at = ivec2(gl_FragCoord.xy);',
    ...once,
    ...each,
    ...pass.wanted.map((node, i) => `o${i} = ${valueOf(node, '0')};`),
  ])
