import MagicString from 'magic-string'
import { parseAst } from 'rolldown/parseAst'
import { below } from './syntax.mjs'

const isFunction = ({ type }) => type === 'FunctionExpression' || type === 'FunctionDeclaration'
const isClass = ({ type }) => type === 'ClassExpression' || type === 'ClassDeclaration'
const isArrow = ({ type }) => type === 'ArrowFunctionExpression'

/** Whether an arrow means something that a function in its place would not. */
const isBound = (node) =>
  node.type === 'ThisExpression' ||
  node.type === 'MetaProperty' ||
  (node.type === 'Identifier' && node.name === 'arguments') ||
  (!isFunction(node) && below(node).some(isBound))

const bare = (node) => (node.type === 'ParenthesizedExpression' ? bare(node.expression) : node)

/** The outermost arrows of what is read with a module, and those in arrows that are called at once. */
const arrowsIn = (node) => {
  if (isArrow(node)) return [node]
  if (isFunction(node) || isClass(node)) return []
  const called = node.type === 'CallExpression' ? bare(node.callee) : node
  const inner = called !== node && isArrow(called) ? [called.body, ...node.arguments] : below(node)
  return inner.flatMap(arrowsIn)
}

/** A shorter arrow is read in no time, and bundles keep the word `function`. */
const leastLong = 120

/** What every program of this library holds, however small: there bundles count more than reading, and most of it is run. */
const inEach = /^(engine|equation|scalars|state|transformation|tree)\b/

/** Which source a place of a chunk comes from: its path in src, told in a comment before it. */
const sourcesIn = (code) => {
  const heads = [...code.matchAll(/^\/\/ src\/(.*)$/gm)]
  return (place) => heads.findLast(({ index }) => index < place)?.[1] ?? ''
}

/** Writes the outermost arrows of a module as functions. V8 parses all of an arrow, and of those in it, when the module
 *  is read; of a function it skims the body until it is called, which takes half the time. */
export const hoisted = () => ({
  name: 'hoisted',
  renderChunk(code, { fileName }) {
    if (!fileName.endsWith('.js')) return null
    const written = new MagicString(code)
    const sourceAt = sourcesIn(code)
    const rewrite = ({ async, params, body, end }, start, name) => {
      const given = params.length === 0 ? '' : code.slice(params[0].start, params.at(-1).end)
      const isBlock = body.type === 'BlockStatement'
      // what is returned begins on the line of its `return`, or is not returned
      const between = code.slice(code.lastIndexOf('=>', body.start) + 2, body.start).trim()
      if (/\n|=>/.test(between)) throw new Error(`hoisted: a comment or a line lies between an arrow and its body`)
      const head = `${async ? 'async ' : ''}function ${name}(${given})`
      written.overwrite(start, body.start, `${head}${isBlock ? '' : `{return ${between}`}`)
      if (!isBlock) written.appendLeft(end, '}')
    }
    for (const node of parseAst(code).body.filter(({ start }) => !inEach.test(sourceAt(start)))) {
      const [only, second] = node.type === 'VariableDeclaration' && node.kind === 'const' ? node.declarations : []
      const named = second === undefined && only?.id.type === 'Identifier' ? only : undefined
      for (const arrow of arrowsIn(node).filter((one) => one.end - one.start >= leastLong && !isBound(one)))
        if (arrow === named?.init) rewrite(arrow, node.start, named.id.name)
        else rewrite(arrow, arrow.start, '')
    }
    return { code: written.toString(), map: written.generateMap({ hires: 'boundary' }) }
  },
})
