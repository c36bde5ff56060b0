import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { entries } from './entries.mjs'

const specifiers = /(?:from\s*|import\s*\(?\s*)['"](\.[^'"]+)['"]/g

const targets = (exported) => (typeof exported === 'string' ? [exported] : Object.values(exported).flatMap(targets))

/** Every file that these lead to by their imports. */
const reachedFrom = (root, starts) => {
  const reached = new Set()
  const left = starts.map((start) => posix.normalize(start))
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (reached.has(file) || !existsSync(join(root, file))) continue
    reached.add(file)
    const kind = /(\.d)?\.\w+$/.exec(file)[0]
    for (const [, specifier] of readFileSync(join(root, file), 'utf8').matchAll(specifiers))
      left.push(posix.join(posix.dirname(file), specifier).replace(/\.js$/, kind))
  }
  return reached
}

/** The files of a tarball that no entry leads to, in scripts, declarations or sources; a map belongs to what it maps. */
export const strayFiles = (root, exports, packed) => {
  const reached = reachedFrom(root, [...targets(exports), ...Object.values(entries)])
  const expected = new Set(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'])
  return packed.filter((path) => !expected.has(path) && !reached.has(path.replace(/\.map$/, '')))
}
