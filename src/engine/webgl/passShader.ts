/** @internal */
import { must } from '../../scalars/must.js'
import type { DrawPass } from './DrawPass.js'
import { statementsOf, whole, type Statements } from './expressions.js'
import { header, vectorsOf, type Inputs } from './Inputs.js'
import { wholeShader } from './wholeShader.js'

/** The program of a pass over some leaves. Its body knows which `leaf` it is at, and where its whole numbers begin, at
 *  `base`; only the reading of a texel asks again, as samplers cannot be indexed. */
export const passShader = (
  pass: DrawPass,
  leaves: readonly Inputs[],
  targets: number,
  bodyOf: (statements: Statements) => readonly string[],
): string => {
  const { sources, graph, tables } = pass
  const count = leaves.length
  // the names of paddings are in order: what is right for all of the leaves comes first
  const padding = must(leaves.map((leaf) => leaf.padding).sort()[0], 'leaf')
  const readers = sources.map((_, s) => {
    const texts = leaves.map(({ accesses }, leaf) => {
      const { mode } = must(accesses[s], 'access')
      const text = `${mode}(T${leaf * sources.length + s}, at, ${whole(0)}, ${whole(1)}, ${whole(header + s)});`
      return leaf + 1 < count ? `if (leaf == ${leaf}) return ${text}` : `return ${text}`
    })
    return `vec4 read${s}(int leaf, int base, ivec2 at) { ${texts.join('\n')} }`
  })
  const body = bodyOf(statementsOf(pass, padding, (s) => `read${s}(leaf, base, at)`))
  return wholeShader(
    {
      targets,
      samplers: count * sources.length,
      tables,
      ints: count * vectorsOf(pass),
      uniforms: graph.uniforms.length,
    },
    [...readers, 'void main() {', ...body, '}'].join('\n'),
  )
}
