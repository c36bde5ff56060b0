import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Files and folders of the repository that a page names: in code spans, pictures and links. */
const pathsIn = (page: string): readonly string[] => [
  ...new Set([
    ...[
      ...page.matchAll(
        /(?:^|[\s`(])((?:[\w.-]+\/)+[\w.-]+\.(?:ts|mjs|md|json|txt)|[\w-]+\.(?:ts|md))(?=[\s`),:;]|$)/gm,
      ),
    ].map(([, path = '']) => path),
    ...[...page.matchAll(/`((?:src|laws|examples)\/[\w./-]*)`/g)].map(([, path = '']) => path),
    ...[...page.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path),
  ]),
]

/** Those that are nowhere: beside the page, in `src`, or from the top. Names with `mine` stand for a reader's own, dot
 *  files for what is made here. */
const missing = (file: string, page: string): readonly string[] =>
  pathsIn(page).filter(
    (path) =>
      !/mine|\/\./i.test(path) &&
      ![dirname(file), 'src', '.', 'src/equation'].some((at) => existsSync(join(root, at, path))),
  )

test.each([
  ['CONTRIBUTING.md', 60],
  ['src/engine/README.md', 50],
  ['src/engine/DECISIONS.md', 4],
] as const)('every path in %s is there', (file, least) => {
  const page = readFileSync(join(root, file), 'utf8')
  expect(pathsIn(page).length).toBeGreaterThan(least)
  expect(missing(file, page)).toEqual([])
})

test('a path that is nowhere is told', () => {
  expect(
    missing('src/engine/README.md', 'see `wasm/Target.ts`, `wasm/gone.ts` and [there](../nowhere.md#x)\n  gone.ts'),
  ).toEqual(['wasm/gone.ts', 'gone.ts', '../nowhere.md'])
})
