import MagicString from 'magic-string'
import { parseAst } from 'rolldown/parseAst'

/** The calls that are made when a module is read, below a node: what stands in functions and classes is made later. */
const callsIn = (node) => {
  if (Array.isArray(node)) return node.flatMap(callsIn)
  if (typeof node !== 'object' || node === null) return []
  if (/Function|Class/.test(node.type ?? '')) return []
  const below = Object.values(node).flatMap(callsIn)
  return node.type === 'CallExpression' || node.type === 'NewExpression' ? [node.start, ...below] : below
}

/** Marks each call in the initialiser of a module's constants as pure, which it is here: reading a module does nothing.
 *  A bundler can then leave out what is not used, though many modules lie in one file. */
export const markedPure = () => ({
  name: 'marked-pure',
  renderChunk(code, { fileName }) {
    if (!fileName.endsWith('.js')) return null
    const marked = new MagicString(code)
    const declarations = parseAst(code).body.flatMap((node) =>
      node.type === 'VariableDeclaration' ? node.declarations : [],
    )
    for (const start of new Set(declarations.flatMap(({ init }) => callsIn(init))))
      if (!code.slice(0, start).endsWith('/* @__PURE__ */ ')) marked.appendLeft(start, '/* @__PURE__ */ ')
    return { code: marked.toString(), map: marked.generateMap({ hires: 'boundary' }) }
  },
})
