import MagicString from 'magic-string'
import { parseAst } from 'rolldown/parseAst'
import { below } from './syntax.mjs'

/** The pieces of text in a module, as they are written. */
const textsIn = (node) =>
  node.type === 'TemplateElement' || (node.type === 'Literal' && typeof node.value === 'string' && !node.isType)
    ? [node]
    : below(node).flatMap(textsIn)

/** What tells a piece of a shader from words: a statement, a call or an operator. */
const isShader = (text) => /[;={}(]/.test(text) && !/^\.|#|\/\//.test(text)

const number = /\b\d+\.\d+(?:e[+-]?\d+)?\b/g

/** The shortest number that is the same in float32. */
const shortest = (digits) => {
  const value = Math.fround(Number(digits))
  for (let places = 1; places < 10; places++) {
    const text = String(Number(value.toPrecision(places)))
    if (Math.fround(Number(text)) === value) return /[.e]/.test(text) ? text : `${text}.0`
  }
  return digits
}

/** Spaces stay at the ends, where something is put in, and around signs: `a - -b` is no `a--b`. */
const short = (text) =>
  text
    .replace(/(\S)\s*([=*/<>?:,;{}()&|]+)\s*(?=\S)/g, '$1$2')
    .replace(/\n\s+/g, '\n')
    .replace(number, shortest)

/** The words of a shader: what a compiler sees of it. */
const tokens = (text) =>
  (text.replace(number, (digits) => Math.fround(Number(digits))).match(/[\w.]+|[^\w\s]/g) ?? []).join(' ')

/** Writes the shaders of the package without spaces and digits that no compiler looks at. */
export const glslShort = () => ({
  name: 'glsl-short',
  transform(code, id) {
    if (!/[\\/]webgl[\\/](\w+Functions|\w+Shader|expressions)\.ts$/.test(id)) return null
    const written = new MagicString(code)
    for (const { type, start, end } of textsIn(parseAst(code, { lang: 'ts' }))) {
      const [from, to] = type === 'Literal' ? [start + 1, end - 1] : [start, end]
      const text = code.slice(from, to)
      if (!isShader(text)) continue
      const made = short(text)
      if (tokens(made) !== tokens(text)) throw new Error(`glslShort: ${id} would compute something else: ${text}`)
      if (made !== text) written.overwrite(from, to, made)
    }
    return { code: written.toString(), map: written.generateMap({ hires: 'boundary' }) }
  },
})
