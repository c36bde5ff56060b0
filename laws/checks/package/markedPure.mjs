import MagicString from 'magic-string'
import { parseAst } from 'rolldown/parseAst'
import { below } from './syntax.mjs'

const mark = '/* @__PURE__ */ '

/** What stands in functions is made later. */
const isLater = ({ type }) => type === 'ArrowFunctionExpression' || type === 'FunctionExpression'

/** The calls that are made when a module is read, below a node: those in functions and classes are made later. */
const callsIn = (node) =>
  isLater(node) || node.type === 'ClassExpression'
    ? []
    : [
        ...(node.type === 'CallExpression' || node.type === 'NewExpression' ? [node.start] : []),
        ...below(node).flatMap(callsIn),
      ]

const plain = new Set([
  'Literal',
  'Identifier',
  'ObjectExpression',
  'Property',
  'ArrayExpression',
  'CallExpression',
  'NewExpression',
  'ClassExpression',
  'ParenthesizedExpression',
])

/** Whether every bundler sees that a value does nothing but become, once its calls are marked. Some do not look behind a
 *  spread, a property or an operator: there might be a getter, or a `valueOf`. */
const isSeen = (node) => {
  if (isLater(node) || node.type === 'ClassExpression') return true
  if (node.type === 'CallExpression' || node.type === 'NewExpression') return node.arguments.every(isSeen)
  return plain.has(node.type) && !(node.computed === true) && below(node).every(isSeen)
}

/** The names that a pattern gives, wherever they stand in it. */
const namesIn = (pattern) => {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'Property':
      return namesIn(pattern.value)
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'RestElement':
      return namesIn(pattern.argument)
    default:
      return below(pattern).flatMap(namesIn)
  }
}

/** Marks what a module's constants are made of as pure, which it is here: reading a module does nothing. A bundler can
 *  then leave out what is not used, though many modules lie in one file. */
export const markedPure = () => ({
  name: 'marked-pure',
  renderChunk(code, { fileName }) {
    if (!fileName.endsWith('.js')) return null
    const marked = new MagicString(code)
    const constants = parseAst(code).body.flatMap((node) =>
      node.type === 'VariableDeclaration' ? node.declarations : [],
    )
    constants.forEach(({ id, init, start, end }, place) => {
      if (init === null) return
      if (id.type !== 'Identifier') {
        // no bundler leaves out a pattern: its names become constants, each of its own
        const names = namesIn(id)
        const each = names.map((name) => `${name}=${mark}(()=>parts$${place}.${name})()`)
        marked.appendLeft(start, `parts$${place}=${mark}(()=>{const `)
        marked.appendRight(end, `;return{${names.join()}}})(),${each.join()}`)
      } else if (isSeen(init)) {
        for (const call of new Set(callsIn(init)))
          if (!code.slice(0, call).endsWith(mark)) marked.appendLeft(call, mark)
      } else marked.appendLeft(init.start, `${mark}(()=>(`).appendRight(init.end, '))()')
    })
    return { code: marked.toString(), map: marked.generateMap({ hires: 'boundary' }) }
  },
})
