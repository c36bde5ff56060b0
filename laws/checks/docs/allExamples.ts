import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { type Example, docExamples, fences } from './examples.js'
import { programPages } from './programPages.js'

/** Every example in READMEs, pages of the site and doc comments. */
export const allExamples = (root: string): readonly Example[] => {
  const under = (top: string, wanted: RegExp): readonly string[] =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
      .map((path) => [top, ...path.split(sep)].join('/'))
      .filter((path) => wanted.test(path) && !/node_modules|\/\.|\.test\.ts$|\.test-d\.ts$|^laws\/docs\//.test(path))
  const read = (file: string): string => readFileSync(join(root, file), 'utf8')
  const readmes = (existsSync(join(root, 'README.md')) ? ['README.md'] : []).concat(
    under('src', /\.md$/),
    under('laws', /\.md$/),
  )
  const alone = programPages(root)
  return [
    ...readmes.filter((file) => !alone.includes(file)).flatMap((file) => fences(file, read(file))),
    // these run where what they print is looked at, too
    ...alone.flatMap((file) => fences(file, read(file)).map((example) => ({ ...example, run: false }))),
    ...[...under('src', /\.ts$/), ...under('laws', /\.ts$/)].flatMap((file) => docExamples(file, read(file))),
  ]
}
