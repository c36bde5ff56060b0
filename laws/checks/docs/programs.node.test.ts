import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fences } from './examples.js'
import { broken, promisesOf, shownAfter } from './promises.js'
import { programPages } from './programPages.js'
import { part } from '../part.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Below the root, so that packages are found; a dot folder, so that nothing else looks into it. */
const folder = join(root, 'laws', 'checks', 'docs', '.programs')

const read = (file: string): string => readFileSync(join(root, file), 'utf8')

const programs = programPages(root)
  .flatMap((file) => fences(file, read(file)).map((example) => ({ ...example, markdown: read(file) })))
  .filter(({ run }) => run)
  .map((example, i) => ({ ...example, name: `program${i}` }))

/** A process takes seconds: by default those of the README and a part of the others; the examples' test types all. */
const chosen = programs
  .filter(({ file }) => file === 'README.md')
  .concat(
    part(
      programs.filter(({ file }) => file !== 'README.md'),
      12,
    ),
  )

describe('each program of a README, alone in a process of its own', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'polyak-programs-'))

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const { name, code } of chosen) writeFileSync(join(folder, `${name}.ts`), `export {}\n${code}`)
    await build({
      configFile: false,
      root,
      logLevel: 'error',
      // of these each process would load hundreds of files, one by one
      ssr: { noExternal: ['fp-ts', 'io-ts'] },
      resolve: {
        alias: [
          { find: /^polyak$/, replacement: join(root, 'src/index.ts') },
          { find: /^polyak\/node$/, replacement: join(root, 'src/node.ts') },
          { find: /^polyak\/fp$/, replacement: join(root, 'src/fp.ts') },
          { find: /^polyak\/interop$/, replacement: join(root, 'src/interop/index.ts') },
          { find: /^polyak\/layers$/, replacement: join(root, 'src/layers/index.ts') },
          { find: /^polyak\/laws$/, replacement: join(root, 'laws/index.ts') },
          { find: /^polyak\/gradients$/, replacement: join(root, 'laws/checks/gradients/inNode.ts') },
        ],
      },
      build: {
        ssr: true,
        outDir: join(folder, 'built'),
        minify: false,
        target: 'node20',
        rolldownOptions: { input: Object.fromEntries(chosen.map(({ name }) => [name, join(folder, `${name}.ts`)])) },
      },
    })
  }, 120_000)

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
    rmSync(elsewhere, { recursive: true, force: true })
  })

  test.each(chosen.map((program) => [`${program.file}:${program.line}`, program] as const))(
    '%s runs, and prints what it says',
    async (_, { name, code, markdown }) => {
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'built', `${name}.js`)], {
        cwd: elsewhere,
      })
      const printed = stdout.split('\n').filter((line) => line !== '')
      expect(broken(printed, [...promisesOf(code), ...shownAfter(markdown, code)])).toEqual([])
    },
  )
})

describe('promises', () => {
  test('stand at the ends of lines, or in the text that follows', () => {
    expect(promisesOf('console.log(1) // → 1\nconst x = 2 // two\nconsole.log(x) // → 2 \n')).toEqual(['1', '2'])
    expect(shownAfter(`a\n\`\`\`ts\nf()\n\`\`\`\n\n\`\`\`text\none\n  two\n\`\`\`\n`, 'f()\n')).toEqual([
      'one',
      '  two',
    ])
    expect(shownAfter(`a\n\`\`\`ts\nf()\n\`\`\`\nprose\n\`\`\`text\none\n\`\`\`\n`, 'f()\n')).toEqual([])
  })

  test('are kept to the digits that they show, line by line', () => {
    expect(broken(['200 2.9812'], ['200 2.98…'])).toEqual([])
    expect(broken(['200 2.9812'], ['200 2.9812'])).toEqual([])
    expect(broken(['200 2.5191'], ['200 2.98…'])).toHaveLength(1)
    expect(broken(['200 2.98 3'], ['200 2.98…'])).toHaveLength(1)
    expect(broken(['1', '2'], ['1'])).toEqual([expect.stringContaining('no comment says so')])
    expect(broken(['1'], ['1', '2'])).toEqual(['does not print "2"'])
    expect(broken(['x'], ['.'])).toHaveLength(1)
  })
})
