import ts from 'typescript'

/** One import (or re-export) as written. */
export interface ImportFact {
  readonly from: string
  readonly typeOnly: boolean
}

/** What a re-export passes on: the names, or `'*'`. */
export interface ReExportFact {
  readonly from: string
  readonly names: '*' | readonly string[]
}

/** What the rules need to know of one source file. */
export interface FileFacts {
  readonly imports: readonly ImportFact[]
  readonly reExports: readonly ReExportFact[]
  /** Names of its own that it exports, those marked `@internal` left out. */
  readonly exported: readonly string[]
  /** Marked `@internal` as a whole, in a comment above everything else. */
  readonly internal: boolean
  readonly classes: readonly string[]
  readonly anys: readonly number[]
  readonly defaultExport: boolean
  /** Lines that hold code. */
  readonly lines: number
}

/** Reads one file's facts from its text. */
export const factsOf = (path: string, text: string): FileFacts => {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  const nodes = descendants(file)
  return {
    imports: nodes.flatMap(importOf),
    reExports: file.statements.flatMap(reExportOf),
    exported: file.statements.flatMap(exportedBy),
    internal: (ts.getLeadingCommentRanges(text, 0) ?? []).some((range) =>
      text.slice(range.pos, range.end).includes('@internal'),
    ),
    classes: nodes.flatMap((node) => (ts.isClassLike(node) && !extendsError(node) ? [node.name?.text ?? 'class'] : [])),
    anys: nodes.flatMap((node) => (node.kind === ts.SyntaxKind.AnyKeyword ? [lineOf(file, node.getStart(file))] : [])),
    defaultExport: file.statements.some(isDefaultExport),
    lines: linesOfCode(file, nodes),
  }
}

/** A file and all nodes below it but those of comments, in order; a list for each level would be copied at each. Tokens
 *  that are no nodes are left out: to have them the file would be scanned again, which is most of the work. */
const descendants = (file: ts.SourceFile): readonly ts.Node[] => {
  const all: ts.Node[] = []
  const visit = (one: ts.Node): void => {
    all.push(one)
    ts.forEachChild(one, visit)
  }
  visit(file)
  return all
}

const lineOf = (file: ts.SourceFile, position: number): number => file.getLineAndCharacterOfPosition(position).line + 1

const textOf = (node: ts.Node | undefined): readonly string[] =>
  node !== undefined && ts.isStringLiteralLike(node) ? [node.text] : []

const importOf = (node: ts.Node): readonly ImportFact[] => {
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause
    const named = clause?.namedBindings
    const erased =
      clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
      (clause?.name === undefined &&
        named !== undefined &&
        ts.isNamedImports(named) &&
        named.elements.length > 0 &&
        named.elements.every((element) => element.isTypeOnly))
    return textOf(node.moduleSpecifier).map((from) => ({ from, typeOnly: erased }))
  }
  if (ts.isExportDeclaration(node))
    return textOf(node.moduleSpecifier).map((from) => ({ from, typeOnly: node.isTypeOnly }))
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return textOf(node.argument.literal).map((from) => ({ from, typeOnly: true }))
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return textOf(node.arguments[0]).map((from) => ({ from, typeOnly: false }))
  return []
}

const reExportOf = (node: ts.Statement): readonly ReExportFact[] => {
  if (!ts.isExportDeclaration(node)) return []
  const clause = node.exportClause
  const names =
    clause === undefined || ts.isNamespaceExport(clause)
      ? '*'
      : clause.elements.map((e) => (e.propertyName ?? e.name).text)
  return textOf(node.moduleSpecifier).map((from) => ({ from, names }))
}

const modifiersOf = (node: ts.Node): readonly ts.ModifierLike[] =>
  (ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined) ?? []

const has = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  modifiersOf(node).some((modifier) => modifier.kind === kind)

const marked = (node: ts.Node): boolean => ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'internal')

const exportedBy = (node: ts.Statement): readonly string[] => {
  if (ts.isExportDeclaration(node) && node.moduleSpecifier === undefined && node.exportClause !== undefined)
    return ts.isNamedExports(node.exportClause) ? node.exportClause.elements.map((element) => element.name.text) : []
  if (!has(node, ts.SyntaxKind.ExportKeyword) || marked(node)) return []
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.flatMap((d) => (ts.isIdentifier(d.name) ? [d.name.text] : []))
  const named =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  return named && node.name !== undefined ? [node.name.text] : []
}

const extendsError = (node: ts.ClassLikeDeclaration): boolean =>
  (node.heritageClauses ?? []).some(
    (clause) =>
      clause.token === ts.SyntaxKind.ExtendsKeyword &&
      clause.types.some((type) => type.expression.getText().endsWith('Error')),
  )

const isDefaultExport = (node: ts.Statement): boolean =>
  (ts.isExportAssignment(node) && node.isExportEquals !== true) ||
  has(node, ts.SyntaxKind.DefaultKeyword) ||
  (ts.isExportDeclaration(node) &&
    node.exportClause !== undefined &&
    ts.isNamedExports(node.exportClause) &&
    node.exportClause.elements.some((element) => element.name.text === 'default'))

/** A line counts when a token, not only a comment, touches it. Between literals no text can look like a comment and be
 *  none. */
const linesOfCode = (file: ts.SourceFile, nodes: readonly ts.Node[]): number => {
  const lines = new Set<number>()
  const mark = (from: number, to: number): void => {
    for (let line = lineOf(file, from); line <= lineOf(file, to); line += 1) lines.add(line)
  }
  const between = (from: number, to: number): void => {
    const text = file.text.slice(from, to).replace(/\/\/.*|\/\*[^]*?\*\//g, (comment) => ' '.repeat(comment.length))
    for (const { index } of text.matchAll(/\S+/g)) mark(from + index, from + index)
  }
  let at = 0
  for (const node of nodes.filter(isLiteral)) {
    const start = node.getStart(file)
    between(at, start)
    at = node.getEnd()
    mark(start, at)
  }
  between(at, file.text.length)
  return lines.size
}

const isLiteral = ({ kind }: ts.Node): boolean =>
  kind >= ts.SyntaxKind.FirstLiteralToken && kind <= ts.SyntaxKind.LastTemplateToken
