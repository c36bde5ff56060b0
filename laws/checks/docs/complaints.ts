import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import type { Example } from './examples.js'

/** An example as a module of its own. */
export interface Module {
  readonly example: Example
  readonly path: string
  readonly text: string
  /** An example that speaks of things it does not define, or of a test runner, cannot run. */
  readonly run: boolean
}

/** Makes each example a module in `folder`, with the imports added that one from a doc comment leaves out: names that
 *  `sourcesFor` exports, which the program must have. */
export const modulesOf = (
  root: string,
  folder: string,
  examples: readonly Example[],
  program: ts.Program,
): readonly Module[] => {
  const names = publicNames(root, program)
  return examples.map((example, i) => {
    const path = join(folder, `example${i}.ts`)
    const { head, closed } = example.imports === 'added' ? prelude(example, names, path, root) : nothing
    // all of it in one line above the code; `export {}` makes it a module
    return { example, path, text: `${head}export {}\n${example.code}`, run: example.run && closed }
  })
}

/** What the compiler says against the modules, by file and line of the example. */
export const complaints = (program: ts.Program, modules: readonly Module[]): readonly string[] =>
  modules.flatMap(({ path, example }) => {
    const file = program.getSourceFile(path)
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => {
      const line = file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0
      return `${example.file}:${example.line + line - 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`
    })
  })

/** The sources that the names in examples come from. */
export const sourcesFor = (root: string, examples: readonly Example[]): readonly string[] => [
  ...new Set(examples.map(({ file }) => join(root, file)).filter((file) => file.endsWith('.ts'))),
  ...entriesOf(root),
]

/** What names are imported from where examples do not say so: the last that has one wins. */
const entriesOf = (root: string): readonly string[] =>
  [
    'laws/checks/docs/standIns.ts',
    ...ts.sys.getDirectories(join(root, 'src')).map((room) => `src/${room}/index.ts`),
    'laws/index.ts',
    'src/fp.ts',
    'src/node.ts',
    'src/index.ts',
  ].map((file) => join(root, file))

/** Per source file: which module to import a name from. Nearest first: the file itself, the entries, rooms, the
 *  stand-ins. */
const publicNames = (root: string, program: ts.Program): ((file: string) => ReadonlyMap<string, string>) => {
  const checker = program.getTypeChecker()
  const exportsOf = (file: string): readonly (readonly [string, string])[] => {
    const source = program.getSourceFile(file)
    const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source)
    return symbol === undefined ? [] : checker.getExportsOfModule(symbol).map(({ name }) => [name, file])
  }
  const common = entriesOf(root).flatMap(exportsOf)
  const files = program.getSourceFiles().map(({ fileName }) => fileName)
  const ofRoom = new Map<string, ReadonlyMap<string, string>>()
  /** What those in a room see, found once. */
  const seenIn = (room: string): ReadonlyMap<string, string> => {
    const neighbours = (): readonly string[] => files.filter((file) => dirname(file) === room)
    const seen = ofRoom.get(room) ?? new Map([...common, ...neighbours().flatMap(exportsOf)])
    ofRoom.set(room, seen)
    return seen
  }
  return (file) => new Map([...seenIn(dirname(file)), ...exportsOf(file)])
}

/** What stands above an example, and whether it then lacks nothing. */
interface Prelude {
  readonly head: string
  readonly closed: boolean
}

const nothing: Prelude = { head: '', closed: true }

/**
 * Imports what an example uses and does not declare. A name nobody exports may be a value its surroundings would hold
 * (`grads`, `now`), so it is declared, of any type; but not something that is called: that must exist, unless it is
 * plainly the reader's own (`myStore`).
 */
const prelude = (
  { code, file }: Example,
  names: (file: string) => ReadonlyMap<string, string>,
  path: string,
  root: string,
): Prelude => {
  const exported = names(join(root, file))
  const { used, called } = identifiers(code)
  const lines = used.flatMap((name) => {
    const module = exported.get(name)
    if (module !== undefined) return [`import { ${name} } from '${specifier(path, module)}'; `]
    const known = wellKnown.get(name)
    return known === undefined ? [] : [`${known}; `]
  })
  const free = used.filter(
    (name) =>
      !exported.has(name) &&
      !wellKnown.has(name) &&
      !(name in globalThis) &&
      (!called.has(name) || /^my[A-Z]/.test(name)),
  )
  const declared = free.map((name) => `declare let ${name}: any; `)
  return {
    head: [...lines, ...declared].join(''),
    closed: free.length === 0 && !used.some((name) => ofRunner.has(name)),
  }
}

const identifiers = (code: string): { readonly used: readonly string[]; readonly called: ReadonlySet<string> } => {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true)
  const used = new Set<string>()
  const called = new Set<string>()
  const declared = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isKey(node)) (isDeclared(node) ? declared : used).add(node.text)
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) called.add(node.expression.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { used: [...used].filter((name) => name !== '' && !declared.has(name)), called }
}

const isKey = (node: ts.Identifier): boolean => {
  const { parent } = node
  return (
    ((ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) &&
      parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node) ||
    (ts.isQualifiedName(parent) && parent.right === node)
  )
}

const isDeclared = (node: ts.Identifier): boolean => {
  const { parent } = node
  const names =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isTypeAliasDeclaration(parent) ||
    ts.isInterfaceDeclaration(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isNamespaceImport(parent)
  return names && parent.name === node
}

const specifier = (from: string, to: string): string => {
  const path = relative(dirname(from), to).replaceAll('\\', '/').replace(/\.ts$/, '.js')
  return path.startsWith('.') ? path : `./${path}`
}

/** Names of vitest, which no example may call while a test runs. */
const ofRunner: ReadonlySet<string> = new Set(['describe', 'expect', 'it', 'test'])

const wellKnown: ReadonlyMap<string, string> = new Map([
  ['tf', `import * as tf from '@tensorflow/tfjs-core'`],
  ['fc', `import * as fc from 'fast-check'`],
  ['t', `import * as t from 'io-ts'`],
  ['E', `import { either as E } from 'fp-ts'`],
  ['F', `import { function as F } from 'fp-ts'`],
  ['O', `import { option as O } from 'fp-ts'`],
  ['TE', `import { taskEither as TE } from 'fp-ts'`],
  ...[...ofRunner].map((name): [string, string] => [name, `import { ${name} } from 'vitest'`]),
])
