import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What an editor knows of a program that imports the package: TypeScript's own language service over the sources. */
export interface Editor {
  /** The text that stands over a name: its first line of types, then its words. */
  readonly hover: (marker: string) => string
  /** The type that a name has. */
  readonly typeAt: (marker: string) => ts.Type
  /** The first sentence of each error, in order. */
  readonly errors: () => readonly string[]
  readonly program: ts.Program
}

/** A module that is no file. */
interface Text {
  readonly path: string
  readonly text: string
}

/** Programs that were opened beside each other. */
interface Opened<Name extends string, More extends Text> {
  readonly editors: Readonly<Record<Name, Editor>>
  readonly more: readonly More[]
  readonly program: ts.Program
}

/** Opens programs beside each other, by name: they are checked at once, which takes a fraction of the time of one after
 *  the other. In their texts `/*name*\/` marks a place for `hover`. `more` makes further modules, once the compiler has
 *  read these `sources`. */
export const opened = <Name extends string, More extends Text>(
  texts: Readonly<Record<Name, string>>,
  sources: readonly string[],
  more: (read: ts.Program) => readonly More[],
): Opened<Name, More> => {
  const own = Object.entries<string>(texts).map(([name, text]) => [join(root, `front-${name}.ts`), text] as const)
  const files = new Map(own)
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  )
  if (config === undefined) throw new Error('tsconfig.json cannot be read')
  const service = ts.createLanguageService({
    getCompilationSettings: () => ({
      ...config.options,
      noUnusedLocals: false,
      noUnusedParameters: false,
      verbatimModuleSyntax: false,
    }),
    getScriptFileNames: () => [...files.keys(), ...sources],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const text = files.get(name)
      if (text !== undefined) return ts.ScriptSnapshot.fromString(text)
      return ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(readFileSync(name, 'utf8')) : undefined
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => files.has(name) || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  })
  const read = (): ts.Program => {
    const program = service.getProgram()
    if (program === undefined) throw new Error('there is no program')
    return program
  }
  const made = more(read())
  for (const { path, text } of made) files.set(path, text)
  const program = read()
  const editors = own.map(([file, text], i) => [Object.keys(texts)[i], editorOf(service, program, file, text)])
  return { editors: Object.fromEntries(editors) as Readonly<Record<Name, Editor>>, more: made, program } // one for each text
}

const editorOf = (service: ts.LanguageService, program: ts.Program, file: string, text: string): Editor => {
  const placeOf = (marker: string): number => {
    const at = text.indexOf(`/*${marker}*/`)
    if (at < 0) throw new Error(`there is no mark ${marker}`)
    return at + marker.length + 4
  }
  return {
    program,
    typeAt: (marker) => {
      const source = program.getSourceFile(file)
      const at = placeOf(marker)
      const find = (node: ts.Node): ts.Node | undefined =>
        node.getStart() === at && ts.isIdentifier(node) ? node : ts.forEachChild(node, find)
      const named = source && find(source)
      if (named === undefined) throw new Error(`no name stands at ${marker}`)
      return program.getTypeChecker().getTypeAtLocation(named)
    },
    hover: (marker) => {
      const info = service.getQuickInfoAtPosition(file, placeOf(marker))
      if (info === undefined) throw new Error(`nothing stands at ${marker}`)
      return ts.displayPartsToString(info.displayParts)
    },
    errors: () =>
      service
        .getSemanticDiagnostics(file)
        .map(
          ({ messageText, start }) =>
            `${String(text.slice(0, start).split('\n').length)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
        ),
  }
}
