import { join, relative } from 'node:path'
import ts from 'typescript'

/** What the sources say about every public name: `Map(name → { name, room, entry, kind, text, tags, signature, options })`. */
export const publicNames = (root) => {
  const read = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config
  const { options } = ts.parseJsonConfigFileContent(read, ts.sys, root)
  const entries = {
    polyak: 'src/index.ts',
    'polyak/node': 'src/node.ts',
    'polyak/fp': 'src/fp.ts',
    'polyak/interop': 'src/interop/index.ts',
    'polyak/layers': 'src/layers/index.ts',
    'polyak/laws': 'laws/index.ts',
  }
  const program = ts.createProgram({ rootNames: Object.values(entries).map((file) => join(root, file)), options })
  const checker = program.getTypeChecker()
  const found = new Map()
  for (const [entry, file] of Object.entries(entries)) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, file)))
    for (const exported of checker.getExportsOfModule(module)) {
      if (found.has(exported.name)) continue
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      const declaration = symbol.declarations?.[0]
      if (declaration === undefined) continue
      const path = relative(root, declaration.getSourceFile().fileName)
      found.set(exported.name, { name: exported.name, entry, path, ...described(checker, symbol, declaration) })
    }
  }
  return found
}

const described = (checker, symbol, declaration) => {
  const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0
  const type = isValue ? checker.getTypeOfSymbolAtLocation(symbol, declaration) : undefined
  const call = type?.getCallSignatures()[0]
  return {
    kind: call ? 'function' : isValue ? 'value' : 'type',
    ...comment(checker, symbol),
    signature: call
      ? checker.signatureToString(
          call,
          declaration,
          ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.WriteArrowStyleSignature,
        )
      : '',
    options: call
      ? optionsOf(checker, call, declaration)
      : symbol.flags & ts.SymbolFlags.Interface
        ? fieldsOf(checker, checker.getDeclaredTypeOfSymbol(symbol), declaration)
        : [],
  }
}

const comment = (checker, symbol) => {
  const tags = {}
  for (const { name, text } of symbol.getJsDocTags(checker)) {
    const words = ts.displayPartsToString(text).trim()
    tags[name] = tags[name] === undefined ? words : `${tags[name]}\n\n${words}`
  }
  return { text: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim(), tags }
}

/** The options record of a constructor: its first parameter, if it is a record of ours. */
const optionsOf = (checker, call, declaration) => {
  const [first] = call.parameters
  return first === undefined
    ? []
    : fieldsOf(checker, checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(first, declaration)), declaration)
}

const fieldsOf = (checker, type, declaration) =>
  type.isUnion() || ((type.flags & ts.TypeFlags.Object) === 0 && !type.isIntersection())
    ? []
    : checker.getPropertiesOfType(type).flatMap((property) => {
        const at = property.declarations?.[0]
        if (at === undefined || at.getSourceFile().fileName.includes('node_modules')) return []
        const { text, tags } = comment(checker, property)
        const of = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(property, declaration))
        // What a caller may pass for a type of a type parameter is what bounds that.
        const own = of.isTypeParameter() ? (checker.getBaseConstraintOfType(of) ?? of) : of
        const shown = checker.typeToString(own, declaration, ts.TypeFormatFlags.NoTruncation)
        return [
          {
            name: property.name,
            text: property.declarations?.length === 1 ? text : (text.split('\n')[0] ?? ''), // one of several declarations says it
            type: shown,
            default: tags['defaultValue'],
            optional: (property.flags & ts.SymbolFlags.Optional) !== 0,
          },
        ]
      })
