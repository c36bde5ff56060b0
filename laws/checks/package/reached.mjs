import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const specifiers = /(?:from\s*|import\s*\(?\s*)['"](\.[^'"]+)['"]/g

const targets = (exported) => (typeof exported === 'string' ? [exported] : Object.values(exported).flatMap(targets))

/** Every file that an entry of `exports` leads to, by the imports in its JavaScript and in its declarations. */
export const reachedFiles = (root, exports) => {
  const reached = new Set()
  const left = targets(exports).map((target) => posix.normalize(target))
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (reached.has(file)) continue
    if (!existsSync(join(root, file))) continue
    reached.add(file)
    const declarations = file.endsWith('.d.ts')
    if (file.endsWith('.js')) left.push(file.replace(/\.js$/, '.d.ts'))
    for (const [, specifier] of readFileSync(join(root, file), 'utf8').matchAll(specifiers)) {
      const met = posix.join(posix.dirname(file), specifier)
      left.push(declarations ? met.replace(/\.js$/, '.d.ts') : met)
    }
  }
  return reached
}

const moduleOf = (path) => path.replace(/(\.d\.ts|\.js)(\.map)?$/, '')

/** The files of a tarball whose module no entry leads to. */
export const strayFiles = (root, exports, packed) => {
  const reached = new Set([...reachedFiles(root, exports)].map(moduleOf))
  const expected = new Set(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'])
  return packed.filter((path) => !expected.has(path) && !reached.has(moduleOf(path)))
}
