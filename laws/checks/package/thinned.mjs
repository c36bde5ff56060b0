import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode, encode } from '@jridgewell/sourcemap-codec'

/** The marks of a line that say where another line of a source begins, and in declarations the first of each line: a
 *  definition is looked for at a line. */
const kept = (marks, isDeclared) =>
  marks.filter(
    ([, source, line], i) => i === 0 || (!isDeclared && (source !== marks[i - 1][1] || line !== marks[i - 1][2])),
  )

/** What no definition stands on: doc comments, and ends. */
const isBare = (line) => /^\s*(\/\*\*|\*|\}|$)/.test(line)

/** Makes the maps of a folder tell lines, and neither words nor columns in a source: a quarter of their size. A stack, a breakpoint and an editor
 *  ask for a line; names stand in the files themselves. */
export const thinned = (folder) => {
  for (const name of readdirSync(folder, { recursive: true }))
    if (name.endsWith('.map')) {
      const path = join(folder, name)
      const { version, file, sources, mappings } = JSON.parse(readFileSync(path, 'utf8'))
      const isDeclared = name.endsWith('.d.ts.map')
      const text = readFileSync(path.slice(0, -'.map'.length), 'utf8').split('\n')
      const lines = decode(mappings).map((marks, i) =>
        isDeclared && isBare(text[i])
          ? []
          : kept(
              marks.filter(({ length }) => length > 1),
              isDeclared,
            ).map(([column, source, line]) => [column, source, line, 0]),
      )
      writeFileSync(path, JSON.stringify({ version, file, sources, names: [], mappings: encode(lines) }))
    }
}
