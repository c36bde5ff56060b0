// Small changes of a file's code, told apart by what they change, and the file with a mark at each of their places.
import ts from 'typescript'

const K = ts.SyntaxKind

/** Operators and those that stand in for them. */
const operators = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
}

/** Names of operations: those of the algebra, of Math and of arrays. */
const calls = {
  add: 'sub',
  sub: 'add',
  mul: 'div',
  div: 'mul',
  max: 'min',
  min: 'max',
  and: 'or',
  or: 'and',
  floor: 'ceil',
  ceil: 'floor',
  some: 'every',
  every: 'some',
  treeAdd: 'treeSub',
  treeSub: 'treeAdd',
}

const refusing = /^(check(?!ed)\w*|refuse\w*|prove\w*|demand\w*|wrong\w*|mismatch|missing|broken|collision)$/
const wordy =
  /^(name|hint|expected|found|where|words|owner|reason|description|describe|options|about|label|title|example|range|sorts|readsBack)$/

const isStringy = (node) =>
  ts.isStringLiteral(node) ||
  ts.isNoSubstitutionTemplateLiteral(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) &&
    node.operatorToken.kind === K.PlusToken &&
    (isStringy(node.left) || isStringy(node.right)))

const nameOf = (node) =>
  ts.isCallExpression(node)
    ? ts.isIdentifier(node.expression)
      ? node.expression.text
      : ts.isPropertyAccessExpression(node.expression)
        ? node.expression.name.text
        : ts.isCallExpression(node.expression)
          ? nameOf(node.expression)
          : ''
    : ''

const endsInThrow = (statement) =>
  statement !== undefined &&
  (ts.isThrowStatement(statement) || (ts.isBlock(statement) && endsInThrow(statement.statements.at(-1))))

const isLeft = (node) => ts.isCallExpression(node) && /^(E\.)?left$/.test(node.expression.getText())

/** A number made into text, or rounded as text is: what a message says of it. */
const writesNumber = (node) =>
  ts.isCallExpression(node) &&
  (/^to(Precision|Fixed)$/.test(nameOf(node)) ||
    (nameOf(node) === 'Number' && node.arguments.length === 1 && writesNumber(node.arguments[0])))

/** What a change at a node changes: 'behaviour', 'refusals' (code that leads to a throw or a Left, and the checks of
 *  options), 'defaults' (the numbers that options have by default: no law knows them) or 'words'. */
const kindAt = (node) => {
  if (isStringy(node) || writesNumber(node)) return 'words'
  const start = ts.isExpressionStatement(node) ? node.expression : node
  for (let at = start, child = start; at !== undefined; child = at, at = at.parent) {
    // which names there are, and which must be given: a mark that is another says the same
    if (ts.isCallExpression(at) && nameOf(at) === 'knownOnly') return 'words'
    if (ts.isCallExpression(at) && nameOf(at) === 'withDefault' && at.arguments[1] === child) return 'defaults'
    if (writesNumber(at)) return 'words'
    if (ts.isThrowStatement(at) || isLeft(at)) return 'refusals'
    if (ts.isIfStatement(at) && endsInThrow(at.thenStatement) && child === at.expression) return 'refusals'
    if (ts.isConditionalExpression(at) && (isLeft(at.whenTrue) || isLeft(at.whenFalse)) && child === at.condition)
      return 'refusals'
    if (ts.isConditionalExpression(at) && isLeft(at)) return 'refusals'
    if (ts.isNewExpression(at) && /Error|Mismatch/.test(at.expression.getText())) return 'refusals'
    if (ts.isCallExpression(at) && refusing.test(nameOf(at))) return 'refusals'
    if (ts.isCallExpression(at) && ['options', 'extras'].includes(nameOf(at))) return 'refusals'
    if (ts.isPropertyAssignment(at) && at.name.getText() === 'asks') return 'refusals'
    if (ts.isVariableDeclaration(at) && refusing.test(at.name.getText())) return 'refusals'
    if (ts.isPropertyAssignment(at) && wordy.test(at.name.getText())) return 'words'
  }
  return 'behaviour'
}

