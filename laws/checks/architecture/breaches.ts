import { type FileFacts, type ImportFact, factsOf } from './facts.js'

/** The floors, lowest first: a room may import from itself and from those before it. */
const floors = [
  'scalars',
  'linearAlgebra',
  'tree',
  'tensors',
  'numerics',
  'assignment',
  'perturbations',
  'projections',
  'losses',
  'schedules',
  'equation',
  'state',
  'engine',
  'gradients',
  'transformation',
  'combinators',
  'transforms',
  'optimizers',
  'averaging',
  'migration',
  'checkpoint',
  'training',
  'microbatching',
  'layers',
  'interop',
] as const

/** What stands above all floors. */
const roof = ['index.ts', 'core.ts', 'cpu.ts', 'wasm.ts', 'webgl.ts', 'node.ts', 'fp.ts', 'gradients/index.ts']

/** Longest file, in lines of code as the formatter breaks them: an argument to a line where a list does not fit. */
export const longest = 190

/** Files that may be longer than {@link longest}, each with its reason. */
export type Exceptions = Readonly<Record<string, string>>

/** Files that need a class that is no error, each with its reason. */
export type Classed = Readonly<Record<string, string>>

/** An import, and the file that a relative one means. */
interface Import extends ImportFact {
  readonly to: string | undefined
}

interface Source {
  readonly path: string
  readonly room: string
  readonly facts: FileFacts
  readonly imports: readonly Import[]
}

/**
 * Every breach of the house's architecture in a tree of sources (paths relative to `src`, tests left out), one sentence
 * each: what, where, how to mend it. Empty when all is well.
 */
export const breaches = (
  files: Readonly<Record<string, string>>,
  exceptions: Exceptions = {},
  classed: Classed = {},
): readonly string[] => {
  const sources = Object.entries(files).map(([path, text]): Source => {
    const facts = factsOf(path, text)
    // once for each import, since circles are looked for along them from every file
    const imports = facts.imports.map((fact) => ({ ...fact, to: target(path, fact) }))
    return { path, room: roomOf(path), facts, imports }
  })
  const byPath = new Map(sources.map((source) => [source.path, source]))
  return [
    ...sources.flatMap(wrongImports),
    ...circles(byPath),
    ...sources.flatMap((source) => style(source, classed)),
    ...sources.flatMap((source) => unlisted(source, byPath)),
    ...sources.flatMap((source) => tooLong(source, exceptions)),
    ...nodeInBrowser(byPath),
  ]
}

const roomOf = (path: string): string => (roof.includes(path) ? '' : (path.split('/')[0] ?? path))

const isBarrel = (path: string): boolean => path === 'index.ts' || path.endsWith('/index.ts')

/** The file a relative import means. */
const target = (path: string, { from }: Pick<ImportFact, 'from'>): string | undefined =>
  from.startsWith('.')
    ? new URL(from, `file:///src/${path}`).pathname.replace(/^\/src\//, '').replace(/\.js$/, '.ts')
    : undefined

const floorOf = (room: string): number => (room === '' ? floors.length : floors.findIndex((floor) => floor === room))

const wrongImports = ({ path, room, imports }: Source): readonly string[] => {
  if (floorOf(room) < 0) return [`${path}: no floor is called "${room}"; the floors are ${floors.join(' < ')}`]
  return imports.flatMap(({ from, typeOnly, to }) => {
    if (to === undefined)
      return /^(fp-ts|io-ts)\//.test(from) && !typeOnly
        ? [
            `${path}: imports "${from}"; import from the package's root, the only form that runs in Node and in bundlers`,
          ]
        : []
    if (to.startsWith('/')) return [`${path}: imports "${from}", outside src`]
    const there = roomOf(to)
    if (room !== '' && there === '')
      return [`${path}: imports ${to}, which stands above all floors; import the file itself`]
    if (floorOf(there) > floorOf(room))
      return [`${path}: imports upward, ${room} -> ${there} (${to}); move the shared part down to ${room} or below`]
    return room !== '' && isBarrel(to) ? [`${path}: imports the barrel ${to}; import the file itself`] : []
  })
}

const style = ({ path, facts }: Source, classed: Classed): readonly string[] => [
  ...(path in classed ? [] : facts.classes).map(
    (name) => `${path}: class ${name}; use a type and functions (only errors are classes)`,
  ),
  ...facts.anys.map((line) => `${path}:${line}: any; use unknown or a type parameter`),
  ...(facts.defaultExport ? [`${path}: default export; export by name`] : []),
]

/** The files through which a room is seen from outside. */
const windows = (room: string): readonly string[] => [`${room}/index.ts`, `${room}/node.ts`, 'node.ts', 'fp.ts']

/** A file shows its namesake if it has one, else at least one of its exports; further exports may be for inside use. */
const unlisted = ({ path, room, facts }: Source, byPath: ReadonlyMap<string, Source>): readonly string[] => {
  if (room === '' || facts.internal || facts.exported.length === 0 || windows(room).includes(path)) return []
  const listed = windows(room).flatMap((window) =>
    (byPath.get(window)?.facts.reExports ?? []).flatMap((fact) => (target(window, fact) === path ? [fact.names] : [])),
  )
  const shown = facts.exported.filter((name) => listed.some((names) => names === '*' || names.includes(name)))
  const namesake = facts.exported.filter((name) => `${name}.ts` === path.split('/').at(-1))
  const wanted = namesake.length > 0 ? namesake : facts.exported
  return wanted.some((name) => shown.includes(name))
    ? []
    : [`${path}: ${wanted.join(', ')} missing from ${room}/index.ts; list it there or mark the file /** @internal */`]
}

const tooLong = ({ path, facts }: Source, exceptions: Exceptions): readonly string[] =>
  facts.lines > longest && !(path in exceptions)
    ? [`${path}: ${facts.lines} lines of code, more than ${longest}; ask which second idea has moved in`]
    : []

/** Files that a file imports: for their types too, or only what survives compilation. */
const neighbours = (
  path: string,
  byPath: ReadonlyMap<string, Source>,
  types: 'types too' | 'code',
): readonly string[] =>
  (byPath.get(path)?.imports ?? []).flatMap(({ typeOnly, to }) => (typeOnly && types === 'code' ? [] : (to ?? [])))

const reachable = (
  starts: readonly string[],
  byPath: ReadonlyMap<string, Source>,
  types: 'types too' | 'code',
): ReadonlySet<string> => {
  const seen = new Set(starts)
  for (const path of seen) for (const next of neighbours(path, byPath, types)) seen.add(next)
  return seen
}

/** Types that need each other are a circle as well: neither file can be read without the other. */
const circles = (byPath: ReadonlyMap<string, Source>): readonly string[] =>
  [...byPath.keys()]
    .filter((path) => reachable(neighbours(path, byPath, 'types too'), byPath, 'types too').has(path))
    .map((path) => `${path}: imports itself in a circle; move what both sides need into a file of its own`)

const nodeInBrowser = (byPath: ReadonlyMap<string, Source>): readonly string[] => {
  const barrels = [...byPath.keys()].filter(isBarrel)
  return [...reachable(barrels, byPath, 'code')].flatMap((path) =>
    (byPath.get(path)?.facts.imports ?? [])
      .filter((fact) => !fact.typeOnly && /^(node:|cli-progress$)/.test(fact.from))
      .map(
        (fact) =>
          `${path}: imports "${fact.from}" and is reached from a barrel, so no browser can load it; list it in src/node.ts`,
      ),
  )
}
