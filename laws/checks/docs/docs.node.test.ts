import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { defaultsTests } from '../front/defaultsTests.js'
import { hoversTests } from '../front/hoversTests.js'
import { messagesTests } from '../front/messagesTests.js'
import { programs } from '../front/programs.js'
import { statesTests } from '../front/statesTests.js'
import { complaints } from './complaints.js'
import { exampleFolder } from './exampleFolder.js'
import { type Example, docExamples, fences } from './examples.js'
import { wrongExample } from './wrongExample.js'

// Examples check laws as their readers would; three cases of each show that they hold.
vi.mock('../../index.js', async (real) => {
  const laws = await real<typeof import('../../index.js')>()
  return {
    ...laws,
    checkLaws: (...[suite, options]: Parameters<typeof laws.checkLaws>) =>
      laws.checkLaws(suite, { numRuns: 3, ...options }),
  }
})

/** Does a comment in the example say so? */
const says = ({ code }: Example, word: RegExp): boolean =>
  code.split('\n').some((line) => word.test(line.split('//').slice(1).join()))

/** All of them, and one that is wrong. */
const exampleModules = programs.opened().more

let found: readonly string[] | undefined
/** What the compiler says against all of them, in one go. */
const said = (): readonly string[] => (found ??= complaints(programs.opened().program, exampleModules))

afterAll(() => programs.close())

describe('examples in READMEs and doc comments', () => {
  const modules = exampleModules.filter(({ example }) => example !== wrongExample)
  const home = process.cwd()
  const elsewhere = mkdtempSync(join(tmpdir(), 'polyak-docs-'))

  beforeAll(() => {
    rmSync(exampleFolder, { recursive: true, force: true })
    mkdirSync(exampleFolder, { recursive: true })
    for (const { path, text } of modules) writeFileSync(path, text)
    // what an example saves must not land in the repository
    process.chdir(elsewhere)
  })

  afterAll(() => {
    process.chdir(home)
    rmSync(exampleFolder, { recursive: true, force: true })
    rmSync(elsewhere, { recursive: true, force: true })
  })

  test('type-check', () => {
    expect(said().filter((words) => !words.startsWith(wrongExample.file))).toEqual([])
  })

  const runnable = modules.filter((module) => module.run)
  test
    .runIf(runnable.length > 0)
    .each(runnable.map((module) => [`${module.example.file}:${module.example.line}`, module] as const))(
    '%s runs',
    async (_, { path, example }) => {
      const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
      try {
        const running: Promise<unknown> = import(/* @vite-ignore */ pathToFileURL(path).href)
        await (says(example, /throws|Error\b/)
          ? expect(running).rejects.toThrow()
          : expect(running).resolves.toBeDefined())
      } finally {
        log.mockRestore()
        await tf.setBackend('cpu')
      }
    },
  )
})

describe('the extraction', () => {
  test('finds fences, joins continued ones and keeps their lines', () => {
    const text = 'a\n```ts\nconst x = 1\n```\nb\n```sh\nls\n```\n```ts continued no-run\nx\n```\n```ts no-run\ny\n```\n'
    expect(fences('a.md', text)).toEqual([
      { file: 'a.md', line: 3, code: 'const x = 1\n\n\n\n\n\n\nx\n', run: false, imports: 'own' },
      { file: 'a.md', line: 13, code: 'y\n', run: false, imports: 'own' },
    ])
    expect(() => fences('a.md', '```ts continued\nx\n```\n')).toThrow('a.md:2')
  })

  test('finds what stands behind the tag, and fences', () => {
    const source = [
      '/** One line.',
      ' *  @example f(1) // 2',
      ' *    f(2)',
      ' *  @reference Somebody. */',
      'const f = 1',
      '/**',
      ' * @example',
      ' * ```ts',
      ' * h(1)',
      ' * ```',
      ' */',
      '/** For example   this is prose. */',
      '/** One line.',
      ' *',
      ' *  ```text',
      ' *  x = 1',
      ' *  ```',
      ' *',
      ' *  @example k(1) */',
    ].join('\n')
    const found = docExamples('a.ts', source).map(({ line, code }) => ({
      line,
      code: code.trim().replace(/\s+/g, ' '),
    }))
    expect(found).toEqual([
      { line: 2, code: 'f(1) // 2 f(2)' },
      { line: 9, code: 'h(1)' },
      { line: 19, code: 'k(1)' },
    ])
  })

  test('an example that is wrong is told by file and line', () => {
    expect(said().filter((words) => words.startsWith(wrongExample.file))).toEqual([
      `wrong.md:8: Type 'number' is not assignable to type 'string'.`,
    ])
  })
})

// In this file, whatever it is called: the compiler's programs are opened once, in one worker.
describe('the front', () => {
  defaultsTests()
  hoversTests()
  messagesTests()
  statesTests()
})
