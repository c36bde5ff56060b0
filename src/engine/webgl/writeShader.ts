/** @internal */
import type { Access } from './Access.js'
import { declarations, header, readText, statementsOf } from './expressions.js'
import type { Padding } from './Geometry.js'
import { library } from './library.js'
import type { DrawPass } from './DrawPass.js'

/** The program that writes the wanted nodes of a pass, one render target each. Padding lanes are written as 0: tfjs'
 *  matrix products read them. */
export const writeShader = (pass: DrawPass, modes: readonly Access['mode'][], padding: Padding): string => {
  const whole = (i: number): string => `I[${i}]`
  const { once, each, nameOf } = statementsOf(
    pass,
    (source) => readText(modes[source], `T${source}`, whole, source),
    whole,
  )
  const inside = insideText(padding, whole)
  const body = [
    'void main() {',
    'ivec2 at = ivec2(gl_FragCoord.xy);',
    ...once,
    ...each,
    ...(inside === '' ? [] : [`bvec4 inside = ${inside};`]),
    ...pass.wanted.map((node, i) => {
      const value = `vec4(${nameOf(node)})`
      return `o${i} = ${inside === '' ? value : `choose(inside, ${value}, vec4(0))`};`
    }),
    '}',
  ].join('\n')
  const { graph, wanted, sources, tables } = pass
  const head = declarations({
    targets: wanted.length,
    samplers: sources.length,
    tables: tables.length,
    ints: header + sources.length,
    uniforms: graph.uniforms.length,
  })
  return `${head}\n${library(body)}\n${body}`
}

/** Which lanes of the texel `at` hold elements. */
export const insideText = (padding: Padding, whole: (i: number) => string): string =>
  padding === 'none' ? '' : padding === 'edges' ? `isWithin(at, ${whole(1)})` : `isInside(at, ${whole(0)}, ${whole(1)})`
