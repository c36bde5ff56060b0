/** @internal */
import type { DrawPass } from './DrawPass.js'
import { readText, statementsOf, vectorsOf } from './expressions.js'
import type { Inputs } from './Inputs.js'
import { wholeShader } from './wholeShader.js'

/** The program that writes the wanted nodes of a pass, one render target each. Padding lanes are written as 0: tfjs'
 *  matrix products read them. */
export const writeShader = (pass: DrawPass, { accesses, padding }: Inputs): string => {
  const whole = (i: number): string => `I[${i}]`
  const { once, each, valueOf } = statementsOf(pass, padding, whole, (s) => readText(accesses[s], `T${s}`, whole, s))
  const { graph, wanted, sources, tables } = pass
  return wholeShader(
    {
      targets: wanted.length,
      samplers: sources.length,
      tables: tables.length,
      ints: vectorsOf(pass),
      uniforms: graph.uniforms.length,
    },
    [
      'void main() {',
      'ivec2 at = ivec2(gl_FragCoord.xy);',
      ...once,
      ...each,
      ...wanted.map((node, i) => `o${i} = ${valueOf(node, '0')};`),
      '}',
    ].join('\n'),
  )
}
