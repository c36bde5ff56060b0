import { expect, test } from 'vitest'
import ts from 'typescript'
import { programs } from './programs.js'

const program = (): ts.Program => programs.opened().editors.defaults.program
const checkerOf = (): ts.TypeChecker => program().getTypeChecker()

interface Check {
  readonly options: ts.TypeNode
  readonly where: string
  readonly spec: ts.Expression
}

/** Each `optionsFor<Options>()('where', spec)` of a file of the sources. */
const checksIn = ({ fileName, statements }: ts.SourceFile): readonly Check[] => {
  const found: Check[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isCallExpression(node.expression)) {
      const { expression, typeArguments } = node.expression
      const [where, spec] = node.arguments
      const options = typeArguments?.[0]
      if (ts.isIdentifier(expression) && expression.text === 'optionsFor' && options && where && spec)
        found.push({ options, where: where.getText(), spec })
    }
    ts.forEachChild(node, visit)
  }
  if (fileName.includes('/src/')) statements.forEach(visit)
  return found
}

/** What the spec says that an option is when it is left out: the words of its default, null where it has none. */
const fallbackOf = (spec: ts.Expression, name: string): string | null => {
  const declared = checkerOf().getTypeAtLocation(spec).getProperty(name)?.valueDeclaration
  const made = declared && ts.isPropertyAssignment(declared) ? declared.initializer : undefined
  if (made === undefined || !ts.isCallExpression(made) || made.expression.getText() !== 'withDefault') return null
  return made.arguments[1]?.getText() ?? null
}

const literal = /^(-?[\d.e+-]+|true|false|null|'[^']*'|\{\}|\[\])$/

/** What is wrong with the words of an option. */
const complaint = (property: ts.Symbol, fallback: string | null): string | null => {
  const words = ts.displayPartsToString(property.getDocumentationComment(checkerOf()))
  const tag = property.getJsDocTags(checkerOf()).find(({ name }) => name === 'defaultValue')
  const told = tag === undefined ? null : ts.displayPartsToString(tag.text)
  if (words === '') return 'has no line'
  if (fallback !== null && literal.test(fallback))
    return told === fallback ? null : `has the default ${fallback}, and its words say ${told ?? 'nothing'}`
  return told === null || fallback !== null ? null : `has no default, and its words say ${told}`
}

/** The words of options, compared with their defaults. */
export const defaultsTests = (): void => {
  test('each option has its line, and the default that its words say', () => {
    const checks = program().getSourceFiles().flatMap(checksIn)
    expect(checks.length).toBeGreaterThan(80)
    const complaints = checks.flatMap(({ options, where, spec }) =>
      checkerOf()
        .getTypeFromTypeNode(options)
        .getProperties()
        .flatMap((property) => {
          const found = complaint(property, fallbackOf(spec, property.name))
          return found === null ? [] : [`${where}: ${property.name} ${found}`]
        }),
    )
    expect(complaints).toEqual([])
  })
}