/** Whether an expression may be wrapped, so that its being reached is seen. */
const wrappable = (node) =>
  ts.isExpression(node) &&
  !ts.isIdentifier(node) &&
  !(node.flags & ts.NodeFlags.OptionalChain) &&
  !ts.isArrowFunction(node) &&
  !ts.isFunctionExpression(node) &&
  !ts.isSpreadElement(node) &&
  !ts.isOmittedExpression(node) &&
  !(ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent) && node.parent.expression === node) &&
  !ts.isTypeNode(node) &&
  !(ts.isBinaryExpression(node.parent) && isAssignment(node.parent) && node.parent.left === node) &&
  !((ts.isPrefixUnaryExpression(node.parent) || ts.isPostfixUnaryExpression(node.parent)) && isStep(node.parent)) &&
  // the name of a function follows from where it stands
  node.kind !== K.SuperKeyword

const isAssignment = (node) =>
  node.operatorToken.kind >= K.FirstAssignment && node.operatorToken.kind <= K.LastAssignment
const isStep = (node) => node.operator === K.PlusPlusToken || node.operator === K.MinusMinusToken

/** Every change of a text, in its order: what stands `from` `start` to `end` becomes `to`. `site` numbers the places. */
export const mutantsOf = (file, text, offset = 0) => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
  const sites = new Map()
  const found = []
  const siteOf = (node) => {
    let at = node
    while (at !== undefined && !wrappable(at) && !ts.isExpressionStatement(at)) at = at.parent
    if (at === undefined) return undefined
    const known = sites.get(at)
    if (known !== undefined) return known
    const made = offset + sites.size
    sites.set(at, made)
    return made
  }
  const change = (
    node,
    operator,
    to,
    { start = node.getStart(source), end = node.getEnd(), kind = kindAt(node) } = {},
  ) => {
    const from = text.slice(start, end)
    if (from === to) return
    const { line } = source.getLineAndCharacterOfPosition(start)
    found.push({ file, line: line + 1, start, end, operator, kind, from, to, site: siteOf(node) })
  }
  const textOf = (node) => text.slice(node.getStart(source), node.getEnd())
  /** A member of a list, with the comma after or before it. */
  const dropped = (list, i) => {
    const node = list[i]
    const [before, after] = [list[i - 1], list[i + 1]]
    if (after !== undefined) return { start: node.getStart(source), end: after.getStart(source) }
    const [, comma = ''] = /^(\s*,)/.exec(text.slice(node.getEnd())) ?? []
    return before === undefined
      ? { start: node.getStart(source), end: node.getEnd() + comma.length }
      : { start: before.getEnd(), end: node.getEnd() }
  }
  const visit = (node) => {
    if (
      ts.isTypeNode(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isImportDeclaration(node) ||
      ts.isExportDeclaration(node)
    )
      return
    if (ts.isBinaryExpression(node)) {
      const sign = node.operatorToken.getText(source)
      const stringy = isStringy(node.left) || isStringy(node.right)
      if (!(sign === '+' && stringy))
        for (const other of operators[sign] ?? [])
          change(node, `${sign} → ${other}`, textOf(node.left) + ` ${other} ` + textOf(node.right))
      if (['<', '<=', '>', '>=', '===', '!=='].includes(sign) && !ts.isIfStatement(node.parent))
        for (const value of ['true', 'false']) change(node, `condition → ${value}`, value)
    }
    if (ts.isConditionalExpression(node)) {
      change(node, 'always the first', `(${textOf(node.whenTrue)})`)
      change(node, 'always the second', `(${textOf(node.whenFalse)})`)
    }
    if (ts.isIfStatement(node) || ts.isWhileStatement(node))
      for (const value of ts.isIfStatement(node) ? ['true', 'false'] : ['false'])
        change(node.expression, `condition → ${value}`, value, {
          kind: endsInThrow(node.thenStatement) ? 'refusals' : kindAt(node.expression),
        })
    if (ts.isPrefixUnaryExpression(node)) {
      if (node.operator === K.ExclamationToken || node.operator === K.MinusToken)
        change(node, `without ${ts.tokenToString(node.operator)}`, textOf(node.operand))
      if (node.operator === K.PlusPlusToken) change(node, '++ → --', `--${textOf(node.operand)}`)
      if (node.operator === K.MinusMinusToken) change(node, '-- → ++', `++${textOf(node.operand)}`)
    }
    if (ts.isPostfixUnaryExpression(node))
      change(node, 'step the other way', textOf(node.operand) + (node.operator === K.PlusPlusToken ? '--' : '++'))
    if (ts.isNumericLiteral(node)) {
      const x = Number(node.text)
      const negative = ts.isPrefixUnaryExpression(node.parent)
      change(node, 'number + 1', String(x + 1))
      if (!(negative && x === 1)) change(node, 'number − 1', x === 0 ? '(-1)' : String(x - 1))
    }
    if (node.kind === K.TrueKeyword) change(node, 'true → false', 'false')
    if (node.kind === K.FalseKeyword) change(node, 'false → true', 'true')
    if (isStringy(node) && !ts.isImportDeclaration(node.parent) && !isStringy(node.parent)) {
      change(node, 'other words', '"other"', { kind: 'words' })
      if (!ts.isTemplateExpression(node)) return
    }
    if (ts.isExpressionStatement(node)) change(node, 'statement dropped', ';')
    if (ts.isThrowStatement(node)) change(node, 'statement dropped', ';', { kind: 'refusals' })
    if (ts.isCallExpression(node)) {
      const callee = node.expression
      const name = nameOf(node)
      const optional = node.flags & ts.NodeFlags.OptionalChain
      if (ts.isPropertyAccessExpression(callee) && Object.hasOwn(calls, name) && !optional)
        change(callee.name, `${name} → ${calls[name]}`, calls[name], { kind: kindAt(node) })
      if (ts.isIdentifier(callee) && Object.hasOwn(calls, name))
        change(callee, `${name} → ${calls[name]}`, calls[name], { kind: kindAt(node) })
      const [first] = node.arguments
      if (
        ts.isPropertyAccessExpression(callee) &&
        !optional &&
        /^(map|filter|flatMap|slice|toSorted|toReversed)$/.test(name)
      )
        change(node, `without ${name}`, textOf(callee.expression))
      else if (first !== undefined && !ts.isSpreadElement(first) && !ts.isArrowFunction(first) && !isStringy(first))
        change(node, `without ${name}`, `(${textOf(first)})`)
      if (node.arguments.length > 1) {
        const last = node.arguments.length - 1
        change(node.arguments[last], 'argument dropped', '', {
          ...dropped(node.arguments, last),
          kind: kindAt(node.arguments[last]),
        })
      }
    }
    if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) {
      const members = ts.isArrayLiteralExpression(node) ? node.elements : node.properties
      members.forEach((member, i) =>
        change(node, 'member dropped', '', {
          ...dropped(members, i),
          kind:
            ts.isPropertyAssignment(member) && wordy.test(member.name.getText(source)) && isStringy(member.initializer)
              ? 'words'
              : kindAt(member),
        }),
      )
    }
    if (
      (ts.isParameter(node) || ts.isBindingElement(node)) &&
      node.initializer !== undefined &&
      !ts.isObjectLiteralExpression(node.initializer)
    )
      change(node.initializer, 'default dropped', '', { start: node.name.getEnd(), end: node.initializer.getEnd() })
    // the names of members are no words of their own
    ts.forEachChild(node, (child) =>
      child === node.name && !ts.isComputedPropertyName(child) ? undefined : visit(child),
    )
  }
  visit(source)
  const seen = new Set()
  const mutants = found.filter(({ start, end, to }) => {
    const key = `${start} ${end} ${to}`
    return !seen.has(key) && seen.add(key)
  })
  return { mutants, marked: markedText(source, text, sites), sites: sites.size }
}

/** The text with a call of `$reached(site)` at each place. */
const markedText = (source, text, sites) => {
  const marks = []
  const depthOf = (node) => (node === undefined ? 0 : 1 + depthOf(node.parent))
  for (const [node, site] of sites) {
    const depth = depthOf(node)
    const [start, end] = [node.getStart(source), node.getEnd()]
    const statement = ts.isExpressionStatement(node)
    marks.push({ at: start, depth, opens: true, put: statement ? `{$reached(${site});` : `($reached(${site}),` })
    marks.push({ at: end, depth, opens: false, put: statement ? '}' : ')' })
  }
  // Where several begin the outer one opens first; where several end the inner one closes first, and before any opens.
  marks.sort(
    (a, b) => a.at - b.at || Number(a.opens) - Number(b.opens) || (a.opens ? a.depth - b.depth : b.depth - a.depth),
  )
  let out = ''
  let from = 0
  for (const { at, put } of marks) {
    out += text.slice(from, at) + put
    from = at
  }
  return out + text.slice(from)
}

/** The text with a change. */
export const changed = (text, { start, end, to }) => text.slice(0, start) + to + text.slice(end)
